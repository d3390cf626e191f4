import { boxOf } from "../reader/lines";
import type { Polygon } from "../reader/types";
import type { DraftPassage, EngineResult, Word } from "./types";

/** Passages that are joined take the words between them along, unless they stand far apart. */
const GAP_WORDS = 8;

export const COLORS = ["yellow", "green", "blue", "pink", "orange", "purple"] as const;

/** The passages of an engine's answer; words it names that are not on the page are left out. */
export function fromResult(result: EngineResult): DraftPassage[] {
  const places = new Map((result.words ?? []).map((word, place) => [word.id, place]));
  return (result.passages ?? []).map((one, key) => ({
    key,
    color: one.color,
    text: one.text,
    words: (one.words ?? []).map((id) => places.get(id)).filter((place) => place !== undefined),
    polygons: one.polygons,
  }));
}

/** As the server takes them: ids of words, and every point inside the picture. */
export function toResult(passages: readonly DraftPassage[], words: readonly Word[]) {
  return passages
    .filter((one) => !one.dropped)
    .map((one) => ({
      color: (COLORS as readonly string[]).includes(one.color) ? one.color : "yellow",
      text: one.text,
      polygons: one.polygons.map((polygon) => polygon.map(([x, y]) => [inside(x), inside(y)])),
      words: one.words.map((place) => words[place]?.id).filter((id) => id !== undefined),
    }));
}

/** A passage that covers these words: its text and shapes follow from them. */
export function covering(passage: DraftPassage, places: readonly number[], words: readonly Word[]): DraftPassage {
  const sorted = [...new Set(places)].filter((place) => words[place]).sort((a, b) => a - b);
  return { ...passage, words: sorted, text: textOf(sorted, words), polygons: shapes(sorted, words) };
}

/** Moves one end by some words; a passage keeps at least one. */
export function moveEdge(passage: DraftPassage, end: "start" | "end", by: number, words: readonly Word[]): DraftPassage {
  let places = [...passage.words];
  for (let step = 0; step < Math.abs(by); step++) {
    const first = places[0];
    const last = places.at(-1);
    if (first === undefined || last === undefined) return passage;
    const grows = end === "end" ? by > 0 : by < 0;
    if (!grows) {
      if (places.length > 1) places = end === "end" ? places.slice(0, -1) : places.slice(1);
    } else if (end === "end" && last + 1 < words.length) places.push(last + 1);
    else if (end === "start" && first > 0) places.unshift(first - 1);
  }
  return places.length === passage.words.length ? passage : covering(passage, places, words);
}

/** The whole passage some words further. */
export function shift(passage: DraftPassage, by: number, words: readonly Word[]): DraftPassage {
  const moved = passage.words.map((place) => place + by);
  return moved.every((place) => words[place]) ? covering(passage, moved, words) : passage;
}

export function merge(passages: readonly DraftPassage[], at: number, words: readonly Word[]): readonly DraftPassage[] {
  const one = passages[at];
  const next = passages[at + 1];
  if (!one || !next) return passages;
  const [a, b] = [one, next].sort((x, y) => (x.words[0] ?? 0) - (y.words[0] ?? 0)) as [DraftPassage, DraftPassage];
  const [from, to] = [(a.words.at(-1) ?? 0) + 1, b.words[0] ?? 0];
  const between = to - from <= GAP_WORDS ? range(from, to) : [];
  const whole =
    one.words.length > 0 && next.words.length > 0
      ? covering(one, [...a.words, ...between, ...b.words], words)
      : { ...one, text: `${one.text} ${next.text}`, polygons: [...one.polygons, ...next.polygons] };
  return [...passages.slice(0, at), whole, ...passages.slice(at + 2)];
}

/** Two of one, the second beginning with the word counted by `before`. */
export function split(
  passages: readonly DraftPassage[], at: number, before: number, key: number, words: readonly Word[],
): readonly DraftPassage[] {
  const one = passages[at];
  if (!one || before <= 0 || before >= one.words.length) return passages;
  const parts = [covering(one, one.words.slice(0, before), words), covering({ ...one, key }, one.words.slice(before), words)];
  return [...passages.slice(0, at), ...parts, ...passages.slice(at + 1)];
}

/** A new passage in its place in reading order. */
export function add(
  passages: readonly DraftPassage[], places: readonly number[], color: string, key: number, words: readonly Word[],
): { readonly passages: readonly DraftPassage[]; readonly at: number } {
  const fresh = covering({ key, color, text: "", words: [], polygons: [] }, places, words);
  const first = fresh.words[0] ?? 0;
  const after = passages.findIndex((one) => (one.words[0] ?? -1) > first);
  const at = after < 0 ? passages.length : after;
  return { passages: [...passages.slice(0, at), fresh, ...passages.slice(at)], at };
}

/** The first word from `from` on that no passage covers. */
export function freeWord(passages: readonly DraftPassage[], from: number, words: readonly Word[]): number | null {
  const taken = new Set(passages.filter((one) => !one.dropped).flatMap((one) => one.words));
  for (let step = 0; step < words.length; step++) {
    const place = (from + step) % words.length;
    if (!taken.has(place)) return place;
  }
  return null;
}

export function textOf(places: readonly number[], words: readonly Word[]): string {
  const rows = lines(places, words).map((row) => row.map((place) => words[place]?.text ?? "").join(" "));
  // A word parted at the end of a line is one word.
  return rows.reduce((text, row) => (/\p{L}-$/u.test(text) && /^\p{Ll}/u.test(row) ? text.slice(0, -1) + row : text ? `${text} ${row}` : row), "");
}

/** One shape a line, from its first word's left edge to its last word's right one, along the line's slant. */
export function shapes(places: readonly number[], words: readonly Word[]): Polygon[] {
  return lines(places, words).map((row) => {
    const polygons = row.map((place) => words[place]?.polygon ?? []);
    const [first, last] = [polygons[0] ?? [], polygons.at(-1) ?? []];
    if (first.length === 4 && last.length === 4) return [first[0], last[1], last[2], first[3]] as Polygon;
    const { left, top, right, bottom } = boxOf(polygons);
    return [[left, top], [right, top], [right, bottom], [left, bottom]];
  });
}

/** The words grouped by the lines they stand on: a new one where reading goes back or down. */
function lines(places: readonly number[], words: readonly Word[]): number[][] {
  const rows: number[][] = [];
  let before: ReturnType<typeof boxOf> | null = null;
  for (const place of places) {
    const word = words[place];
    if (!word) continue;
    const box = boxOf([word.polygon]);
    const height = Math.max(0.001, before ? before.bottom - before.top : 0);
    const same = before && box.left >= before.left && Math.abs(box.top + box.bottom - before.top - before.bottom) / 2 < height * 0.7;
    if (same) rows.at(-1)?.push(place);
    else rows.push([place]);
    before = box;
  }
  return rows;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, step) => from + step);
}

function inside(n: number): number {
  return Number.isFinite(n) ? Math.min(1, Math.max(0, n)) : 0;
}
