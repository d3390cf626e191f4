import { computed, effect, signal, untracked } from "@preact/signals";
import { ReaderModel, type Mark } from "../reader/model";
import type { Component } from "../shared/component";
import { ApiError, ReviewApi } from "./api";
import { Clock } from "./clock";
import { changeOf, isChanged, problemOf } from "./draft";
import { markOf, pictureOf, readerOf } from "./picture";
import { Player } from "./player";
import { AHEAD, reduce, START, type Action, type State } from "./state";
import type { Decision, Draft, Item, Kind, ReviewData } from "./types";

const KINDS: readonly Kind[] = ["ocr", "highlights", "caption", "transcript"];
/** A claim lasts five minutes. */
const HOLD_EVERY_MS = 60_000;
const LOOK_AGAIN_MS = 15_000;
const SAID: Record<Decision, string> = { accepted: "Accepted", fixed: "Corrected and accepted", rejected: "Rejected" };

/** All that has effects: asking for items, sending decisions one after another, loading pictures ahead. */
export class Controller {
  readonly state = signal<State>(START);
  readonly kinds = signal<readonly Kind[]>(KINDS);
  readonly reader = new ReaderModel(readerOf({ image_url: null, width: 1, height: 1 }, () => this.renew()));
  readonly player = new Player();
  readonly item = computed(() => this.state.value.queue[0] ?? null);
  readonly changed = computed(() => {
    const { draft } = this.state.value;
    return this.item.value !== null && draft !== null && isChanged(this.item.value, draft);
  });
  /** Decisions on their way to the server. */
  readonly sending = signal(0);
  data: ReviewData;

  private api: ReviewApi;
  private readonly clock = new Clock();
  private readonly loaded = new Map<string, HTMLImageElement>();
  /** Decided here, not heard back of: the server still counts them as open. */
  private readonly inFlight = new Set<string>();
  private line: Promise<void> = Promise.resolve();
  private asking = false;
  private drawn: readonly [Item, Draft] | readonly [] = [];
  private off: (() => void)[] = [];

  constructor(component: Component<ReviewData>) {
    this.data = component.data;
    this.api = new ReviewApi(component.data.api);
  }

  update(component: Component<ReviewData>): void {
    this.data = component.data;
  }

  do(action: Action): void {
    const before = this.item.value?.annotation;
    this.state.value = reduce(this.state.value, action);
    if (this.item.value && this.item.value.annotation !== before) this.clock.restart();
  }

  start(): void {
    const holding = setInterval(() => void this.hold(), HOLD_EVERY_MS);
    const looking = setInterval(() => this.state.value.phase === "empty" && !document.hidden && void this.more(), LOOK_AGAIN_MS);
    const seen = () => {
      if (document.hidden) return this.clock.pause();
      this.clock.resume();
      void this.hold();
    };
    const left = () => this.release();
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("pagehide", left);
    this.off = [
      () => clearInterval(holding),
      () => clearInterval(looking),
      () => document.removeEventListener("visibilitychange", seen),
      () => window.removeEventListener("pagehide", left),
      // What these change is none of what they wait for.
      effect(() => {
        const state = this.state.value;
        untracked(() => this.show(state));
      }),
      effect(() => {
        const mark = this.reader.chosen.value;
        untracked(() => mark && this.follow(mark));
      }),
    ];
    void this.more();
  }

  stop(): void {
    for (const end of this.off.splice(0)) end();
    this.release();
    this.loaded.clear();
    this.state.value = START;
  }

  /** Accepts what stands there: as the engine said it, or with what the person changed. */
  accept(): void {
    const { draft } = this.state.value;
    const problem = draft && problemOf(draft);
    if (problem) return this.do({ type: "say", text: problem, tone: "bad" });
    this.decide(this.changed.value ? "fixed" : "accepted");
  }

  reject(reason: string): void {
    if (reason.trim()) this.decide("rejected", reason.trim());
  }

  skip(): void {
    const item = this.item.value;
    if (!item) return;
    this.do({ type: "skipped" });
    this.api.release([item.annotation]);
    void this.more();
  }

  comeBack(): void {
    this.do({ type: "come back" });
    void this.more();
  }

  only(kind: Kind | null): void {
    this.release();
    this.kinds.value = kind ? [kind] : KINDS;
    const { decided, skipped } = this.state.value;
    this.state.value = { ...START, decided, skipped };
    void this.more();
  }

  undo(): void {
    // In line with the decisions: the last one may still be on its way.
    this.line = this.line.then(async () => {
      try {
        const { item, decision, reviewed_result } = await this.api.undo();
        this.load(item);
        this.do({ type: "undone", item, mine: reviewed_result, words: `Taken back: ${SAID[decision].toLowerCase()}` });
      } catch (error) {
        this.failed(error);
      }
    });
  }

  tryAgain(): void {
    this.do({ type: "loading" });
    void this.more();
  }

