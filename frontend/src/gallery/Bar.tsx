import { Check, LayoutDashboard, LayoutGrid, LoaderCircle, Minus, Rows3, X } from "lucide";
import type { IconNode } from "lucide";
import { Icon } from "../shared/icon";
import { count } from "./format";
import { MOST_SELECTED, type GalleryModel } from "./model";
import type { Density } from "./types";

/** What stays on top: how much is there and selected, and how it is shown. */
export function Bar({ model }: { model: GalleryModel }) {
  const { controls } = model.data.value;
  return (
    <div class="g-bar">
      {model.selectable.value && <SelectAll model={model} />}
      <Counts model={model} />
      <span class="g-space" />
      {controls !== false && <Views model={model} />}
    </div>
  );
}

function SelectAll({ model }: { model: GalleryModel }) {
  const order = model.order.value;
  const { selected } = model.selection.value;
  const all = order.length > 0 && order.every((id) => selected.has(id));
  const state = all ? "true" : selected.size > 0 ? "mixed" : "false";
  const says = selected.size > 0 ? "Clear the selection" : "Select all";
  return (
    <button
      type="button"
      class="g-check g-check--bar"
      role="checkbox"
      aria-checked={state}
      aria-label={says}
      title={selected.size > 0 ? `${says} (Esc)` : `${says} (Ctrl+A)`}
      disabled={order.length === 0 && selected.size === 0}
      onClick={() => (selected.size > 0 ? model.dispatch({ type: "clear" }) : void model.selectAll())}
    >
      <span>{state !== "false" && <Icon of={all ? Check : Minus} size={14} />}</span>
    </button>
  );
}

function Counts({ model }: { model: GalleryModel }) {
  const order = model.order.value;
  const { selected } = model.selection.value;
  if (selected.size === 0) return <span class="g-count">{howMany(model)}</span>;
  const shown = order.reduce((n, id) => n + (selected.has(id) ? 1 : 0), 0);
  const hidden = selected.size - shown;
  return (
    <>
      <span class="g-count is-on" role="status">
        {selected.size.toLocaleString("en")} selected
        {hidden > 0 && <span class="g-muted"> · {hidden.toLocaleString("en")} not shown here</span>}
      </span>
      <button type="button" class="g-text" title="Clear the selection (Esc)" onClick={() => model.dispatch({ type: "clear" })}>
        <Icon of={X} size={14} /><span>Clear</span>
      </button>
      <Further model={model} allLoaded={shown === order.length} />
    </>
  );
}

/** After select all, offers the rest that matches. */
function Further({ model, allLoaded }: { model: GalleryModel; allLoaded: boolean }) {
  const feed = model.feed.value;
  const loaded = feed.items.value.length;
  if (model.selectingAll.value) {
    return <span class="g-muted g-busy"><Icon of={LoaderCircle} size={14} class="g-spin" />{loaded.toLocaleString("en")} loaded…</span>;
  }
  const done = allLoaded && feed.next.value === null;
  if (!model.askedAll.value || done || model.selection.value.selected.size >= MOST_SELECTED) return null;
  const { total } = model.data.value;
  const words = total?.exact && total.count <= MOST_SELECTED
    ? `Select all ${total.count.toLocaleString("en")}`
    : `Select up to ${MOST_SELECTED.toLocaleString("en")}`;
  return <button type="button" class="g-text is-primary" onClick={() => void model.selectAll(true)}>{words}</button>;
}

function howMany(model: GalleryModel): string {
  const { total, loading } = model.data.value;
  const feed = model.feed.value;
  const loaded = feed.items.value.length;
  const one = feed.items.value[0]?.kind === "object" ? "file" : "asset";
  if (total) return `${total.exact ? "" : "over "}${count(total.count, one)}`;
  if (loading && loaded === 0) return "";
  return feed.next.value === null ? count(loaded, one) : `${loaded.toLocaleString("en")}+ ${one}s`;
}

const DENSITIES: readonly (readonly [Density, string, string])[] = [
  ["compact", "S", "Small"],
  ["comfortable", "M", "Medium"],
  ["large", "L", "Large"],
];

function Views({ model }: { model: GalleryModel }) {
  const table = model.view.value === "table";
  const layout = model.layout.value;
  return (
    <div class="g-views">
      <div class="g-segments" role="group" aria-label="Size">
        {DENSITIES.map(([density, letter, says]) => (
          <button
            key={density}
            type="button"
            aria-pressed={model.density.value === density}
            aria-label={says}
            title={says}
            onClick={() => model.show({ density })}
          >
            {letter}
          </button>
        ))}
      </div>
      <div class="g-segments" role="group" aria-label="View">
        <Segment icon={LayoutDashboard} says="Whole pictures" on={!table && layout === "justified"} act={() => model.show({ view: "grid", layout: "justified" })} />
        <Segment icon={LayoutGrid} says="Squares" on={!table && layout === "square"} act={() => model.show({ view: "grid", layout: "square" })} />
        <Segment icon={Rows3} says="Table" on={table} act={() => model.show({ view: "table" })} />
      </div>
    </div>
  );
}

function Segment({ icon, says, on, act }: { icon: IconNode; says: string; on: boolean; act: () => void }) {
  return (
    <button type="button" aria-pressed={on} aria-label={says} title={says} onClick={act}>
      <Icon of={icon} size={16} />
    </button>
  );
}
