import { describe as group, expect, it } from "vitest";
import { guard } from "../compress/guard";
import { UploadError } from "../problem";
import { describe, stripped } from "./describe";
import { exifOrientation } from "./orientation";
import { sniff, type Format } from "./sniff";

const SECRET = "48 Secret Lane";
const text = (words: string) => Array.from(words, (letter) => letter.charCodeAt(0));
const bytesOf = (...parts: (number | number[])[]) => new Uint8Array(parts.flat());
const be16 = (n: number) => [n >> 8, n & 0xff];
const be32 = (n: number) => [...be16(n >>> 16), ...be16(n & 0xffff)];
const le32 = (n: number) => be32(n).reverse();
const holds = (bytes: Uint8Array, words: string) => Buffer.from(bytes).includes(words);

// JPEG

const segment = (marker: number, body: number[]) => [0xff, marker, ...be16(body.length + 2), ...body];
const tiff = (orientation: number) => [
  ...text("MM"), 0, 42, ...be32(8), ...be16(1), ...be16(0x0112), ...be16(3), ...be32(1), ...be16(orientation), 0, 0,
  ...be32(0), ...text(SECRET),
];
const SOF = segment(0xc0, [8, ...be16(30), ...be16(40), 1, 1, 0x11, 0]);
const SCAN = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4];
const JFIF = segment(0xe0, [...text("JFIF"), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const ICC = segment(0xe2, [...text("ICC_PROFILE"), 0, 1, 1, ...text("colours")]);
const ADOBE = segment(0xee, [...text("Adobe"), 0, 100, 0, 0, 0, 0, 1]);
const jpeg = (orientation = 1, tail: number[] = []) =>
  bytesOf(
    0xff, 0xd8, JFIF,
    segment(0xe1, [...text("Exif"), 0, 0, ...tiff(orientation)]),
    segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0${SECRET}`)),
    ICC,
    segment(0xe2, text(`MPF\0${SECRET}`)),
    segment(0xed, text(`Photoshop 3.0\0${SECRET}`)),
    ADOBE,
    segment(0xfe, text(SECRET)),
    SOF, SCAN, SCAN, 0xff, 0xd9, tail,
  );

group("a JPEG", () => {
  it("tells its size and orientation", () => {
    expect(describe(jpeg(6), "jpeg")).toEqual({ width: 40, height: 30, orientation: 6, animated: false, complete: true });
  });

  it("is left with what a viewer needs and nothing else", () => {
    const clean = stripped(jpeg(), "jpeg")!;
    expect(clean).toEqual(bytesOf(0xff, 0xd8, JFIF, ICC, ADOBE, SOF, SCAN, SCAN, 0xff, 0xd9));
  });

  it("loses the second photo or film that phones put behind it", () => {
    const clean = stripped(jpeg(1, [...jpeg(), ...text(SECRET)]), "jpeg")!;
    expect(holds(clean, SECRET)).toBe(false);
    expect(clean).toEqual(stripped(jpeg(), "jpeg"));
  });

  it("that is cut off is known to be, and can't be stripped", () => {
    const cut = jpeg().subarray(0, jpeg().length - 6);
    expect(describe(cut, "jpeg")).toMatchObject({ width: 40, height: 30, complete: false });
    expect(stripped(cut, "jpeg")).toBeNull();
  });

  it("reads an orientation in either byte order and ignores nonsense", () => {
    const little = [...text("II"), 42, 0, ...le32(8), 1, 0, 0x12, 0x01, 3, 0, ...le32(1), 8, 0, 0, 0, ...le32(0)];
    expect(exifOrientation(bytesOf(text("Exif"), 0, 0, little))).toBe(8);
    expect(exifOrientation(bytesOf(tiff(3)))).toBe(3);
    expect(exifOrientation(bytesOf(tiff(77)))).toBe(1);
    expect(exifOrientation(bytesOf(text("MM"), 0, 42, be32(0xffffff)))).toBe(1);
  });
});

// PNG

const chunk = (kind: string, body: number[]) => [...be32(body.length), ...text(kind), ...body, 0, 0, 0, 0];
const PNG_HEAD = [0x89, ...text("PNG"), 13, 10, 26, 10];
const IHDR = (width: number, height: number) => chunk("IHDR", [...be32(width), ...be32(height), 8, 2, 0, 0, 0]);
const png = (width = 40, height = 30, ...more: number[][]) =>
  bytesOf(
    PNG_HEAD, IHDR(width, height), chunk("gAMA", be32(45455)),
    chunk("tEXt", text(`Author\0${SECRET}`)), chunk("iTXt", text(SECRET)), chunk("zTXt", text(SECRET)),
    chunk("tIME", [7, 234, 11, 22, 1, 1, 1]), chunk("prVt", text(SECRET)),
    ...more, chunk("IDAT", [1, 2, 3]), chunk("IEND", []), text(SECRET),
  );

group("a PNG", () => {
  it("keeps pixels and colours, and no words", () => {
    expect(stripped(png(), "png")).toEqual(
      bytesOf(PNG_HEAD, IHDR(40, 30), chunk("gAMA", be32(45455)), chunk("IDAT", [1, 2, 3]), chunk("IEND", [])),
    );
  });
  it("tells when it moves, and how it is turned", () => {
    expect(describe(png(40, 30, chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])), "png")?.animated).toBe(true);
    expect(describe(png(40, 30, chunk("eXIf", tiff(8))), "png")?.orientation).toBe(8);
  });
  it("that is cut off is known to be", () => {
    expect(describe(png().subarray(0, 180), "png")?.complete).toBe(false);
  });
});

// WebP

const riff = (...chunks: number[][]) => {
  const body = [...text("WEBP"), ...chunks.flat()];
  return bytesOf(text("RIFF"), le32(body.length), body);
};
const part = (kind: string, body: number[]) => [...text(kind), ...le32(body.length), ...body, ...(body.length % 2 ? [0] : [])];
const vp8x = (flags: number) => part("VP8X", [flags, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
const PIXELS = part("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 40, 0, 30, 0, 9]);

group("a WebP", () => {
  it("loses EXIF and XMP, and says so in its flags and size", () => {
    const whole = riff(vp8x(0x0c), PIXELS, part("EXIF", tiff(1)), part("XMP ", text(SECRET)));
    expect(stripped(whole, "webp")).toEqual(riff(vp8x(0), PIXELS));
  });
  it("tells its size in each of its three forms", () => {
    expect(describe(riff(vp8x(0x02), PIXELS), "webp")).toMatchObject({ width: 40, height: 30, animated: true });
    expect(describe(riff(PIXELS), "webp")).toMatchObject({ width: 40, height: 30, animated: false, complete: true });
    const lossless = part("VP8L", [0x2f, ...le32(39 | (29 << 14)), 0, 0, 0, 0, 0, 0]);
    expect(describe(riff(lossless), "webp")).toMatchObject({ width: 40, height: 30 });
  });
  it("that is cut off is known to be", () => {
    const whole = riff(vp8x(0), part("VP8 ", new Array<number>(500).fill(7)));
    expect(describe(whole.subarray(0, 200), "webp")?.complete).toBe(false);
  });
});

// GIF

const sub = (words: string) => [words.length, ...text(words)];
const FRAME = [0x2c, 0, 0, 0, 0, 40, 0, 30, 0, 0, 2, 2, 0x4c, 0x01, 0];
const LOOP = [0x21, 0xff, ...sub("NETSCAPE2.0"), 3, 1, 0, 0, 0];
const GIF_HEAD = [...text("GIF89a"), 40, 0, 30, 0, 0x80, 0, 0, 1, 2, 3, 4, 5, 6];

group("a GIF", () => {
  it("keeps its frames and its looping, and loses comments and XMP", () => {
    const comment = [0x21, 0xfe, ...sub(SECRET), 0];
    const xmp = [0x21, 0xff, ...sub("XMP DataXMP"), ...sub(SECRET), 0];
    const whole = bytesOf(GIF_HEAD, LOOP, comment, xmp, FRAME, FRAME, 0x3b, text(SECRET));
    expect(stripped(whole, "gif")).toEqual(bytesOf(GIF_HEAD, LOOP, FRAME, FRAME, 0x3b));
    expect(describe(whole, "gif")).toMatchObject({ width: 40, height: 30, animated: true, complete: true });
  });
});

// HEIC

const box = (kind: string, ...body: (number | number[])[]) => {
  const inside = body.flat();
  return [...be32(inside.length + 8), ...text(kind), ...inside];
};
const ispe = (width: number, height: number) => box("ispe", be32(0), be32(width), be32(height));
const heic = bytesOf(
  box("ftyp", text("heic"), be32(0), text("mif1"), text("heic")),
  box("meta", be32(0), box("iprp", box("ipco", ispe(512, 512), ispe(4032, 3024), ispe(320, 240)))),
  box("mdat", text("pixels")),
);

group("a HEIC", () => {
  it("tells the size of the whole picture, not of its tiles or thumbnail", () => {
    expect(sniff(heic)).toEqual({ image: "heic" });
    expect(describe(heic, "heic")).toMatchObject({ width: 4032, height: 3024, complete: true });
  });
  it("is never kept as it is", () => expect(stripped(heic, "heic")).toBeNull());
});

// Refusals

const refusal = (bytes: Uint8Array, maxPixels = 1e8) => {
  try {
    guard(bytes, maxPixels);
    return "accepted";
  } catch (error) {
    return (error as UploadError).problem.code;
  }
};
const filled = (head: number[]) => bytesOf(head, new Array<number>(64).fill(0));

group("what is refused before anything is decoded", () => {
  it.each([
    ["a program with the name of a picture", filled(text("MZ")), "not_an_image"],
    ["a drawing that may carry scripts", filled(text('<?xml version="1.0"?>\n<svg onload="x">')), "unsupported_type"],
    ["a PDF", filled(text("%PDF-1.7")), "unsupported_type"],
    ["a film", filled([...be32(24), ...text("ftypisom")]), "unsupported_type"],
    ["a sound", filled([...text("RIFF"), ...be32(9), ...text("WAVE")]), "unsupported_type"],
    ["a TIFF", filled([...text("II*"), 0]), "unsupported_type"],
    ["words", filled(text("Dear diary")), "not_an_image"],
    ["a bomb", png(60_000, 60_000), "image_too_many_pixels"],
    ["a picture without a size", png(0, 30), "image_broken"],
    ["a header and nothing more", bytesOf(0xff, 0xd8, 0xff), "image_broken"],
    ["a WebP of twelve bytes", riff(), "image_broken"],
    ["half a JPEG", jpeg().subarray(0, jpeg().length - 10), "image_broken"],
  ])("%s", (_, bytes, code) => expect(refusal(bytes)).toBe(code));

  it("lets a good picture through", () => expect(refusal(jpeg())).toBe("accepted"));

  it("survives any damage to a header without anything worse than a refusal", () => {
    const whole: [Format, Uint8Array][] = [["jpeg", jpeg()], ["png", png()], ["heic", heic], ["webp", riff(vp8x(0), PIXELS)]];
    for (const [format, bytes] of whole) {
      for (let at = 0; at < bytes.length; at++) {
        for (const value of [0x00, 0x7f, 0xff]) {
          const hurt = bytes.slice();
          hurt[at] = value;
          const code = refusal(hurt);
          expect(["accepted", "image_broken", "image_too_many_pixels", "not_an_image", "unsupported_type"], format).toContain(code);
          const cut = refusal(bytes.slice(0, at));
          expect(cut, `${format} cut at ${at}`).not.toBeUndefined();
        }
      }
    }
  });
});
