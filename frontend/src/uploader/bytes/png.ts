import type { Described } from "./describe";
import { tiffOrientation } from "./orientation";
import { ascii } from "./sniff";

/** Chunks that change how the picture looks. Everything else (text, EXIF, time, private chunks) may tell about a person. */
const NEEDED = new Set([
  "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "bKGD", "pHYs",
  "acTL", "fcTL", "fdAT",
]);

const SIGNATURE_BYTES = 8;

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Chunks up to IEND; `complete` is false when the file ends earlier. */
function chunks(bytes: Uint8Array): { found: Chunk[]; complete: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Chunk[] = [];
  let at = SIGNATURE_BYTES;
  while (at + 12 <= bytes.length) {
    const type = ascii(bytes, at + 4, 4);
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    found.push({ type, start: at, end });
    if (type === "IEND") return { found, complete: true };
    at = end;
  }
  return { found, complete: false };
}

export function describePng(bytes: Uint8Array): Described | null {
  if (bytes.length < 33 || ascii(bytes, 12, 4) !== "IHDR") return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { found, complete } = chunks(bytes);
  const exif = found.find(({ type }) => type === "eXIf");
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    orientation: exif ? tiffOrientation(bytes.subarray(exif.start + 8, exif.end - 4)) : 1,
    animated: found.some(({ type }) => type === "acTL"),
    complete,
  };
}

export function stripPng(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const { found, complete } = chunks(bytes);
  if (!complete) return null;
  const kept = found.filter(({ type }) => NEEDED.has(type));
  const out = new Uint8Array(SIGNATURE_BYTES + kept.reduce((sum, { start, end }) => sum + end - start, 0));
  out.set(bytes.subarray(0, SIGNATURE_BYTES));
  let at = SIGNATURE_BYTES;
  for (const { start, end } of kept) {
    out.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return out;
}
