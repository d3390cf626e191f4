import { describe, expect, it } from "vitest";
import { ago, bytes, duration, facts, title } from "./format";
import type { AssetCard } from "./types";

const now = Date.parse("2026-11-22T12:00:00Z");
const card: AssetCard = { id: "a", kind: "image", state: "ready" };

describe("sizes", () => {
  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1536, "1.5 kB"],
    [138_962, "138 kB"],
    [4_600_000, "4.6 MB"],
    [null, ""],
  ])("%s is %s", (value, words) => expect(bytes(value)).toBe(words));
});

describe("durations", () => {
  it.each([
    [3.4, "0:03"],
    [75.2, "1:15"],
    [3671, "1:01:11"],
    [null, ""],
  ])("%s is %s", (value, words) => expect(duration(value)).toBe(words));
});

describe("times", () => {
  it.each([
    ["2026-11-22T11:59:40Z", "just now"],
    ["2026-11-22T11:48:00Z", "12 min ago"],
    ["2026-11-22T09:00:00Z", "3 h ago"],
    ["2026-11-21T09:00:00Z", "yesterday"],
    ["2026-11-18T09:00:00Z", "4 days ago"],
    ["2026-03-12T09:00:00Z", "12 Mar"],
    ["2024-03-12T09:00:00Z", "12 Mar 2024"],
    ["not a time", ""],
  ])("%s is %s", (value, words) => expect(ago(value, now)).toBe(words));
});

describe("names and facts", () => {
  it("fall back to the file name, then to what it is", () => {
    expect(title({ ...card, title: " ", original_name: "IMG_1.jpeg" })).toBe("IMG_1.jpeg");
    expect(title(card)).toBe("Untitled image");
  });

  it("leave out what is not known", () => {
    expect(facts({ ...card, width: 3, height: 2, uploader_name: "Mei" }, now)).toBe("3 × 2 · Mei");
  });
});
