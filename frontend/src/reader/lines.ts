import type { Line, Passage, Polygon, ReaderData } from "./types";
import type { Box } from "./viewport";

export function boxOf(polygons: readonly Polygon[]): Box {
  const points = polygons.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  if (points.length === 0) return { left: 0, top: 0, right: 1, bottom: 1 };
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Engines may answer points outside the picture; they are drawn at its edge. */
export function points(polygon: Polygon): string {
  const inside = (n: number) => (Number.isFinite(n) ? Math.min(1, Math.max(0, n)) : 0);
  return polygon.map(([x, y]) => `${inside(x)},${inside(y)}`).join(" ");
}

export type Id = string | number;

/** What came without an id is known by its place. */
export function numbered<T extends { readonly id?: Id }>(list: readonly T[] | null | undefined): readonly (T & { readonly id: Id })[] {
  return (list ?? []).map((one, i) => ({ ...one, id: one.id ?? i }));
}

/** What stands between a line and the one before: nothing, a paragraph's gap, or the step to another column. */
export type Break = "none" | "gap" | "column";

const GAP_OF_A_LINE = 0.9;

export function breaks(lines: readonly Line[]): Break[] {
  const boxes = lines.map((line) => boxOf([line.polygon]));
  return boxes.map((box, i) => {
    const before = boxes[i - 1];
    if (!before) return "none";
    const height = Math.max(0.001, Math.min(box.bottom - box.top, before.bottom - before.top));
    const up = box.bottom < before.top && box.left >= before.left;
    if (up || lines[i]?.column !== lines[i - 1]?.column) return "column";
    return box.top - before.bottom > height * GAP_OF_A_LINE ? "gap" : "none";
  });
}

export function wholeText(data: ReaderData): string {
  return data.text || (data.lines ?? []).map((line) => line.text).join("\n");
}

export const LOW_CONFIDENCE = 0.8;

export function isUnsure(line: Line, below = LOW_CONFIDENCE): boolean {
  return line.confidence != null && line.confidence < below;
}

const MARKERS: Readonly<Record<string, string>> = {
  yellow: "#f2c200",
  green: "#35b04a",
  blue: "#2f8fe0",
  pink: "#ec4f9b",
  orange: "#f0862c",
  purple: "#9356d8",
  red: "#dd4040",
  grey: "#8a8f98",
  gray: "#8a8f98",
};

export function marker(passage: Passage): string {
  const named = MARKERS[passage.color.toLowerCase()];
  return named ?? (CSS.supports("color", passage.color) ? passage.color : (MARKERS.grey as string));
}

/** A passage as it is pasted elsewhere: in quotation marks, with where it stands. */
export function quote(text: string, source: string | null | undefined): string {
  return source ? `“${text}”\n— ${source}` : text;
}
