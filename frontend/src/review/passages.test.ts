import { describe, expect, it } from "vitest";
import { add, covering, freeWord, fromResult, merge, moveEdge, shapes, shift, split, textOf, toResult } from "./passages";
import type { DraftPassage, Word } from "./types";

/** Three lines of five words: w0 to w14; ids are others than places. */
const words: Word[] = Array.from({ length: 15 }, (_, place) => {
  const [left, top] = [0.1 + (place % 5) * 0.1, 0.1 + Math.floor(place / 5) * 0.1];
  const right = left + 0.08;
  return { id: 100 + place, text: `w${place}`, polygon: [[left, top], [right, top], [right, top + 0.05], [left, top + 0.05]] };
});
const passage = (places: number[], key = 0): DraftPassage => covering({ key, color: "yellow", text: "", words: [], polygons: [] }, places, words);

describe("a passage", () => {
  it("has a shape for each line it runs over, from its first word to its last there", () => {
    const one = passage([3, 4, 5, 6]);
    expect(one.text).toBe("w3 w4 w5 w6");
    expect(one.polygons).toHaveLength(2);
    expect(one.polygons[0]?.[0]?.[0]).toBeCloseTo(0.4);
    expect(one.polygons[0]?.[1]?.[0]).toBeCloseTo(0.58);
    expect(one.polygons[1]?.[1]?.[0]).toBeCloseTo(0.28);
  });

  it("joins a word that was parted at the end of a line", () => {
    const parted = words.map((word, place) => (place === 4 ? { ...word, text: "to-" } : place === 5 ? { ...word, text: "gether" } : word));
    expect(textOf([3, 4, 5, 6], parted)).toBe("w3 together w6");
  });

  it("moves an edge by words, keeps one, and stops at the page's ends", () => {
    expect(moveEdge(passage([3, 4]), "end", 2, words).words).toEqual([3, 4, 5, 6]);
    expect(moveEdge(passage([3, 4]), "end", -5, words).words).toEqual([3]);
    expect(moveEdge(passage([1, 2]), "start", -5, words).words).toEqual([0, 1, 2]);
    expect(moveEdge(passage([1, 2]), "start", 1, words).words).toEqual([2]);
    expect(moveEdge(passage([13, 14]), "end", 3, words).words).toEqual([13, 14]);
  });

  it("moves whole only while all of it stays on the page", () => {
    expect(shift(passage([3, 4]), 1, words).words).toEqual([4, 5]);
    expect(shift(passage([13, 14]), 1, words).words).toEqual([13, 14]);
  });

  it("is parted in two and joined again, the words between taken along", () => {
    const parts = split([passage([2, 3, 4, 5])], 0, 2, 1, words);
    expect(parts.map((one) => one.words)).toEqual([[2, 3], [4, 5]]);
    expect(merge(parts, 0, words).map((one) => one.words)).toEqual([[2, 3, 4, 5]]);
    expect(merge([passage([0, 1]), passage([4, 5], 1)], 0, words)[0]?.words).toEqual([0, 1, 2, 3, 4, 5]);
    expect(merge([passage([0]), passage([14], 1)], 0, words)[0]?.words).toEqual([0, 14]);
    expect(split([passage([2, 3])], 0, 2, 1, words)).toHaveLength(1);
    expect(merge([passage([2, 3])], 0, words)).toHaveLength(1);
  });

  it("is added where it stands in reading order, beginning with a free word", () => {
    const there = [passage([0, 1]), passage([8, 9], 1)];
    const made = add(there, [5, 4], "pink", 2, words);
    expect(made.at).toBe(1);
    expect(made.passages.map((one) => one.words)).toEqual([[0, 1], [4, 5], [8, 9]]);
    expect(freeWord(there, 8, words)).toBe(10);
    expect(freeWord([passage([...words.keys()])], 3, words)).toBeNull();
  });
});

describe("an engine's answer", () => {
  it("keeps what it says of words, and leaves out words that are not on the page", () => {
    const [one] = fromResult({ words, passages: [{ color: "pink", text: "t", polygons: [], words: [101, 999, 102] }] });
    expect(one?.words).toEqual([1, 2]);
    expect(fromResult({})).toEqual([]);
  });

  it("goes back with ids, inside the picture, in a colour there is, without what was taken out", () => {
    const odd: DraftPassage = { ...passage([1]), color: "#123456", polygons: [[[-3, Number.NaN], [7, 0.5], [1, 1]]] };
    expect(toResult([odd, { ...passage([2], 1), dropped: true }], words)).toEqual([
      { color: "yellow", text: "w1", polygons: [[[0, 0], [1, 0.5], [1, 1]]], words: [101] },
    ]);
  });

  it("has boxes for words without four corners", () => {
    const round = words.map((word) => ({ ...word, polygon: [...word.polygon, word.polygon[0]!] }));
    expect(shapes([0, 1], round)[0]).toHaveLength(4);
  });
});
