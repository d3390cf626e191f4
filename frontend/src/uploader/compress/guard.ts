import { describe, type Described } from "../bytes/describe";
import { sniff, type Foreign, type Format } from "../bytes/sniff";
import { refusal } from "../problem";

const FOREIGN: Readonly<Record<Foreign, string>> = {
  svg: "This is an SVG drawing, which can carry scripts.",
  pdf: "This is a PDF document.",
  program: "This is a program, not an image.",
  archive: "This is an archive, not an image.",
  video: "This is a video.",
  sound: "This is a sound recording.",
  tiff: "This is a TIFF, which browsers can’t open.",
  photoshop: "This is a Photoshop document.",
  unknown: "This file is not an image.",
};

const FOREIGN_HINT: Readonly<Partial<Record<Foreign, string>>> = {
  svg: "Export it as PNG and upload that.",
  pdf: "Save its pages as images and upload those.",
  tiff: "Save it as JPEG or PNG and upload that.",
  photoshop: "Export it as JPEG or PNG and upload that.",
};

const HINT = "Choose a JPEG, PNG, WebP, GIF, HEIC or AVIF.";

/** Looks at the bytes before anything decodes them. The server looks again; this only saves the way there. */
export function guard(bytes: Uint8Array, maxPixels: number): { format: Format; facts: Described } {
  const sniffed = sniff(bytes);
  if ("foreign" in sniffed) {
    const code = sniffed.foreign === "unknown" || sniffed.foreign === "program" ? "not_an_image" : "unsupported_type";
    throw refusal(code, FOREIGN[sniffed.foreign], FOREIGN_HINT[sniffed.foreign] ?? HINT);
  }
  const format = sniffed.image;
  const facts = safely(() => describe(bytes, format));
  if (!facts || facts.width < 1 || facts.height < 1) throw broken();
  const pixels = facts.width * facts.height;
  if (pixels > maxPixels) {
    throw refusal(
      "image_too_many_pixels",
      `This image has ${facts.width.toLocaleString("en")} × ${facts.height.toLocaleString("en")} pixels, ` +
        `more than the ${megapixels(maxPixels)} that are accepted.`,
      "Make it smaller and upload it again.",
    );
  }
  if (!facts.complete) {
    throw refusal("image_broken", "This file ends before the picture does.", "Copy it again from where it came from.");
  }
  return { format, facts };
}

export function broken() {
  return refusal("image_broken", "This image is damaged and can’t be opened.", "Open and save it in another program, then try again.");
}

const megapixels = (pixels: number) => `${Math.round(pixels / 1e6).toLocaleString("en")} megapixels`;

/** Headers lie: an offset beyond the end is a broken picture, not an accident of ours. */
function safely<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
