/** What a file is by its first bytes; its name and declared type are never asked. */
export type Format = "jpeg" | "png" | "gif" | "webp" | "bmp" | "heic" | "avif";

/** Things people drop by mistake, so that the refusal can name them. */
export type Foreign = "svg" | "pdf" | "program" | "archive" | "video" | "sound" | "tiff" | "photoshop" | "unknown";

export type Sniffed = { readonly image: Format } | { readonly foreign: Foreign };

export const MIME: Readonly<Record<Format, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  heic: "image/heic",
  avif: "image/avif",
};

const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);
const AVIF_BRANDS = new Set(["avif", "avis"]);

export function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

export function sniff(bytes: Uint8Array): Sniffed {
  const starts = (...head: number[]) => head.every((byte, at) => bytes[at] === byte);
  if (starts(0xff, 0xd8, 0xff)) return { image: "jpeg" };
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { image: "png" };
  const head = ascii(bytes, 0, 16);
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return { image: "gif" };
  if (head.startsWith("RIFF")) return riff(head.slice(8, 12));
  if (head.slice(4, 8) === "ftyp") return isoMedia(bytes);
  if (head.startsWith("BM") && bytes.length >= 26) return { image: "bmp" };
  return { foreign: foreign(bytes, head) };
}

function riff(form: string): Sniffed {
  if (form === "WEBP") return { image: "webp" };
  return { foreign: form === "AVI " ? "video" : form === "WAVE" ? "sound" : "unknown" };
}

/** HEIC, AVIF and MP4 share a container; the brands tell them apart, and `mif1` alone may be either. */
function isoMedia(bytes: Uint8Array): Sniffed {
  const size = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length, 256);
  const brands = [ascii(bytes, 8, 4)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(ascii(bytes, at, 4));
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return { image: "avif" };
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return { image: "heic" };
  return { foreign: brands[0]?.startsWith("M4A") ? "sound" : "video" };
}

function foreign(bytes: Uint8Array, head: string): Foreign {
  if (head.startsWith("%PDF")) return "pdf";
  if (head.startsWith("MZ") || head.startsWith("\x7fELF") || head.startsWith("#!")) return "program";
  if (head.startsWith("PK\x03\x04") || head.startsWith("Rar!") || head.startsWith("\x1f\x8b") || head.startsWith("7z")) {
    return "archive";
  }
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return "tiff";
  if (head.startsWith("8BPS")) return "photoshop";
  if (head.startsWith("\x1a\x45\xdf\xa3")) return "video";
  if (head.startsWith("ID3") || head.startsWith("OggS") || head.startsWith("fLaC") || head.startsWith("\xff\xfb")) return "sound";
  const text = ascii(bytes, 0, Math.min(bytes.length, 1024)).toLowerCase();
  if (text.includes("<svg")) return "svg";
  return "unknown";
}
