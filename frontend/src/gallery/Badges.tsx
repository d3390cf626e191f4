import { Ban, Check, ClockFading, Link2, LoaderCircle, Play, ScanText, Trash2, TriangleAlert, Volume2 } from "lucide";
import type { IconNode } from "lucide";
import { Icon } from "../shared/icon";
import { count, date, duration } from "./format";
import type { AssetCard } from "./types";

export interface Badge {
  readonly key: string;
  readonly icon: IconNode;
  readonly text?: string;
  /** The whole sentence, for the tooltip and for screen readers. */
  readonly says: string;
  readonly tone?: "busy" | "bad" | "warn" | "good";
}

/** What a tile says about its asset beside the picture, the most urgent first. */
export function badges(item: AssetCard): Badge[] {
  return [overBadge(item), stateBadge(item), readingBadge(item), linkBadge(item), expiryBadge(item)].filter((b) => b !== null);
}

function stateBadge({ state }: AssetCard): Badge | null {
  switch (state) {
    case "processing":
      return { key: "state", icon: LoaderCircle, text: "Processing", says: "Being processed", tone: "busy" };
    case "rejected":
      return { key: "state", icon: Ban, text: "Rejected", says: "Rejected at upload", tone: "bad" };
    case "trashed":
      return { key: "state", icon: Trash2, text: "Trash", says: "In the trash", tone: "warn" };
    case "purging":
      return { key: "state", icon: Trash2, text: "Deleting", says: "Being deleted for good", tone: "bad" };
    case "ready":
      return null;
  }
}

export function readingBadge(item: AssetCard): Badge | null {
  switch (item.annotation_state) {
    case "queued":
      return { key: "read", icon: ClockFading, text: "Queued", says: "Waiting to be read", tone: "busy" };
    case "running":
      return { key: "read", icon: LoaderCircle, text: "Reading", says: "Being read now", tone: "busy" };
    case "failed":
      return { key: "read", icon: TriangleAlert, text: "Not read", says: "Reading failed", tone: "warn" };
    default:
      return item.has_text ? textBadge(item.text_checked) : null;
  }
}

/** Nobody should take for a fact what only a machine said. */
function textBadge(checked: boolean | null | undefined): Badge {
  return checked
    ? { key: "read", icon: ScanText, says: "Its text was read and checked" }
    : { key: "read", icon: ScanText, says: "Its text was read, but nobody checked it yet", tone: "warn" };
}

function linkBadge({ link_count: links = 0 }: AssetCard): Badge | null {
  if (links === 0) return null;
  return { key: "links", icon: Link2, text: String(links), says: `Used in ${count(links, "place")}` };
}

function overBadge({ over }: AssetCard): Badge | null {
  return over ? { key: "over", icon: Check, text: "Settled", says: "Settled since the scan", tone: "good" } : null;
}

function expiryBadge(item: AssetCard): Badge | null {
  // Where there is a note, it says so.
  if (!item.expires_at || item.link_count || item.note) return null;
  return { key: "expires", icon: ClockFading, says: `Temporary: goes on ${date(item.expires_at)} unless linked`, tone: "warn" };
}

/** The mark of sounds and videos with how long they last. */
export function MediaMark({ item }: { item: AssetCard }) {
  if (item.kind === "image" || item.kind === "object") return null;
  const long = duration(item.duration);
  return (
    <span class="g-media" title={`${item.kind === "video" ? "Video" : "Sound"}${long ? `, ${long}` : ""}`}>
      <Icon of={item.kind === "video" ? Play : Volume2} size={12} />
      {long}
    </span>
  );
}

export function Pill({ badge, quiet = false }: { badge: Badge; quiet?: boolean }) {
  const { icon, text, says, tone } = badge;
  return (
    <span class={`g-pill${tone ? ` is-${tone}` : ""}`} title={says}>
      <Icon of={icon} size={12} class={icon === LoaderCircle ? "g-spin" : ""} />
      {!quiet && text}
    </span>
  );
}
