import { describe, expect, it } from "vitest";
import { NOTHING, reduce, type Action, type Selection } from "./selection";

const order = ["a", "b", "c", "d", "e", "f"];
const run = (...actions: Action[]): Selection => actions.reduce(reduce, NOTHING);
const picked = (state: Selection) => [...state.selected].sort().join("");
const toggle = (id: string): Action => ({ type: "toggle", id });
const range = (to: string): Action => ({ type: "range", to, order });

describe("toggling", () => {
  it("selects, unselects and takes the focus along", () => {
    expect(picked(run(toggle("a"), toggle("c"), toggle("a")))).toBe("c");
    expect(run(toggle("b")).focus).toBe("b");
  });
});

describe("a range", () => {
  it("goes from the last toggled one, both ways", () => {
    expect(picked(run(toggle("b"), range("d")))).toBe("bcd");
    expect(picked(run(toggle("e"), range("c")))).toBe("cde");
  });

  it("is replaced by the next one from the same anchor", () => {
    expect(picked(run(toggle("b"), range("f"), range("c")))).toBe("bc");
    expect(picked(run(toggle("c"), range("e"), range("a")))).toBe("abc");
  });

  it("does not take back what was selected before it", () => {
    expect(picked(run(toggle("d"), toggle("b"), range("e"), range("c")))).toBe("bcd");
  });

  it("unselects when it starts at one that was just unselected", () => {
    const all: Action = { type: "select", ids: order };
    expect(picked(run(all, toggle("b"), range("d")))).toBe("aef");
  });

  it("starts at the focus when nothing was toggled, at its end when there is no focus either", () => {
    expect(picked(run({ type: "focus", id: "b" }, range("d")))).toBe("bcd");
    expect(picked(run(range("d")))).toBe("d");
  });

  it("to something that is not in the list changes nothing", () => {
    expect(picked(run(toggle("b"), range("zz")))).toBe("b");
  });

  it("starts anew when its anchor left the list", () => {
    expect(picked(run(toggle("gone"), range("c")))).toBe("cgone");
  });
});

describe("Escape", () => {
  it("clears the selection first and the focus next", () => {
    const once = run(toggle("a"), toggle("b"), { type: "escape" });
    expect([picked(once), once.focus]).toEqual(["", "b"]);
    expect(reduce(once, { type: "escape" })).toEqual(NOTHING);
  });
});

describe("select and replace", () => {
  it("add to and take the place of what was there", () => {
    expect(picked(run(toggle("a"), { type: "select", ids: ["b", "c"] }))).toBe("abc");
    expect(picked(run(toggle("a"), { type: "replace", ids: ["b"] }))).toBe("b");
  });
});
