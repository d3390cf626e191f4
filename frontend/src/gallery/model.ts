import { batch, computed, signal } from "@preact/signals";
import type { Component } from "../shared/component";
import { feedFor, type Feed } from "./feed";
import { NOTHING, reduce, type Action, type Selection } from "./selection";
import { remember, remembered } from "./taste";
import type { AssetCard, Density, GalleryData, Layout, Sort, View } from "./types";

/** The person is left in peace while clicking; Python hears of the selection when it has settled. */
const TELL_AFTER_MS = 250;
/** Selecting everything that matches stops here: more than this is work for a filter, not for ids in a page. */
export const MOST_SELECTED = 2000;

/** Echoes waited for; a page that never echoes must not grow the list. */
const TOLD_KEPT = 50;

/** What the page holds that is not yet sent for a component: an empty page that is loading. */
const NO_DATA: GalleryData = { items: [], next: null, apiUrl: "", query: {}, loading: true };

export class GalleryModel {
  readonly data = signal<GalleryData>(NO_DATA);
  readonly feed = signal<Feed>(feedFor(NO_DATA));
  readonly selection = signal<Selection>(NOTHING);
  readonly view = signal<View>("grid");
  readonly layout = signal<Layout>("justified");
  readonly density = signal<Density>("comfortable");
  readonly selectingAll = signal(false);
  /** The last thing done to the selection was to select all: what is loaded since then, or not yet, is offered too. */
  readonly askedAll = signal(false);
  readonly order = computed(() => this.feed.value.items.value.map((item) => item.id));
  readonly selectable = computed(() => this.data.value.selectable !== false);

  private component: Component<GalleryData>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Selections that Python was told and may still echo, oldest first. */
  private told: string[] = [];
  private heard: string | undefined;

  constructor(component: Component<GalleryData>) {
    this.component = component;
    batch(() => {
      const { layout, density } = remembered();
      if (layout) this.layout.value = layout;
      if (density) this.density.value = density;
    });
    this.update(component);
  }

  update(component: Component<GalleryData>): void {
    this.component = component;
    const data = component.data ?? NO_DATA;
    const before = this.data.value;
    batch(() => {
      this.data.value = data;
      this.follow(before, data);
      const feed = feedFor(data);
      if (feed !== this.feed.value) {
        this.feed.value.stop();
        this.feed.value = feed;
      }
      feed.merge(data);
      this.hear(data);
    });
  }

  dispatch(action: Action): void {
    if (!this.selectable.value && action.type !== "focus" && action.type !== "escape") return;
    const before = this.selection.value;
    const after = reduce(before, action);
    this.selection.value = after;
    if (action.type !== "focus") this.askedAll.value = false;
    if (after.selected !== before.selected) this.tellSoon();
  }

  /** Selects what is loaded, or, `further`, loads what else matches first. */
  async selectAll(further = false): Promise<void> {
    if (further) {
      this.selectingAll.value = true;
      const { feed } = this;
      const asked = feed.value;
      await asked.all(MOST_SELECTED);
      this.selectingAll.value = false;
      if (asked !== feed.value) return;
    }
    this.dispatch({ type: "select", ids: this.order.value.slice(0, MOST_SELECTED) });
    this.askedAll.value = true;
  }

  href(id: string): string | undefined {
    return this.hrefOf(this.feed.value.items.value.find((item) => item.id === id) ?? { id });
  }

  hrefOf({ id, asset }: Pick<AssetCard, "id" | "asset">): string | undefined {
    const { open_href } = this.data.value;
    return open_href === undefined || asset === null ? undefined : open_href + encodeURIComponent(asset ?? id);
  }

  /** Opens by Python where it wants that, else as a link. */
  open(id: string): void {
    const href = this.href(id);
    if (this.data.value.open_via_trigger || href === undefined) this.component.setTriggerValue("open", id);
    else window.location.assign(new URL(href, document.baseURI));
  }

  show(what: { view?: View; layout?: Layout; density?: Density }): void {
    batch(() => {
      if (what.view) this.view.value = what.view;
      if (what.layout) this.layout.value = what.layout;
      if (what.density) this.density.value = what.density;
    });
    remember({ layout: this.layout.value, density: this.density.value });
    for (const [name, value] of Object.entries(what)) this.component.setStateValue(name, value);
  }

  sort(by: Sort): void {
    this.component.setStateValue("sort", by);
  }

  retry(): void {
    this.component.setTriggerValue("retry", true);
  }

  stop(): void {
    this.feed.value.stop();
    if (this.timer !== undefined) this.tell();
  }

  /** View, layout and density are the person's until Python says something new. */
  private follow(before: GalleryData, data: GalleryData): void {
    if (data.view && data.view !== before.view) this.view.value = data.view;
    if (data.layout && data.layout !== before.layout) this.layout.value = data.layout;
    if (data.density && data.density !== before.density) this.density.value = data.density;
  }

  /**
   * Takes Python's selection over when Python changed it. A rerun that was under way while the person went on
   * clicking brings an older selection back: that echo must not undo the clicks.
   */
  private hear(data: GalleryData): void {
    if (!data.selected) return;
    const ids = JSON.stringify([...data.selected].sort());
    const said = JSON.stringify([data.selected_rev ?? null, ids]);
    if (said === this.heard) return;
    const forced = this.heard !== undefined && revOf(this.heard) !== revOf(said);
    this.heard = said;
    const echo = this.told.indexOf(ids);
    if (echo >= 0 && !forced) {
      this.told = this.told.slice(echo + 1);
      return;
    }
    this.told = [];
    clearTimeout(this.timer);
    this.timer = undefined;
    this.selection.value = reduce(this.selection.value, { type: "replace", ids: data.selected });
  }

  private tellSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), TELL_AFTER_MS);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    // In the order of selecting: what is linked next may want to stand in it.
    const ids = [...this.selection.value.selected];
    this.told = [...this.told, JSON.stringify([...ids].sort())].slice(-TOLD_KEPT);
    this.component.setStateValue("selection", ids);
  }
}

function revOf(said: string): unknown {
  return (JSON.parse(said) as [unknown, string])[0];
}
