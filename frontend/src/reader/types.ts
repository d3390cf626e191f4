export type Point = readonly [x: number, y: number];

/** Points in 0..1 of the upright picture, from its top left corner. */
export type Polygon = readonly Point[];

export interface Line {
  /** Its place in the list where missing. */
  readonly id?: string | number;
  readonly text: string;
  readonly polygon: Polygon;
  /** 0..1; null or missing: the engine did not say. */
  readonly confidence?: number | null;
  /** Counts the blocks of text that are read one after another. */
  readonly column?: number;
}

export interface Passage {
  /** Its place in the list where missing. */
  readonly id?: string | number;
  readonly text: string;
  /** One of yellow, green, blue, pink, orange, purple, red, grey, or a CSS colour. */
  readonly color: string;
  /** One for each line that the passage runs over. */
  readonly polygons: readonly Polygon[];
  readonly confidence?: number | null;
}

/** none, as null, says that nobody asked. */
export type ReadingState = "none" | "queued" | "running" | "done" | "failed";

export interface ReaderData {
  /** Python's key of the component: finds its state again after a time off the page. */
  readonly key?: string;
  /** The asset's id: another one starts with a fresh view. */
  readonly asset?: string;
  readonly title?: string | null;
  readonly alt?: string | null;
  readonly image_url: string | null;
  /** A sharper picture, fetched once someone zooms past what `image_url` holds. */
  readonly full_url?: string | null;
  readonly thumbhash?: string | null;
  /** Pixels of the picture at `image_url`, as a browser shows it. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise that the engine turned the picture by to read it; it is shown so, and polygons are meant so. */
  readonly rotation?: 0 | 90 | 180 | 270;

  readonly state?: ReadingState | null;
  readonly seconds_running?: number | null;
  readonly error?: { readonly message: string; readonly hint?: string } | string | null;
  readonly lines?: readonly Line[];
  readonly highlights?: readonly Passage[];
  /** The whole text as it is copied; without it the lines are joined. */
  readonly text?: string | null;
  /** Where the text comes from, for example "Read by RapidOCR, not checked". */
  readonly note?: string | null;
  /** Whether a person approved the text and the passages; false marks them as unchecked, null says nothing. */
  readonly checked?: boolean | null;
  readonly highlights_checked?: boolean | null;
  /** What a copied passage names as its source. */
  readonly source?: string | null;
  /** Offers to read the picture (again): trigger `request`. */
  readonly can_request?: boolean;
  /** Lines below it are marked; 0..1. */
  readonly low_confidence?: number;
  /** Height of picture and text beside each other, as CSS. */
  readonly height_css?: string;
}
