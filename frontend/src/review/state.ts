import { linesOf, segmentsOf, startOf } from "./draft";
import { isUnsure } from "../reader/lines";
import type { Draft, EngineResult, Item, Trouble } from "./types";

/** Items on the page, the one in sight included: one more would be one less for someone else. */
export const AHEAD = 6;
const PAST_STEPS = 100;

export type Mode = "look" | "edit" | "split" | "reject" | "help";
export type Phase = "loading" | "ready" | "empty" | "failed" | "ended";

export interface State {
  readonly phase: Phase;
  /** The first is the one in sight; all are claimed. */
  readonly queue: readonly Item[];
  readonly draft: Draft | null;
  /** Steps of the draft that Ctrl+Z goes back by. */
  readonly past: readonly Draft[];
  readonly mode: Mode;
  /** Of lines, passages or segments. */
  readonly selected: number;
  /** Where a passage is to be parted: before this word of it. */
  readonly cut: number;
  readonly skipped: readonly string[];
  readonly decided: number;
  readonly undoable: boolean;
  readonly trouble: Trouble | null;
  readonly notice: { readonly text: string; readonly tone: "good" | "bad" } | null;
}

export const START: State = {
  phase: "loading", queue: [], draft: null, past: [], mode: "look", selected: 0, cut: 1, skipped: [], decided: 0,
  undoable: true, trouble: null, notice: null,
};

export type Action =
  | { readonly type: "came"; readonly items: readonly Item[] }
  | { readonly type: "went"; readonly annotation: string }
  | { readonly type: "decided"; readonly words: string }
  | { readonly type: "skipped" }
  | { readonly type: "come back" }
  | { readonly type: "undone"; readonly item: Item; readonly mine: EngineResult | null; readonly words: string }
  | { readonly type: "refused"; readonly annotation: string; readonly trouble: Trouble; readonly item: Item | null; readonly draft: Draft | null }
  | { readonly type: "lost"; readonly annotation: string; readonly trouble: Trouble }
  | { readonly type: "failed"; readonly trouble: Trouble }
  | { readonly type: "ended"; readonly trouble: Trouble }
  | { readonly type: "loading" }
  | { readonly type: "edit"; readonly draft: Draft; readonly selected?: number }
  | { readonly type: "back a step" }
  | { readonly type: "select"; readonly at: number }
  | { readonly type: "cut"; readonly at: number }
  | { readonly type: "mode"; readonly mode: Mode }
  | { readonly type: "say"; readonly text: string; readonly tone: "good" | "bad" }
  | { readonly type: "hush" };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "loading":
      return { ...state, phase: state.queue.length > 0 ? "ready" : "loading", trouble: null };
    case "came": {
      const known = new Set([...state.queue.map((one) => one.annotation), ...state.skipped]);
      const fresh = action.items.filter((one) => !known.has(one.annotation));
      const queue = [...state.queue, ...fresh];
      const next = { ...state, queue, trouble: null, phase: queue.length > 0 ? ("ready" as const) : ("empty" as const) };
      return state.queue.length === 0 ? begin(next) : next;
    }
    case "decided":
      return begin({ ...advance(state), decided: state.decided + 1, undoable: true, notice: { text: action.words, tone: "good" } });
    case "skipped": {
      const here = state.queue[0];
      if (!here) return state;
      return begin({ ...advance(state), skipped: [...state.skipped, here.annotation], notice: { text: "Skipped", tone: "good" } });
    }
    case "come back":
      return { ...state, skipped: [], phase: state.queue.length > 0 ? "ready" : "loading", notice: null };
    case "undone": {
      const rest = state.queue.filter((one) => one.annotation !== action.item.annotation);
      const next = begin({
        ...state, phase: "ready", queue: [action.item, ...rest], decided: Math.max(0, state.decided - 1),
        skipped: state.skipped.filter((one) => one !== action.item.annotation), notice: { text: action.words, tone: "good" },
      });
      return { ...next, draft: startOf(action.item, action.mine) };
    }
    case "refused": {
      // Something that can be put right comes back with what the person had made of it; else it is said why it went.
      const notice = { text: `${action.trouble.message} ${action.trouble.hint}`.trim(), tone: "bad" as const };
      const decided = Math.max(0, state.decided - 1);
      if (!action.item) return { ...state, decided, notice };
      const queue = [action.item, ...state.queue.filter((one) => one.annotation !== action.annotation)];
      return { ...begin({ ...state, phase: "ready", queue, decided, notice }), draft: action.draft ?? startOf(action.item) };
    }
    case "went":
    case "lost": {
      const here = state.queue[0]?.annotation === action.annotation;
      const queue = state.queue.filter((one) => one.annotation !== action.annotation);
      const next = { ...state, queue, phase: queue.length > 0 ? state.phase : ("loading" as const) };
      if (!here) return next;
      return begin(action.type === "lost" ? { ...next, notice: { text: action.trouble.message, tone: "bad" } } : next);
    }
    case "failed":
      return { ...state, trouble: action.trouble, phase: state.queue.length > 0 ? "ready" : "failed" };
    case "ended":
      return { ...START, phase: "ended", trouble: action.trouble, decided: state.decided };
    case "edit":
      if (!state.draft || action.draft === state.draft) return state;
      return {
        ...state, draft: action.draft, past: [...state.past.slice(-PAST_STEPS), state.draft],
        selected: action.selected ?? state.selected, notice: null,
      };
    case "back a step": {
      const before = state.past.at(-1);
      if (!before) return state;
      return { ...state, draft: before, past: state.past.slice(0, -1), selected: Math.min(state.selected, Math.max(0, count(state, before) - 1)) };
    }
    case "select":
      return { ...state, selected: Math.max(0, Math.min(action.at, count(state) - 1)), mode: state.mode === "split" ? "look" : state.mode };
    case "cut":
      return { ...state, cut: Math.max(1, action.at) };
    case "mode":
      return state.mode === action.mode ? state : { ...state, mode: action.mode };
    case "say":
      return { ...state, notice: { text: action.text, tone: action.tone } };
    case "hush":
      return { ...state, notice: null };
  }
}

/** How many lines, passages or segments there are to go along. */
export function count(state: State, draft: Draft | null = state.draft): number {
  const item = state.queue[0];
  if (!item || !draft) return 0;
  if (draft.kind === "ocr") return linesOf(item.result).length;
  if (draft.kind === "transcript") return segmentsOf(item.result).length;
  return draft.kind === "highlights" ? draft.passages.length : 0;
}

/** The next line that the engine was not sure of, round the end. */
export function nextUnsure(state: State, by: 1 | -1): number {
  const lines = linesOf(state.queue[0]?.result ?? {});
  for (let step = 1; step <= lines.length; step++) {
    const at = (state.selected + by * step + lines.length * (step + 1)) % lines.length;
    const line = lines[at];
    if (line && isUnsure({ ...line, text: line.text })) return at;
  }
  return state.selected;
}

function advance(state: State): State {
  const queue = state.queue.slice(1);
  return { ...state, queue, phase: queue.length > 0 ? "ready" : "loading" };
}

/** A fresh look at whatever is first now: at the line that needs it most. */
function begin(state: State): State {
  const item = state.queue[0];
  if (!item) return { ...state, draft: null, past: [], mode: "look", selected: 0 };
  const lines = item.kind === "ocr" ? linesOf(item.result) : [];
  const unsure = lines.findIndex((line) => isUnsure({ ...line, text: line.text }));
  return { ...state, draft: startOf(item), past: [], mode: "look", selected: Math.max(0, unsure), cut: 1 };
}
