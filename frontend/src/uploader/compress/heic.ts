import { broken } from "./guard";

interface HeifImage {
  get_width(): number;
  get_height(): number;
  display(target: ImageData, done: (result: ImageData | null) => void): void;
  free(): void;
}

interface LibHeif {
  HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

let loading: Promise<LibHeif> | null = null;

/** Two megabytes that most people never need: fetched with the first HEIC that the browser can't open itself. */
function load(): Promise<LibHeif> {
  loading ??= import("libheif-js/libheif-wasm/libheif-bundle.mjs").then(
    (module) => module.default() as unknown as LibHeif,
  );
  loading.catch(() => (loading = null));
  return loading;
}

/** The first picture of a HEIC, turned upright by its own `irot` and `imir`. */
export async function decodeHeic(bytes: Uint8Array, maxPixels: number): Promise<ImageBitmap> {
  const { HeifDecoder } = await load();
  const images = new HeifDecoder().decode(bytes);
  const image = images[0];
  if (!image) throw broken();
  try {
    const [width, height] = [image.get_width(), image.get_height()];
    if (width * height > maxPixels) throw broken();
    const pixels = new ImageData(width, height);
    await new Promise<void>((resolve, reject) => {
      image.display(pixels, (result) => (result ? resolve() : reject(broken())));
    });
    return await createImageBitmap(pixels);
  } finally {
    for (const each of images) each.free();
  }
}
