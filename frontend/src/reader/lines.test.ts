import { describe, expect, it } from "vitest";
import { boxOf, breaks, isUnsure, points, wholeText } from "./lines";
import type { Line, Polygon } from "./types";

const quad = (x: number, y: number, w = 0.4, h = 0.02): Polygon => [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
const line = (id: number, x: number, y: number, confidence?: number): Line => ({ id, text: `line ${id}`, polygon: quad(x, y), confidence: confidence ?? null });

describe("lines", () => {
  it("know paragraphs and columns apart", () => {
    const page = [line(0, 0.05, 0.1), line(1, 0.05, 0.125), line(2, 0.05, 0.2), line(3, 0.55, 0.1), line(4, 0.55, 0.125)];
    expect(breaks(page)).toEqual(["none", "none", "gap", "column", "none"]);
  });

  it("are unsure below the threshold, not when the engine says nothing", () => {
    expect([isUnsure(line(0, 0, 0, 0.79)), isUnsure(line(0, 0, 0, 0.8)), isUnsure(line(0, 0, 0))]).toEqual([true, false, false]);
  });

  it("are the text where no text is given", () => {
    const data = { image_url: null, width: 1, height: 1, lines: [line(1, 0, 0), line(2, 0, 0)] };
    expect(wholeText(data)).toBe("line 1\nline 2");
    expect(wholeText({ ...data, text: "given" })).toBe("given");
  });
});

describe("polygons", () => {
  it("outside the picture or broken are drawn at its edge", () => {
    expect(points([[-0.5, 0.5], [1.5, Number.NaN]])).toBe("0,0.5 1,0");
  });

  it("have a box over all of them, and none means the whole picture", () => {
    expect(boxOf([quad(0.1, 0.2), quad(0.3, 0.5)])).toEqual({ left: 0.1, top: 0.2, right: 0.7, bottom: 0.52 });
    expect(boxOf([])).toEqual({ left: 0, top: 0, right: 1, bottom: 1 });
  });
});
