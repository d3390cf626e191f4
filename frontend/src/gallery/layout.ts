import type { AssetCard, Density, Layout } from "./types";

/** Where everything stands, in CSS pixels from the top left corner of the list. Rows hold `start` up to, not including, `end`. */
export interface Row {
  readonly top: number;
  readonly height: number;
  readonly start: number;
  readonly end: number;
}

export interface Plan {
  readonly rows: readonly Row[];
  readonly left: readonly number[];
  readonly width: readonly number[];
  /** The row of every item. */
  readonly rowOf: readonly number[];
  readonly height: number;
}

export const GAP = 6;
const ROW_HEIGHT: Record<Density, number> = { compact: 116, comfortable: 176, large: 272 };
const TILE_WIDTH: Record<Density, number> = { compact: 112, comfortable: 176, large: 272 };
export const TABLE_ROW: Record<Density, number> = { compact: 36, comfortable: 52, large: 76 };

/** Panoramas and receipts would make a row unreadable: their tile is cut, the picture is not. */
const NARROWEST = 0.6;
const WIDEST = 2.6;
const SOUND_ASPECT = 1.6;

export function aspect(item: AssetCard): number {
  if (item.kind === "sound") return SOUND_ASPECT;
  if (!item.width || !item.height) return item.kind === "video" ? 16 / 9 : 1;
  return Math.min(WIDEST, Math.max(NARROWEST, item.width / item.height));
}

export function planGrid(items: readonly AssetCard[], width: number, layout: Layout, density: Density): Plan {
  // On a phone two pictures a row say more than one.
  const narrow = width < 480 ? 0.72 : 1;
  return layout === "square"
    ? squares(items.length, width, TILE_WIDTH[density] * narrow)
    : justified(items.map(aspect), width, ROW_HEIGHT[density] * narrow);
}

export function planTable(count: number, width: number, density: Density): Plan {
  const height = TABLE_ROW[density];
  const rows = Array.from({ length: count }, (_, i) => ({ top: i * height, height, start: i, end: i + 1 }));
  return {
    rows,
    left: new Array<number>(count).fill(0),
    width: new Array<number>(count).fill(width),
    rowOf: rows.map((_, i) => i),
    height: count * height,
  };
}

function squares(count: number, width: number, wanted: number): Plan {
  const columns = Math.max(2, Math.floor((width + GAP) / (wanted + GAP)));
  const side = (width - GAP * (columns - 1)) / columns;
  const rows: Row[] = [];
  for (let start = 0; start < count; start += columns) {
    rows.push({ top: rows.length * (side + GAP), height: side, start, end: Math.min(count, start + columns) });
  }
  const indices = Array.from({ length: count }, (_, i) => i);
  return {
    rows,
    left: indices.map((i) => (i % columns) * (side + GAP)),
    width: indices.map(() => side),
    rowOf: indices.map((i) => Math.floor(i / columns)),
    height: Math.max(0, rows.length * (side + GAP) - GAP),
  };
}

/** Fills rows one after the other; each is stretched or squeezed to the whole width, the last one keeps the wanted height. */
function justified(aspects: readonly number[], width: number, wanted: number): Plan {
  const rows: Row[] = [];
  const left: number[] = [];
  const widths: number[] = [];
  const rowOf: number[] = [];
  let top = 0;

  const close = (start: number, end: number, height: number) => {
    let x = 0;
    for (let i = start; i < end; i += 1) {
      const w = (aspects[i] as number) * height;
      left.push(x);
      widths.push(w);
      rowOf.push(rows.length);
      x += w + GAP;
    }
    rows.push({ top, height, start, end });
    top += height + GAP;
  };

  let start = 0;
  let sum = 0;
  for (let i = 0; i < aspects.length; i += 1) {
    const mine = aspects[i] as number;
    const before = fitting(width, i - start, sum);
    const after = fitting(width, i - start + 1, sum + mine);
    // Breaks before the item when the row comes nearer to the wanted height without it.
    if (i > start && after < wanted && Math.abs(before / wanted - 1) < Math.abs(wanted / after - 1)) {
      close(start, i, before);
      start = i;
      sum = mine;
    } else {
      sum += mine;
      if (after <= wanted) {
        close(start, i + 1, after);
        start = i + 1;
        sum = 0;
      }
    }
  }
  if (start < aspects.length) {
    const full = fitting(width, aspects.length - start, sum);
    close(start, aspects.length, Math.min(wanted, full));
  }
  return { rows, left, width: widths, rowOf, height: Math.max(0, top - GAP) };
}

/** The height at which `count` pictures whose aspects add up to `sum` fill the width. */
function fitting(width: number, count: number, sum: number): number {
  return (width - GAP * (count - 1)) / sum;
}

/** The rows that touch the window, as [first, last). */
export function visible(plan: Plan, from: number, to: number): [number, number] {
  const { rows } = plan;
  const first = firstRow(rows, (row) => row.top + row.height >= from);
  const last = firstRow(rows, (row) => row.top > to);
  return [Math.min(first, rows.length), Math.max(first, last)];
}

function firstRow(rows: readonly Row[], test: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(rows[middle] as Row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export type Step = "left" | "right" | "up" | "down" | "first" | "last" | "pageUp" | "pageDown";

/** Where an arrow leads: along the list sideways, to the tile standing nearest above or below. `page` is a window's height. */
export function neighbour(plan: Plan, index: number, step: Step, page = 600): number {
  const last = plan.left.length - 1;
  if (last < 0) return -1;
  const row = plan.rows[plan.rowOf[index] as number] as Row;
  switch (step) {
    case "left":
      return Math.max(0, index - 1);
    case "right":
      return Math.min(last, index + 1);
    case "first":
      return 0;
    case "last":
      return last;
    case "up":
      return inRow(plan, index, (plan.rowOf[index] as number) - 1);
    case "down":
      return inRow(plan, index, (plan.rowOf[index] as number) + 1);
    case "pageUp":
    case "pageDown": {
      const aim = row.top + (step === "pageDown" ? page : -page);
      const found = firstRow(plan.rows, (r) => r.top + r.height > aim);
      return inRow(plan, index, Math.min(plan.rows.length - 1, Math.max(0, found)));
    }
  }
}

function inRow(plan: Plan, index: number, rowIndex: number): number {
  const row = plan.rows[rowIndex];
  if (!row) return index;
  const centre = (i: number) => (plan.left[i] as number) + (plan.width[i] as number) / 2;
  const aim = centre(index);
  let best = row.start;
  for (let i = row.start; i < row.end; i += 1) {
    if (Math.abs(centre(i) - aim) < Math.abs(centre(best) - aim)) best = i;
  }
  return best;
}
