import type { AssetCard } from "./types";

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** Thousands, as operating systems' file lists count; the same words as `words.size` on the pages. */
export function bytes(value: number | null | undefined): string {
  if (value == null) return "";
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.trunc(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** 75 -> "1:15", 3700 -> "1:01:40". */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return "";
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

export function pixels(item: AssetCard): string {
  return item.width && item.height ? `${item.width} × ${item.height}` : "";
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** "just now", "12 min ago", "3 h ago", "5 days ago", then the date. */
export function ago(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return "";
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return "";
  const past = now - then;
  if (past < MINUTE) return "just now";
  if (past < 60 * MINUTE) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / (60 * MINUTE))} h ago`;
  if (past < 7 * DAY) {
    const days = Math.floor(past / DAY);
    return days === 1 ? "yesterday" : `${days} days ago`;
  }
  return date(iso, now);
}

/** "12 Mar", with the year when it is another one. */
export function date(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return "";
  const then = new Date(iso);
  if (Number.isNaN(then.getTime())) return "";
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return then.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  });
}

export function title(item: AssetCard): string {
  return item.title?.trim() || item.original_name?.trim() || `Untitled ${item.kind}`;
}

/** One line of facts, the most telling first. */
export function facts(item: AssetCard, now = Date.now()): string {
  return [
    item.kind === "image" ? pixels(item) : duration(item.duration),
    bytes(item.bytes),
    item.uploader_name ?? "",
    ago(item.created_at, now),
  ]
    .filter(Boolean)
    .join(" · ");
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}
