import type { Format } from "../bytes/sniff";

export interface CompressOptions {
  /** Longest edge after compression, pixels. Text stops being readable for engines below 2048. */
  readonly edge: number;
  /** Of WebP, 0..1. */
  readonly quality: number;
  readonly maxPixels: number;
}

/** Quality of the JPEG made where a browser can't write WebP. */
export const JPEG_QUALITY = 0.8;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that fits into `edge` x `edge`; never larger than it was, never zero. */
export function fit({ width, height }: Size, edge: number): Size {
  const ratio = Math.max(width, height) / edge;
  if (ratio <= 1) return { width, height };
  return { width: Math.max(1, Math.round(width / ratio)), height: Math.max(1, Math.round(height / ratio)) };
}

/** Measured by SSIMULACRA2: "low" is sharper while less than two pixels become one, beyond that it aliases. */
export function smoothing(from: Size, to: Size): ImageSmoothingQuality {
  return Math.max(from.width, from.height) / Math.max(to.width, to.height) < 2 ? "low" : "high";
}

/**
 * A page is what somebody is going to read text from; at 2048 pixels its letters survive .65, which saves a quarter.
 * Everything else may be looked at closely and gets the quality of a photo. The purpose decides, not the pixels:
 * a guess by content would now and then spoil a photo to save some kilobytes.
 */
export function isPage(purpose: string, annotate: readonly string[] | null): boolean {
  return purpose === "annotation" || (annotate ?? []).some((kind) => kind === "ocr" || kind === "highlights");
}

/** Browsers show these and the server takes them as they are, so the file that was picked may be kept. */
export function mayKeep(format: Format): boolean {
  return format === "jpeg" || format === "png" || format === "gif" || format === "webp";
}
