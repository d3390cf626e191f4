import type { Described } from "./describe";
import { exifOrientation } from "./orientation";
import { ascii } from "./sniff";

const NEEDED = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]);
const HEADER_BYTES = 12;
const FLAG_EXIF = 0x08;
const FLAG_XMP = 0x04;
const FLAG_ANIMATION = 0x02;

interface Chunk {
  readonly type: string;
  readonly start: number;
  /** After the padding to an even length. */
  readonly end: number;
}

function chunks(bytes: Uint8Array): { found: Chunk[]; complete: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 8 + view.getUint32(4, true);
  const found: Chunk[] = [];
  let at = HEADER_BYTES;
  while (at + 8 <= Math.min(end, bytes.length)) {
    const length = view.getUint32(at + 4, true);
    found.push({ type: ascii(bytes, at, 4), start: at, end: at + 8 + length + (length % 2) });
    at += 8 + length + (length % 2);
  }
  // Some writers forget the padding byte of the last chunk.
  return { found, complete: bytes.length >= end - 1 && at <= bytes.length + 1 };
}

const uint24 = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);

export function describeWebp(bytes: Uint8Array): Described | null {
  if (bytes.length < 30) return null;
  const { found, complete } = chunks(bytes);
  const size = sizeOf(bytes, found[0]);
  if (!size) return null;
  const exif = found.find(({ type, end }) => type === "EXIF" && end <= bytes.length + 1);
  return {
    ...size,
    orientation: exif ? exifOrientation(bytes.subarray(exif.start + 8, exif.end)) : 1,
    animated: found[0]?.type === "VP8X" && (bytes[20]! & FLAG_ANIMATION) !== 0,
    complete,
  };
}

function sizeOf(bytes: Uint8Array, first: Chunk | undefined): { width: number; height: number } | null {
  const at = HEADER_BYTES + 8;
  if (first?.type === "VP8X") return { width: 1 + uint24(bytes, at + 4), height: 1 + uint24(bytes, at + 7) };
  if (first?.type === "VP8 ") {
    return { width: uint24(bytes, at + 6) & 0x3fff, height: (uint24(bytes, at + 8) & 0xffff) & 0x3fff };
  }
  if (first?.type === "VP8L" && bytes[at] === 0x2f) {
    const bits = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 1, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return null;
}

export function stripWebp(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const { found, complete } = chunks(bytes);
  if (!complete) return null;
  const kept = found.filter(({ type }) => NEEDED.has(type));
  const out = new Uint8Array(HEADER_BYTES + kept.reduce((sum, { start, end }) => sum + end - start, 0));
  out.set(bytes.subarray(0, HEADER_BYTES));
  let at = HEADER_BYTES;
  for (const { type, start, end } of kept) {
    out.set(bytes.subarray(start, end), at);
    if (type === "VP8X") out[at + 8]! &= ~(FLAG_EXIF | FLAG_XMP);
    at += end - start;
  }
  new DataView(out.buffer).setUint32(4, out.length - 8, true);
  return out;
}
