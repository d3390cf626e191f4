import { describe, expect, it } from "vitest";
import { Clock } from "./clock";
import { changeOf, isChanged, problemOf, startOf, withLine } from "./draft";
import { nextUnsure, reduce, START, type Action, type State } from "./state";
import type { Draft, EngineResult, Item } from "./types";

const box = [[0, 0], [1, 0], [1, 0.1]] as const;
const text: EngineResult = {
  text: "one\ntwo\nthree",
  lines: [
    { id: 0, text: "one", polygon: box, confidence: 0.99 },
    { id: 1, text: "two", polygon: box, confidence: 0.4 },
    { id: 2, text: "three", polygon: box, confidence: 0.5 },
  ],
};
const item = (annotation: string, more: Partial<Item> = {}): Item => ({
  annotation, version: "0", kind: "ocr", engine: "local", model: "", uncertainty: 0.1, result: text,
  asset: { id: `asset-${annotation}`, title: "A page", alt_text: "", width: 10, height: 10, thumbhash: null, image_url: "/x", full_url: null },
  ...more,
});
const run = (...actions: Action[]): State => actions.reduce(reduce, START);
const ids = (state: State) => state.queue.map((one) => one.annotation);
const came: Action = { type: "came", items: [item("a"), item("b"), item("c")] };
const trouble = { code: "stale", message: "Maja accepted it.", hint: "Go on." };

describe("the queue", () => {
  it("begins each item at its first unsure line, with the engine's answer", () => {
    const state = run(came);
    expect([state.phase, state.selected, state.draft]).toEqual(["ready", 1, { kind: "ocr", lines: {} }]);
    expect(run({ type: "came", items: [] }).phase).toBe("empty");
  });

  it("has the next one in sight the moment one is decided, and never takes one in twice", () => {
    const state = run(came, { type: "decided", words: "Accepted" }, { type: "came", items: [item("b"), item("d")] });
    expect(ids(state)).toEqual(["b", "c", "d"]);
    expect(state.decided).toBe(1);
  });

  it("leaves a skipped item out until someone comes back to it", () => {
    const state = run(came, { type: "skipped" }, { type: "came", items: [item("a")] });
    expect([ids(state), state.skipped]).toEqual([["b", "c"], ["a"]]);
    expect(ids(reduce(reduce(state, { type: "come back" }), { type: "came", items: [item("a")] }))).toEqual(["b", "c", "a"]);
  });

  it("puts an undone item first, with what was made of it", () => {
    const mine: EngineResult = { text: "", lines: [text.lines![0]!, { ...text.lines![1]!, text: "2" }] };
    const state = run(came, { type: "decided", words: "" }, { type: "undone", item: item("a", { version: "2" }), mine, words: "" });
    expect(ids(state)).toEqual(["a", "b", "c"]);
    expect([state.decided, state.draft]).toEqual([0, { kind: "ocr", lines: { 1: "2", 2: null } }]);
  });

  it("says why a decision was refused; what can be put right comes back as it was left", () => {
    const draft: Draft = { kind: "ocr", lines: { 0: "1" } };
    const gone = run(came, { type: "decided", words: "" }, { type: "refused", annotation: "a", trouble, item: null, draft });
    expect([ids(gone), gone.notice?.text, gone.decided]).toEqual([["b", "c"], "Maja accepted it. Go on.", 0]);
    const back = run(came, { type: "decided", words: "" }, { type: "refused", annotation: "a", trouble, item: item("a"), draft });
    expect([ids(back), back.draft]).toEqual([["a", "b", "c"], draft]);
  });

  it("drops what was lost: quietly when it waited, in words when it was in sight", () => {
    const waiting = run(came, { type: "lost", annotation: "b", trouble });
    expect([ids(waiting), waiting.notice]).toEqual([["a", "c"], null]);
    const seen = run(came, { type: "lost", annotation: "a", trouble });
    expect([ids(seen), seen.notice?.text]).toEqual([["b", "c"], "Maja accepted it."]);
  });

  it("keeps what is there when the next ones can't be asked for, and lets go of all when the role is gone", () => {
    expect(run(came, { type: "failed", trouble }).phase).toBe("ready");
    expect(run({ type: "failed", trouble }).phase).toBe("failed");
    const ended = run(came, { type: "ended", trouble });
    expect([ended.phase, ended.queue]).toEqual(["ended", []]);
  });
});

describe("working on an item", () => {
  it("goes back step by step", () => {
    const one = item("a");
    const first = run(came);
    const edited = reduce(first, { type: "edit", draft: withLine(one, first.draft!, 1, "zwei") });
    const twice = reduce(edited, { type: "edit", draft: withLine(one, edited.draft!, 2, null) });
    expect(twice.draft).toEqual({ kind: "ocr", lines: { 1: "zwei", 2: null } });
    const back = reduce(reduce(twice, { type: "back a step" }), { type: "back a step" });
    expect(back.draft).toEqual(first.draft);
    expect(reduce(back, { type: "back a step" })).toBe(back);
  });

  it("goes from unsure line to unsure line, round the end, both ways", () => {
    const state = run(came);
    expect(nextUnsure(state, 1)).toBe(2);
    expect(nextUnsure({ ...state, selected: 2 }, 1)).toBe(1);
    expect(nextUnsure(state, -1)).toBe(2);
  });

  it("never selects what is not there", () => {
    expect(run(came, { type: "select", at: 99 }).selected).toBe(2);
    expect(run(came, { type: "select", at: -4 }).selected).toBe(0);
  });
});

describe("a draft", () => {
  const captioned = item("c", { kind: "caption", result: { alt_text: "A cat", caption: "It sits", tags: ["cat"] } });

  it("is no change while the engine's own words stand there", () => {
    const one = item("a");
    const changed = withLine(one, startOf(one), 0, "eins");
    expect(isChanged(one, changed)).toBe(true);
    expect(isChanged(one, withLine(one, changed, 0, "one"))).toBe(false);
    expect(isChanged(captioned, startOf(captioned))).toBe(false);
  });

  it("of a caption has an alt text of 1 to 150 characters", () => {
    const draft = startOf(captioned) as Extract<Draft, { kind: "caption" }>;
    expect(problemOf(draft)).toBeNull();
    expect(problemOf({ ...draft, alt_text: " " })).toContain("empty");
    expect(problemOf({ ...draft, alt_text: "x".repeat(151) })).toContain("151");
    expect(problemOf({ ...draft, alt_text: "x".repeat(150) })).toBeNull();
  });

  it("is sent as what changed", () => {
    const draft = { ...(startOf(captioned) as Extract<Draft, { kind: "caption" }>), tags: " cat, ,tree " };
    expect(changeOf(captioned, draft)).toEqual({ alt_text: "A cat", caption: "It sits", tags: ["cat", "tree"] });
  });

  it("can be begun from an answer with nothing in it", () => {
    for (const kind of ["ocr", "highlights", "caption"] as const) expect(() => startOf(item("x", { kind, result: {} }))).not.toThrow();
  });
});

it("the clock counts only while someone looks", () => {
  let now = 0;
  const clock = new Clock(() => now);
  clock.restart();
  now = 2000;
  clock.pause();
  now = 60_000;
  clock.resume();
  now = 61_500;
  expect(clock.seconds).toBe(3.5);
});
