import type { Described } from "./describe";
import { ascii } from "./sniff";

/** Boxes that hold other boxes on the way to `ispe`, and how many bytes of their own come first. */
const CONTAINERS: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0 };

/**
 * Size of a HEIC or AVIF by its largest `ispe` box (tiles and thumbnails have smaller ones). The decoder turns the
 * picture by itself. `null` when there is no size to be found: then it is not decoded either.
 */
export function describeIsoMedia(bytes: Uint8Array): Described | null {
  let width = 0;
  let height = 0;
  let ends = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const walk = (from: number, to: number, depth: number): void => {
    let at = from;
    while (at + 8 <= to && depth < 6) {
      let size = view.getUint32(at);
      if (size === 1 && at + 16 <= to) size = Number(view.getBigUint64(at + 8));
      if (size === 0) size = to - at;
      if (size < 8) return;
      if (depth === 0) ends = at + size;
      const type = ascii(bytes, at + 4, 4);
      const end = Math.min(at + size, to);
      const own = CONTAINERS[type];
      if (own !== undefined) walk(at + 8 + own, end, depth + 1);
      if (type === "ispe" && at + 20 <= end) {
        const [w, h] = [view.getUint32(at + 12), view.getUint32(at + 16)];
        if (w * h > width * height) [width, height] = [w, h];
      }
      at += size;
    }
  };
  walk(0, bytes.length, 0);
  if (width === 0) return null;
  return { width, height, orientation: 1, animated: false, complete: ends <= bytes.length };
}