  private decide(decision: Decision, reason = ""): void {
    const item = this.item.value;
    const { draft } = this.state.value;
    if (!item || !draft) return;
    const change = decision === "fixed" ? changeOf(item, draft) : undefined;
    const body = { annotation: item.annotation, version: item.version, decision, reason, seconds: this.clock.seconds, ...(change ? { change } : {}) };
    this.inFlight.add(item.annotation);
    this.sending.value = this.inFlight.size;
    this.do({ type: "decided", words: SAID[decision] });
    this.line = this.line.then(async () => {
      try {
        await this.api.decide(body);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.ended) this.failed(error);
        else this.do({ type: "refused", annotation: item.annotation, trouble: error.trouble, item: error.final ? null : item, draft });
      } finally {
        this.inFlight.delete(item.annotation);
        this.sending.value = this.inFlight.size;
      }
      void this.more();
    });
    void this.more();
  }

  /** Fills up what is held ahead, and loads the pictures of what came. */
  private async more(): Promise<void> {
    const { queue, skipped, phase } = this.state.value;
    if (this.asking || phase === "ended" || queue.length >= AHEAD) return;
    this.asking = true;
    let came = 0;
    try {
      const held = queue.map((one) => one.annotation);
      const items = await this.api.next(this.kinds.value, [...skipped, ...this.inFlight, ...held], AHEAD - queue.length);
      const wanted = items.filter((one) => this.kinds.value.includes(one.kind));
      for (const item of wanted) this.load(item);
      came = wanted.length;
      // While it was asked, one of them may have been decided on or skipped.
      this.do({ type: "came", items: wanted.filter((one) => !this.inFlight.has(one.annotation)) });
    } catch (error) {
      this.failed(error);
    } finally {
      this.asking = false;
    }
    // What was decided while it was asked is asked for now.
    if (came > 0) void this.more();
  }

  private async hold(): Promise<void> {
    const ids = this.state.value.queue.map((one) => one.annotation);
    // A page that nobody looks at lets its claims end.
    if (ids.length === 0 || document.hidden) return;
    try {
      for (const { annotation, held, error } of await this.api.hold(ids)) {
        if (!held && !this.inFlight.has(annotation)) {
          this.do(error ? { type: "lost", annotation, trouble: error } : { type: "went", annotation });
        }
      }
      void this.more();
    } catch (error) {
      if (error instanceof ApiError && error.ended) this.failed(error);
    }
  }

  private release(): void {
    this.api.release(this.state.value.queue.map((one) => one.annotation));
  }

  private failed(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.ended) this.do({ type: "ended", trouble: error.trouble });
    else if (error.final) this.do({ type: "say", text: error.trouble.message, tone: "bad" });
    else this.do({ type: "failed", trouble: error.trouble });
  }

  /** A URL has ended: the same items come again, with fresh ones. */
  renew(): void {
    this.release();
    const { skipped, decided } = this.state.value;
    this.state.value = { ...START, skipped, decided };
    void this.more();
  }

  private load(item: Item): void {
    const url = item.asset.image_url;
    if (!url || this.loaded.has(url)) return;
    const image = new Image();
    image.src = url;
    image.decode().catch(() => undefined);
    this.loaded.set(url, image);
    for (const old of [...this.loaded.keys()].slice(0, -2 * AHEAD)) this.loaded.delete(old);
  }

  /** Into the picture: another one for another item, other shapes for another draft, and what is selected. */
  private show({ queue, draft, selected }: State): void {
    const item = queue[0];
    // What is heard has no picture to draw on.
    if (!item || !draft || draft.kind === "transcript") return;
    if (item !== this.drawn[0] || draft !== this.drawn[1]) this.reader.update(readerOf(pictureOf(item, draft), () => this.renew()));
    this.drawn = [item, draft];
    const mark = markOf(item, draft, selected);
    const { chosen } = this.reader;
    if (chosen.value?.layer !== mark?.layer || chosen.value?.id !== mark?.id) this.reader.choose(mark);
  }

  /** What is chosen in the picture is chosen in the list, and the other way round. */
  private follow(mark: Mark): void {
    const { draft, selected } = this.state.value;
    if (!draft) return;
    const at = draft.kind === "highlights" ? draft.passages.findIndex((one) => one.key === mark.id) : Number(mark.id);
    if (at >= 0 && at !== selected) this.do({ type: "select", at });
  }

  /** To a line, passage or segment from the list or the keyboard; `near` zooms to it. */
  go(at: number, near = false): void {
    this.do({ type: "select", at });
    const { draft, selected } = this.state.value;
    if (draft?.kind === "ocr") this.reader.goTo({ layer: "line", id: selected }, near);
    const passage = draft?.kind === "highlights" ? draft.passages[selected] : undefined;
    if (passage) this.reader.goTo({ layer: "passage", id: passage.key }, near);
  }
}
