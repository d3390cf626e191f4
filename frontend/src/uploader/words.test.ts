import { describe, expect, it } from "vitest";
import { fit, isPage, smoothing } from "./compress/plan";
import { sha256 } from "./compress/hash";
import { legible, megabytes, savedPercent, splitName } from "./words";

describe("words for numbers", () => {
  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1024, "1 kB"],
    [320_000, "313 kB"],
    [50 * 1024 ** 2, "50 MB"],
    [4_700_000, "4.5 MB"],
    [3 * 1024 ** 3, "3 GB"],
  ])("%i is %s", (bytes, words) => expect(megabytes(bytes)).toBe(words));

  it("never claims to have saved everything, or less than nothing", () => {
    expect(savedPercent(1_000_000, 1)).toBe(99);
    expect(savedPercent(10, 20)).toBe(0);
    expect(savedPercent(0, 0)).toBe(0);
  });
});

describe("file names", () => {
  it("can't pretend to end otherwise by turning the direction of reading", () => {
    expect(legible("photo\u202egpj.exe")).toBe("photogpj.exe");
  });
  it("keep slashes, emoji and letters of other scripts", () => {
    expect(legible("a/b \u{1f4d6} كتاب.jpg")).toBe("a/b \u{1f4d6} كتاب.jpg");
  });
  it("are never empty", () => expect(legible("\u200f\u0007")).toBe("Untitled"));
  it("keep their ending when the front is cut", () => {
    expect(splitName("short.jpg")).toEqual(["short.jpg", ""]);
    expect(splitName("a long name of a picture 0001.jpeg")[1]).toBe("0001.jpeg");
  });
});

describe("the plan of compression", () => {
  it("fits the longest edge and keeps the shape", () => {
    expect(fit({ width: 4000, height: 3000 }, 2048)).toEqual({ width: 2048, height: 1536 });
    expect(fit({ width: 3000, height: 4000 }, 2048)).toEqual({ width: 1536, height: 2048 });
    expect(fit({ width: 30_000, height: 3 }, 2048)).toEqual({ width: 2048, height: 1 });
  });
  it("never enlarges", () => expect(fit({ width: 100, height: 80 }, 2048)).toEqual({ width: 100, height: 80 }));
  it("smooths as measured: low below a half, high beyond", () => {
    const to = { width: 2048, height: 1536 };
    expect(smoothing({ width: 4000, height: 3000 }, to)).toBe("low");
    expect(smoothing({ width: 4096, height: 3072 }, to)).toBe("high");
  });
  it("treats as a page what is going to be read", () => {
    expect(isPage("annotation", null)).toBe(true);
    expect(isPage("library", ["ocr"])).toBe(true);
    expect(isPage("library", ["caption"])).toBe(false);
    expect(isPage("profile", null)).toBe(false);
  });
});

describe("the hash", () => {
  const bytes = new TextEncoder().encode("abc");
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  it("is SHA-256 in hex", async () => expect(await sha256(bytes)).toBe(expected));
  it("is the same where the browser has no crypto.subtle (plain http)", async () => {
    const there = Object.getOwnPropertyDescriptor(globalThis, "crypto")!;
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    try {
      expect(await sha256(bytes)).toBe(expected);
    } finally {
      Object.defineProperty(globalThis, "crypto", there);
    }
  });
});
