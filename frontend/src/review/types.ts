import type { Polygon } from "../reader/types";

export type Kind = "ocr" | "highlights" | "caption" | "transcript";
export type Decision = "accepted" | "fixed" | "rejected";

export interface Word {
  readonly id: number;
  readonly text: string;
  readonly polygon: Polygon;
}

export interface EngineLine {
  readonly id?: number;
  readonly text: string;
  readonly polygon: Polygon;
  readonly confidence?: number | null;
  readonly column?: number;
}

export interface EnginePassage {
  readonly color: string;
  readonly text: string;
  readonly polygons: readonly Polygon[];
  readonly words?: readonly number[];
  readonly confidence?: number | null;
}

/** A stretch of speech; times in seconds from the beginning. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker?: string | null;
}

/** What an engine answered; which of these are there depends on the kind. Nothing in it is sure to be there. */
export interface EngineResult {
  readonly text?: string;
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly lines?: readonly EngineLine[];
  readonly passages?: readonly EnginePassage[];
  readonly words?: readonly Word[];
  readonly segments?: readonly Segment[];
  readonly alt_text?: string;
  readonly caption?: string;
  readonly tags?: readonly string[];
}

export interface Item {
  readonly annotation: string;
  readonly version: string;
  readonly kind: Kind;
  readonly engine: string;
  readonly model: string;
  readonly uncertainty: number | null;
  readonly result: EngineResult;
  readonly asset: {
    readonly id: string;
    readonly kind?: "image" | "video" | "sound";
    readonly title: string;
    readonly alt_text: string;
    readonly width: number | null;
    readonly height: number | null;
    readonly thumbhash: string | null;
    readonly image_url: string | null;
    /** The original: what plays of a sound or a video. */
    readonly full_url: string | null;
  };
}

/** A passage as it is being worked on. `words` are places in the page's list of words, in reading order. */
export interface DraftPassage {
  readonly key: number;
  readonly color: string;
  readonly text: string;
  readonly words: readonly number[];
  readonly polygons: readonly Polygon[];
  /** Marked as no passage: it stays in sight and goes when the rest is accepted. */
  readonly dropped?: boolean;
}

/** What a person makes of an answer. */
export type Draft =
  | { readonly kind: "ocr"; readonly lines: Readonly<Record<number, string | null>> }
  | { readonly kind: "highlights"; readonly passages: readonly DraftPassage[]; readonly touched: boolean }
  | { readonly kind: "transcript"; readonly segments: Readonly<Record<number, string | null>> }
  | { readonly kind: "caption"; readonly alt_text: string; readonly caption: string; readonly tags: string };

export interface ReviewData {
  readonly key?: string;
  /** `/api/review`, below wherever the dashboard is served. */
  readonly api: string;
  readonly open_href: string;
  readonly backlog?: number;
  readonly done_today?: number;
}

export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What the server gives back for an undone decision. */
export interface Undone {
  readonly item: Item;
  readonly decision: Decision;
  readonly reason: string;
  readonly reviewed_result: EngineResult | null;
}
