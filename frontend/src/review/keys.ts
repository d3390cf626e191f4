import type { Controller } from "./controller";
import { segmentsOf, withLine, withSegment } from "./draft";
import { add, COLORS, freeWord, merge, moveEdge, shift, split } from "./passages";
import { nextUnsure } from "./state";
import type { Draft, DraftPassage, Item } from "./types";

type Row = readonly [keys: string, does: string];

export const HELP: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  ["Decide", [["A or Enter", "Accept; with changes: fix & accept"], ["F", "Correct it"], ["R", "Reject, with a reason"],
    ["S", "Skip for now"], ["B", "Come back to what was skipped"], ["Z", "Take back the last decision"], ["Ctrl Z", "Take back a change"]]],
  ["Text", [["↑ ↓", "Line by line"], ["U or Shift U", "Next or previous unsure line"], ["E", "Edit the line; Enter takes it, Tab goes on"],
    ["X", "Take the line out"]]],
  ["Transcripts", [["↑ ↓", "Segment by segment"], ["Space", "Play from the segment, and pause"], ["← →", "2 seconds back or on"],
    ["E", "Edit the segment; Enter takes it, Tab goes on, Ctrl Space plays it"], ["X", "Take the segment out"]]],
  ["Passages", [["↑ ↓", "Passage by passage"], ["← →", "Move its end by a word"], ["Shift ← →", "Move its beginning"], [", .", "Move it whole"],
    ["M", "Join with the next"], ["T", "Part in two: ← → choose where, Enter parts"], ["1 to 6", "Colour"], ["N", "New passage after this one"],
    ["X", "No passage"], ["E", "Edit its text"]]],
  ["Picture", [["+ −", "Zoom"], ["0", "Whole picture"], ["Space", "To the line or passage, and back"], ["Drag over words", "New passage; Shift drag moves the picture"]]],
];

type Passages = Extract<Draft, { kind: "highlights" }>;

/** One key press; says whether it was for the review. */
export function press(review: Controller, event: KeyboardEvent): boolean {
  const state = review.state.value;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z" && state.past.length > 0) return did(review.do({ type: "back a step" }));
    if (key === "Enter") return did(review.accept());
    return false;
  }
  if (key === "?") return did(review.do({ type: "mode", mode: state.mode === "help" ? "look" : "help" }));
  if (key === "Escape" && state.mode !== "look") return did(review.do({ type: "mode", mode: "look" }));
  if (state.mode === "help" || state.mode === "reject") return key.length === 1 && state.mode === "help";
  if (key === "z") return did(review.undo());
  if (key === "b") return did(review.comeBack());
  const { item, draft } = { item: review.item.value, draft: state.draft };
  if (state.phase !== "ready" || !item || !draft) return false;
  if (state.mode === "split" && draft.kind === "highlights") return cutting(review, item, draft, key);
  if (draft.kind === "transcript" && onSegment(review, item, draft, key)) return true;
  switch (key) {
    case "a":
    case "Enter":
      return did(review.accept());
    case "f":
      return did(review.changed.value ? review.accept() : review.do({ type: "mode", mode: "edit" }));
    case "r":
      return did(review.do({ type: "mode", mode: "reject" }));
    case "s":
      return did(review.skip());
    case "e":
      return did(review.do({ type: "mode", mode: "edit" }));
    case " ":
      return did(review.reader.fitted.value ? review.go(state.selected, true) : review.reader.fit());
  }
  if (draft.kind !== "caption" && (key === "ArrowDown" || key === "j")) return did(review.go(state.selected + 1));
  if (draft.kind !== "caption" && (key === "ArrowUp" || key === "k")) return did(review.go(state.selected - 1));
  if (draft.kind === "ocr" && key === "u") return did(review.go(nextUnsure(state, event.shiftKey ? -1 : 1)));
  if (draft.kind === "ocr" && (key === "x" || key === "Delete")) {
    const gone = draft.lines[state.selected] === null;
    const old = item.result.lines?.[state.selected]?.text ?? "";
    return did(review.do({ type: "edit", draft: withLine(item, draft, state.selected, gone ? old : null) }));
  }
  if (draft.kind === "highlights" && onPassage(review, item, draft, key, event.shiftKey)) return true;
  return ["+", "=", "-", "_", "0"].includes(key) && review.reader.key(key);
}

