import { describe, expect, it } from "vitest";
import { fit, fitScale, isFitted, panBy, reveal, settle, zoomAt, zoomTo, type View } from "./viewport";

const stage = { width: 800, height: 600 };
const page = { width: 1536, height: 2048 };
const under = (view: View, at: { x: number; y: number }) => ({ x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale });

describe("fitting", () => {
  it("shows the whole picture in the middle with a margin", () => {
    const view = fit(stage, page);
    expect(view.scale).toBeCloseTo(568 / 2048, 6);
    expect(view.y).toBeCloseTo(16, 6);
    expect(view.x).toBeCloseTo((800 - 1536 * view.scale) / 2, 6);
    expect(isFitted(view, stage, page)).toBe(true);
  });

  it("does not blow up a small picture", () => {
    expect(fitScale(stage, { width: 64, height: 64 })).toBe(1);
  });
});

describe("zooming", () => {
  it("keeps the point under the cursor where it is", () => {
    const near = zoomAt(fit(stage, page), 5, { x: 400, y: 300 }, stage, page);
    const at = { x: 430, y: 210 };
    const nearer = zoomAt(near, 1.5, at, stage, page);
    expect(under(nearer, at).x).toBeCloseTo(under(near, at).x, 6);
    expect(under(nearer, at).y).toBeCloseTo(under(near, at).y, 6);
  });

  it("ends at the whole picture and at four times its size", () => {
    const view = fit(stage, page);
    expect(zoomAt(view, 0.01, { x: 0, y: 0 }, stage, page)).toEqual(view);
    expect(zoomAt(view, 1000, { x: 0, y: 0 }, stage, page).scale).toBe(4);
  });
});

describe("panning", () => {
  it("does not draw an edge of the picture inwards", () => {
    const near = zoomAt(fit(stage, page), 8, { x: 400, y: 300 }, stage, page);
    const far = panBy(near, 99999, 99999, stage, page);
    expect([far.x, far.y]).toEqual([16, 16]);
    const other = panBy(near, -99999, -99999, stage, page);
    expect(other.x).toBeCloseTo(800 - 16 - 1536 * near.scale, 6);
  });

  it("keeps in the middle what has room", () => {
    const view = fit(stage, page);
    expect(panBy(view, 50, 50, stage, page)).toEqual(view);
  });
});

describe("a line", () => {
  const line = { left: 0.1, right: 0.9, top: 0.7, bottom: 0.72 };

  it("is brought into the middle at a readable size", () => {
    const view = zoomTo(line, stage, page);
    const width = 0.8 * page.width * view.scale;
    expect(width).toBeCloseTo(800 * 0.92, 3);
    expect(view.y + 0.71 * page.height * view.scale).toBeCloseTo(300, 3);
  });

  it("that is a single letter is not blown up without end", () => {
    expect(zoomTo({ left: 0.5, right: 0.505, top: 0.5, bottom: 0.505 }, stage, page).scale).toBe(1.5);
  });

  it("in sight moves nothing, out of sight comes in", () => {
    const view = fit(stage, page);
    expect(reveal(view, line, stage, page)).toBe(view);
    const near = zoomTo({ left: 0.1, right: 0.9, top: 0.1, bottom: 0.12 }, stage, page);
    const seen = reveal(near, line, stage, page);
    expect(seen.scale).toBe(near.scale);
    expect(seen.y + 0.72 * page.height * seen.scale).toBeLessThanOrEqual(600 - 15.9);
  });
});

describe("a stage that changes its size", () => {
  it("keeps the scale and moves only what it must", () => {
    const near = zoomAt(fit(stage, page), 6, { x: 400, y: 300 }, stage, page);
    expect(settle(near, { width: 500, height: 400 }, page).scale).toBe(near.scale);
  });
});
