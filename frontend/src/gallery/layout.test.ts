import { describe, expect, it } from "vitest";
import { GAP, neighbour, planGrid, planTable, visible } from "./layout";
import type { AssetCard } from "./types";

const sizes = [[3, 2], [2, 3], [1, 1], [16, 9], [9, 16], [3, 1], [4, 3]] as const;
const items: AssetCard[] = Array.from({ length: 60 }, (_, i) => {
  const [w, h] = sizes[i % sizes.length] as readonly [number, number];
  return { id: `${i}`, kind: "image", state: "ready", width: w * 400, height: h * 400 };
});

describe("the justified grid", () => {
  const plan = planGrid(items, 1000, "justified", "comfortable");

  it("fills every row but the last from edge to edge", () => {
    for (const row of plan.rows.slice(0, -1)) {
      const last = row.end - 1;
      expect((plan.left[last] ?? 0) + (plan.width[last] ?? 0)).toBeCloseTo(1000, 6);
    }
  });

  it("keeps the shape of pictures", () => {
    const first = plan.rows[0]?.height ?? 0;
    expect((plan.width[0] ?? 0) / first).toBeCloseTo(1.5, 6);
  });

  it("keeps rows near the wanted height", () => {
    for (const row of plan.rows) expect(Math.abs(row.height - 176)).toBeLessThan(90);
  });

  it("holds every item once", () => {
    expect(plan.rows.map((row) => row.end - row.start).reduce((a, b) => a + b)).toBe(60);
    expect(plan.left.length).toBe(60);
  });

  it("never lets a lone picture of the last row grow over the wanted height", () => {
    expect(planGrid(items.slice(0, 1), 1000, "justified", "large").rows[0]?.height).toBe(272);
  });

  it("cuts the tiles of extreme shapes instead of breaking the row", () => {
    const panorama: AssetCard = { id: "p", kind: "image", state: "ready", width: 20000, height: 500 };
    const one = planGrid([panorama, ...items], 1000, "justified", "comfortable");
    expect(one.rows[0]?.height).toBeGreaterThan(100);
  });
});

describe("square tiles", () => {
  it("stand in columns that fill the width", () => {
    const plan = planGrid(items, 1000, "square", "comfortable");
    const row = plan.rows[0] ?? { end: 0, start: 0 };
    const side = plan.width[0] ?? 0;
    expect((row.end - row.start) * (side + GAP) - GAP).toBeCloseTo(1000, 6);
  });

  it("are at least two a row on a phone", () => {
    expect(planGrid(items, 200, "square", "large").rows[0]?.end).toBe(2);
  });
});

describe("arrows", () => {
  const plan = planGrid(items, 1000, "square", "comfortable");
  const columns = plan.rows[0]?.end ?? 0;

  it("go along the list and over the ends of rows", () => {
    expect(neighbour(plan, columns - 1, "right")).toBe(columns);
    expect(neighbour(plan, 0, "left")).toBe(0);
    expect(neighbour(plan, 59, "right")).toBe(59);
  });

  it("go to the tile standing above or below, and stay at the edges", () => {
    expect(neighbour(plan, 2, "down")).toBe(columns + 2);
    expect(neighbour(plan, columns + 2, "up")).toBe(2);
    expect(neighbour(plan, 2, "up")).toBe(2);
  });

  it("reach the nearest tile of a shorter last row", () => {
    const short = planGrid(items.slice(0, columns + 1), 1000, "square", "comfortable");
    expect(neighbour(short, columns - 1, "down")).toBe(columns);
  });

  it("jump to the ends and by pages", () => {
    expect(neighbour(plan, 7, "first")).toBe(0);
    expect(neighbour(plan, 7, "last")).toBe(59);
    const down = neighbour(plan, 1, "pageDown", 400);
    expect(down).toBeGreaterThan(columns);
    expect(neighbour(plan, down, "pageUp", 400)).toBe(1);
  });
});

describe("the window", () => {
  it("shows only the rows that touch it", () => {
    const plan = planTable(1000, 800, "comfortable");
    expect(visible(plan, 520, 1040)).toEqual([9, 21]);
    expect(visible(plan, -500, -10)).toEqual([0, 0]);
    expect(visible(planTable(0, 800, "comfortable"), 0, 500)).toEqual([0, 0]);
  });
});