function onSegment(review: Controller, item: Item, draft: Extract<Draft, { kind: "transcript" }>, key: string): boolean {
  const at = review.state.value.selected;
  const segment = segmentsOf(item.result)[at];
  if (key === " ") return did(review.player.toggle(segment));
  if (key === "ArrowLeft" || key === "ArrowRight") return did(review.player.move(key === "ArrowLeft" ? -2 : 2));
  if (!segment || (key !== "x" && key !== "Delete")) return false;
  const gone = draft.segments[at] === null;
  return did(review.do({ type: "edit", draft: withSegment(item, draft, at, gone ? segment.text : null) }));
}

function onPassage(review: Controller, item: Item, draft: Passages, key: string, shifted: boolean): boolean {
  const words = item.result.words ?? [];
  const at = review.state.value.selected;
  const one = draft.passages[at];
  const put = (changed: DraftPassage) => did(changePassage(review, draft, at, changed));
  const all = (passages: readonly DraftPassage[], selected = at) => did(editPassages(review, passages, selected));
  if (key === "n") {
    const free = freeWord(draft.passages, (one?.words.at(-1) ?? -1) + 1, words);
    if (free === null) return true;
    const made = add(draft.passages, [free], one?.color ?? "yellow", freshKey(draft), words);
    all(made.passages, made.at);
    return did(review.go(made.at));
  }
  if (!one) return false;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (by) return put(moveEdge(one, shifted ? "start" : "end", by, words));
  if (key === "," || key === "<") return put(shift(one, -1, words));
  if (key === "." || key === ">") return put(shift(one, 1, words));
  if (key === "m") return all(merge(draft.passages, at, words));
  if (key === "x" || key === "Delete") return put({ ...one, dropped: !one.dropped });
  if (key === "t" && one.words.length > 1) {
    review.do({ type: "cut", at: Math.ceil(one.words.length / 2) });
    return did(review.do({ type: "mode", mode: "split" }));
  }
  const color = COLORS[Number(key) - 1];
  return color ? put({ ...one, color }) : false;
}

function cutting(review: Controller, item: Item, draft: Passages, key: string): boolean {
  const { selected, cut } = review.state.value;
  const many = draft.passages[selected]?.words.length ?? 0;
  if (key === "ArrowLeft" || key === "ArrowUp") return did(review.do({ type: "cut", at: cut - 1 }));
  if (key === "ArrowRight" || key === "ArrowDown") return did(review.do({ type: "cut", at: Math.min(many - 1, cut + 1) }));
  if (key === "Enter" || key === "t") partAt(review, item, draft, cut);
  // Nothing decides on the item while a passage is being parted.
  return key === "Enter" || key.length === 1;
}

/** Parts the selected passage before one of its words. */
export function partAt(review: Controller, item: Item, draft: Passages, before: number): void {
  editPassages(review, split(draft.passages, review.state.value.selected, before, freshKey(draft), item.result.words ?? []));
  review.do({ type: "mode", mode: "look" });
}

export function editPassages(review: Controller, passages: readonly DraftPassage[], selected?: number): void {
  const { draft } = review.state.value;
  if (draft?.kind !== "highlights" || passages === draft.passages) return;
  review.do({ type: "edit", draft: { ...draft, passages, touched: true }, ...(selected === undefined ? {} : { selected }) });
}

export function changePassage(review: Controller, draft: Passages, at: number, changed: DraftPassage): void {
  if (changed === draft.passages[at]) return;
  editPassages(review, draft.passages.map((one, place) => (place === at ? changed : one)));
}

export function freshKey(draft: Passages): number {
  return Math.max(-1, ...draft.passages.map((one) => one.key)) + 1;
}

function did(_: void): true {
  return true;
}
