import { ascii } from "./sniff";

const ORIENTATION_TAG = 0x0112;

/** EXIF orientation (1..8) of a TIFF block; 1 when there is none or it can't be read. */
export function tiffOrientation(block: Uint8Array): number {
  const order = ascii(block, 0, 2);
  if (block.length < 14 || (order !== "II" && order !== "MM")) return 1;
  const little = order === "II";
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const directory = view.getUint32(4, little);
  if (directory + 2 > block.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > block.length) return 1;
    if (view.getUint16(at, little) === ORIENTATION_TAG) {
      const value = view.getUint16(at + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}

/** The same for a block that may begin with the `Exif\0\0` of a JPEG. */
export function exifOrientation(block: Uint8Array): number {
  return tiffOrientation(ascii(block, 0, 4) === "Exif" ? block.subarray(6) : block);
}
