import { stripped } from "../bytes/describe";
import { MIME } from "../bytes/sniff";
import { refusal } from "../problem";
import { guard } from "./guard";
import { decode, encode } from "./picture";
import { fit, mayKeep, type CompressOptions } from "./plan";

/** What is sent in place of the file that was picked. */
export interface Prepared {
  readonly blob: Blob;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** The picked picture itself, only without metadata: it was smaller than what compression made, or it moves. */
  readonly kept: boolean;
}

/** From the bytes of a picked file to the bytes that are sent. Throws `UploadError` with words for a person. */
export async function prepare(bytes: Uint8Array<ArrayBuffer>, options: CompressOptions): Promise<Prepared> {
  const { format, facts } = guard(bytes, options.maxPixels);
  const upright = facts.orientation === 1;
  const keep = (): Prepared | null => {
    const clean = mayKeep(format) && upright ? stripped(bytes, format) : null;
    if (!clean) return null;
    return { blob: new Blob([clean], { type: MIME[format] }), width: facts.width, height: facts.height, kept: true };
  };
  // A canvas would keep one frame of it.
  if (facts.animated) {
    const kept = keep();
    if (kept) return kept;
    throw refusal("image_broken", "This animation can’t be uploaded as it is.", "Save it again as GIF or WebP.");
  }
  const bitmap = await decode(bytes, format, options.maxPixels);
  try {
    const size = fit(bitmap, options.edge);
    const blob = await encode(bitmap, size, options);
    const kept = blob.size >= bytes.length ? keep() : null;
    return kept && kept.blob.size <= blob.size ? kept : { blob, ...size, kept: false };
  } finally {
    bitmap.close();
  }
}
