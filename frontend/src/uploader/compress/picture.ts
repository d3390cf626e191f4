import { MIME, type Format } from "../bytes/sniff";
import { broken } from "./guard";
import { decodeHeic } from "./heic";
import { JPEG_QUALITY, smoothing, type CompressOptions, type Size } from "./plan";

type Canvas = OffscreenCanvas | HTMLCanvasElement;

/** Decodes upright. Throws `image_broken` where the browser refuses. */
export async function decode(bytes: Uint8Array<ArrayBuffer>, format: Format, maxPixels: number): Promise<ImageBitmap> {
  try {
    // The type comes from the bytes: a wrong ending of the name must not decide.
    return await createImageBitmap(new Blob([bytes], { type: MIME[format] }), { imageOrientation: "from-image" });
  } catch {
    // Safari opens HEIC by itself, the others don't.
    if (format === "heic") return decodeHeic(bytes, maxPixels);
    throw broken();
  }
}

/** Draws at `size` and writes WebP, or JPEG where the browser has no WebP writer. Pixels only: no metadata can survive. */
export async function encode(bitmap: ImageBitmap, size: Size, options: CompressOptions): Promise<Blob> {
  const canvas = makeCanvas(size);
  try {
    const context = contextOf(canvas);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = smoothing(bitmap, size);
    context.drawImage(bitmap, 0, 0, size.width, size.height);
    const webp = await blobOf(canvas, "image/webp", options.quality);
    // Asked for a type that it lacks, a canvas silently writes PNG, many times the size.
    if (webp.type === "image/webp") return webp;
    // JPEG has no transparency; white paper goes behind what is there.
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, size.width, size.height);
    return await blobOf(canvas, "image/jpeg", JPEG_QUALITY);
  } finally {
    // Browsers keep a canvas's memory until they feel like it; an empty one holds none.
    canvas.width = canvas.height = 0;
  }
}

function makeCanvas({ width, height }: Size): Canvas {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function contextOf(canvas: Canvas): OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D {
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D | null;
  if (!context) throw new Error("no 2D canvas");
  return context;
}

function blobOf(canvas: Canvas, type: string, quality: number): Promise<Blob> {
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type, quality });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("canvas gave nothing"))), type, quality);
  });
}
