import type { Described } from "./describe";
import { ascii } from "./sniff";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

interface Block {
  readonly kind: "image" | "control" | "loop" | "other" | "trailer";
  readonly start: number;
  readonly end: number;
}

/** End of a chain of data sub-blocks, or -1 when the file ends first. */
function endOfSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at]!;
    at += 1 + length;
    if (length === 0) return at;
  }
  return -1;
}

const tableBytes = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 0x07) + 1) : 0);

function blocks(bytes: Uint8Array): { head: number; found: Block[]; complete: boolean } {
  const head = 13 + tableBytes(bytes[10] ?? 0);
  const found: Block[] = [];
  let at = head;
  while (at < bytes.length) {
    const introducer = bytes[at];
    if (introducer === TRAILER) {
      found.push({ kind: "trailer", start: at, end: at + 1 });
      return { head, found, complete: true };
    }
    let data: number;
    let kind: Block["kind"];
    if (introducer === IMAGE) {
      data = at + 10 + tableBytes(bytes[at + 9] ?? 0) + 1;
      kind = "image";
    } else if (introducer === EXTENSION) {
      data = at + 2;
      kind = extensionKind(bytes, at);
    } else {
      break;
    }
    const end = endOfSubBlocks(bytes, data);
    if (end < 0) break;
    found.push({ kind, start: at, end });
    at = end;
  }
  return { head, found, complete: false };
}

function extensionKind(bytes: Uint8Array, at: number): Block["kind"] {
  if (bytes[at + 1] === GRAPHIC_CONTROL) return "control";
  if (bytes[at + 1] !== APPLICATION) return "other";
  const name = ascii(bytes, at + 3, 11);
  return name === "NETSCAPE2.0" || name === "ANIMEXTS1.0" ? "loop" : "other";
}

export function describeGif(bytes: Uint8Array): Described | null {
  if (bytes.length < 14) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { found } = blocks(bytes);
  const images = found.filter(({ kind }) => kind === "image").length;
  // Many GIFs in the wild lack the trailer: one whole picture is enough.
  return {
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    orientation: 1,
    animated: images > 1,
    complete: images > 0,
  };
}

/** Comments, plain text and applications' blocks (XMP among them) go; frames, timing and looping stay. */
export function stripGif(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const { head, found } = blocks(bytes);
  const kept = found.filter(({ kind }) => kind === "image" || kind === "control" || kind === "loop");
  if (!kept.some(({ kind }) => kind === "image")) return null;
  const out = new Uint8Array(head + kept.reduce((sum, { start, end }) => sum + end - start, 0) + 1);
  out.set(bytes.subarray(0, head));
  let at = head;
  for (const { start, end } of kept) {
    out.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  out[at] = TRAILER;
  return out;
}
