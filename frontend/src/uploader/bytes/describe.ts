import { describeGif, stripGif } from "./gif";
import { describeIsoMedia } from "./isobmff";
import { describeJpeg, stripJpeg } from "./jpeg";
import { describePng, stripPng } from "./png";
import type { Format } from "./sniff";
import { describeWebp, stripWebp } from "./webp";

/** What the header tells, without decoding a pixel. */
export interface Described {
  /** Pixels as stored, before EXIF turns them. */
  readonly width: number;
  readonly height: number;
  /** EXIF, 1..8. */
  readonly orientation: number;
  readonly animated: boolean;
  /** False when the file ends before the picture does. */
  readonly complete: boolean;
}

/** `null`: the header makes no sense. */
export function describe(bytes: Uint8Array, format: Format): Described | null {
  switch (format) {
    case "jpeg":
      return describeJpeg(bytes);
    case "png":
      return describePng(bytes);
    case "gif":
      return describeGif(bytes);
    case "webp":
      return describeWebp(bytes);
    case "bmp":
      return describeBmp(bytes);
    case "heic":
    case "avif":
      return describeIsoMedia(bytes);
  }
}

/** The same picture, bit for bit, with nothing about the person who took it; `null` where that can't be promised. */
export function stripped(bytes: Uint8Array, format: Format): Uint8Array<ArrayBuffer> | null {
  switch (format) {
    case "jpeg":
      return stripJpeg(bytes);
    case "png":
      return stripPng(bytes);
    case "gif":
      return stripGif(bytes);
    case "webp":
      return stripWebp(bytes);
    default:
      return null;
  }
}

function describeBmp(bytes: Uint8Array): Described | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(14, true) < 40) return null;
  // A negative height means that rows run from the top.
  const [width, height] = [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
  return { width, height, orientation: 1, animated: false, complete: bytes.length >= view.getUint32(2, true) };
}
