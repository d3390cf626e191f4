import { isUnsure } from "../reader/lines";
import type { Mark } from "../reader/model";
import type { ReaderData } from "../reader/types";
import type { Component } from "../shared/component";
import { linesOf } from "./draft";
import type { Draft, Item } from "./types";

/** The selected passage; of a text the selected line, but for the first one of a page that is clear. */
export function markOf(item: Item, draft: Draft, selected: number): Mark | null {
  const passage = draft.kind === "highlights" ? draft.passages[selected] : undefined;
  if (passage) return passage.dropped ? null : { layer: "passage", id: passage.key };
  const line = draft.kind === "ocr" ? linesOf(item.result)[selected] : undefined;
  return line && (selected > 0 || isUnsure(line)) ? { layer: "line", id: selected } : null;
}

export function pictureOf(item: Item, draft: Draft): ReaderData {
  const { asset, result } = item;
  const lines = draft.kind !== "ocr" ? [] : linesOf(result).map((line, id) => ({ ...line, id, confidence: id in draft.lines ? 1 : line.confidence ?? null }))
    .filter(({ id, polygon }) => draft.lines[id] !== null && Array.isArray(polygon));
  const highlights = draft.kind !== "highlights" ? [] : draft.passages.filter((one) => !one.dropped).map((one) => ({ ...one, id: one.key }));
  return {
    asset: asset.id, title: asset.title, alt: asset.alt_text, image_url: asset.image_url, full_url: asset.full_url,
    thumbhash: asset.thumbhash, width: asset.width ?? 1, height: asset.height ?? 1, rotation: result.rotation ?? 0,
    state: "done", lines, highlights,
  };
}

/** The reader as Streamlit would mount it; of its triggers only the one for a fresh picture can come. */
export function readerOf(data: ReaderData, renew: () => void): Component<ReaderData> {
  return {
    data, key: "review", name: "reader", parentElement: document.body,
    setStateValue: () => undefined,
    setTriggerValue: (name) => name === "renew" && renew(),
  };
}
