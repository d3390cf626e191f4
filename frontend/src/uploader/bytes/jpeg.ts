import type { Described } from "./describe";
import { exifOrientation } from "./orientation";
import { ascii } from "./sniff";

interface Segment {
  readonly marker: number;
  /** Offset of the 0xFF and of the byte after the segment. */
  readonly start: number;
  readonly end: number;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COMMENT = 0xfe;

/** Markers with no length: restart markers, TEM and SOI. */
const isBare = (marker: number) => (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Segments up to EOI; the coded pixels belong to their SOS. `null` when the file ends before EOI or is garbled. */
function segments(bytes: Uint8Array): Segment[] | null {
  const found: Segment[] = [];
  let at = 0;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === EOI) {
      found.push({ marker, start: at, end: at + 2 });
      return found;
    }
    let end = at + 2;
    if (!isBare(marker)) {
      if (at + 4 > bytes.length) return null;
      end += (bytes[at + 2]! << 8) | bytes[at + 3]!;
      if (marker === SOS) end = endOfScan(bytes, end);
    }
    found.push({ marker, start: at, end });
    at = end;
  }
  return null;
}

function endOfScan(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1]!;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += next === 0xff ? 1 : 2;
  }
}

export function describeJpeg(bytes: Uint8Array): Described | null {
  let at = 2;
  let orientation = 1;
  let size: { width: number; height: number } | null = null;
  // Only the head is walked by hand, so that a cut-off file still tells its size.
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff || isBare(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === SOS || marker === EOI) break;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (marker === 0xe1 && ascii(bytes, at + 4, 4) === "Exif") {
      orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length));
    }
    if (isFrame(marker)) {
      size = { height: (bytes[at + 5]! << 8) | bytes[at + 6]!, width: (bytes[at + 7]! << 8) | bytes[at + 8]! };
    }
    at += 2 + length;
  }
  if (!size) return null;
  return { ...size, orientation, animated: false, complete: segments(bytes) !== null };
}

/**
 * What a viewer needs and nothing else: tables, frames, scans, JFIF, the colour profile and Adobe's colour transform.
 * EXIF, XMP, IPTC, comments, makers' blocks and everything after the end of the picture (phones append a second
 * photo or a film there, with its own place and time) are left out. `null` when the file can't be walked.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const all = segments(bytes);
  if (!all) return null;
  const kept = all.filter((segment) => isNeeded(bytes, segment));
  const out = new Uint8Array(kept.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  for (const { start, end } of kept) {
    out.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return out;
}

function isNeeded(bytes: Uint8Array, { marker, start }: Segment): boolean {
  if (marker === SOI || marker === 0xe0) return marker === SOI || ascii(bytes, start + 4, 4) === "JFIF";
  if (marker === 0xe2) return ascii(bytes, start + 4, 11) === "ICC_PROFILE";
  if (marker === 0xee) return ascii(bytes, start + 4, 5) === "Adobe";
  return marker !== COMMENT && !(marker >= 0xe0 && marker <= 0xef);
}
