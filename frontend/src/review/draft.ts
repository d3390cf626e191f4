import { fromResult, toResult } from "./passages";
import type { Draft, EngineLine, EngineResult, Item, Segment } from "./types";

export const ALT_CHARS = 150;
/** A text without lines is shown by its own; a text of a megabyte is not all drawn. */
export const SHOWN_LINES = 3000;
const SHOWN_CHARS = 4000;

export function linesOf(result: EngineResult): readonly EngineLine[] {
  return Array.isArray(result.lines) ? result.lines : [];
}

export function segmentsOf(result: EngineResult): readonly Segment[] {
  return Array.isArray(result.segments) ? result.segments : [];
}

/** What a person starts from: the engine's answer, or their own when a decision was taken back. */
export function startOf(item: Item, mine: EngineResult | null = null): Draft {
  if (item.kind === "caption") {
    const { alt_text, caption, tags } = mine ?? item.result;
    return { kind: "caption", alt_text: alt_text ?? "", caption: caption ?? "", tags: (tags ?? []).join(", ") };
  }
  if (item.kind === "highlights") {
    const passages = fromResult(mine ? { ...item.result, passages: mine.passages ?? [] } : item.result);
    return { kind: "highlights", passages, touched: mine !== null };
  }
  if (item.kind === "transcript") {
    return { kind: "transcript", segments: mine ? respoken(segmentsOf(item.result), segmentsOf(mine)) : {} };
  }
  return { kind: "ocr", lines: mine ? corrections(linesOf(item.result), linesOf(mine)) : {} };
}

/** By the lines' ids, where they have some: which texts are other ones, which lines are gone. */
function corrections(old: readonly EngineLine[], mine: readonly EngineLine[]): Record<number, string | null> {
  const kept = new Map(mine.map((line, place) => [line.id ?? place, line.text]));
  const found: Record<number, string | null> = {};
  old.forEach((line, place) => {
    const text = kept.get(line.id ?? place);
    if (text === undefined) found[place] = null;
    else if (text !== line.text) found[place] = text;
  });
  return found;
}

/** Segments have no ids, but keep their order and times: what is left stands where the engine had it. */
function respoken(old: readonly Segment[], mine: readonly Segment[]): Record<number, string | null> {
  const found: Record<number, string | null> = {};
  let next = 0;
  old.forEach((segment, place) => {
    const said = mine[next];
    if (said?.start !== segment.start || said.end !== segment.end) found[place] = null;
    else {
      next += 1;
      if (said.text !== segment.text) found[place] = said.text;
    }
  });
  return found;
}

export function isChanged(item: Item, draft: Draft): boolean {
  if (draft.kind === "highlights") return draft.touched;
  if (draft.kind === "ocr") return Object.keys(draft.lines).length > 0;
  if (draft.kind === "transcript") return Object.keys(draft.segments).length > 0;
  const start = startOf(item) as Extract<Draft, { kind: "caption" }>;
  return draft.alt_text.trim() !== start.alt_text.trim() || draft.caption.trim() !== start.caption.trim() || draft.tags !== start.tags;
}

/** Why it can't be accepted as it stands, in words; null when it can. */
export function problemOf(draft: Draft): string | null {
  if (draft.kind !== "caption") return null;
  const length = draft.alt_text.trim().length;
  if (length === 0) return "The alt text is empty. Write one, or reject the caption.";
  if (length > ALT_CHARS) return `The alt text has ${length} characters; ${ALT_CHARS} are the most.`;
  return null;
}

/** What is sent beside the decision `fixed`. */
export function changeOf(item: Item, draft: Draft): Record<string, unknown> {
  if (draft.kind === "ocr") return { lines: draft.lines };
  if (draft.kind === "transcript") return { segments: draft.segments };
  if (draft.kind === "highlights") return { passages: toResult(draft.passages, item.result.words ?? []) };
  return {
    alt_text: draft.alt_text.trim(),
    caption: draft.caption.trim(),
    tags: draft.tags.split(",").map((tag) => tag.trim()).filter(Boolean),
  };
}

/** A line with its new text; the engine's own again is no correction. */
export function withLine(item: Item, draft: Draft, place: number, text: string | null): Draft {
  if (draft.kind !== "ocr") return draft;
  return { ...draft, lines: put(draft.lines, place, text, linesOf(item.result)[place]?.text) };
}

/** A segment with its new text; one without words is taken out. */
export function withSegment(item: Item, draft: Draft, place: number, text: string | null): Draft {
  if (draft.kind !== "transcript") return draft;
  const engines = segmentsOf(item.result)[place]?.text;
  const words = text?.trim() ? (text.trim() === engines?.trim() ? engines : text.trim()) : null;
  return { ...draft, segments: put(draft.segments, place, words ?? null, engines) };
}

type Texts = Readonly<Record<number, string | null>>;

function put(texts: Texts, place: number, text: string | null, engines: string | undefined): Texts {
  const { [place]: _, ...others } = texts;
  return text !== null && text === engines ? others : { ...others, [place]: text };
}

export function shortened(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}… (${text.length.toLocaleString("en")} characters)` : text;
}
