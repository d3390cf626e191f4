import { isWorking, type Item } from "./state";

/** Numbers over the whole list. */
export interface Summary {
  readonly total: number;
  readonly working: number;
  readonly done: number;
  readonly failed: number;
  /** Failed, and may succeed when tried again. */
  readonly retryable: number;
  readonly known: number;
  /** What compression saved over the files that were sent, in bytes. */
  readonly savedBytes: number;
  /** 0..1 over all files that are or were under way. */
  readonly progress: number;
}

export function summarise(items: readonly Item[]): Summary {
  const count = (phase: Item["phase"]) => items.filter((item) => item.phase === phase).length;
  const counted = items.filter((item) => isWorking(item) || item.phase === "done");
  return {
    total: items.length,
    working: items.filter(isWorking).length,
    done: count("done"),
    failed: count("failed"),
    retryable: items.filter((item) => item.phase === "failed" && item.problem?.retryable).length,
    known: count("known"),
    savedBytes: items.reduce((sum, item) => sum + (item.phase === "done" ? savedBytes(item) : 0), 0),
    progress: counted.length ? counted.reduce((sum, item) => sum + progressOf(item), 0) / counted.length : 0,
  };
}

export function savedBytes(item: Item): number {
  if (!item.compressed || item.reused) return 0;
  return Math.max(0, item.originalBytes - item.compressed.bytes);
}

/** A file's way in 0..1: preparing is a tenth of it, the server's look at the end another. */
export function progressOf(item: Item): number {
  switch (item.phase) {
    case "preparing":
      return item.compressed ? 0.1 : 0.05;
    case "ready":
    case "restoring":
      return 0.1;
    case "sending":
      return 0.1 + 0.8 * (item.compressed ? Math.min(1, item.sentBytes / Math.max(1, item.compressed.bytes)) : 0);
    case "finishing":
      return 0.94;
    case "done":
      return 1;
    default:
      return 0;
  }
}

/** One sentence for screen readers; it changes with counts, never with bytes. */
export function spoken({ total, working, done, failed, known }: Summary): string {
  if (total === 0) return "";
  const parts = [`${done} of ${total} ${total === 1 ? "file" : "files"} uploaded`];
  if (working) parts.push(`${working} under way`);
  if (known) parts.push(`${known} already in the library, waiting for your choice`);
  if (failed) parts.push(`${failed} failed`);
  return `${parts.join(", ")}.`;
}

/** What Python is told about a file; coarse on purpose, for every change reruns the page. */
export interface Reported {
  readonly id: string;
  readonly name: string;
  readonly state: "uploading" | "duplicate" | "done" | "failed" | "cancelled";
  readonly asset: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

export function reported(item: Item): Reported {
  const { id, name, phase, problem } = item;
  const state = phase === "known" ? "duplicate" : isWorking(item) ? "uploading" : (phase as "done" | "failed" | "cancelled");
  const error = problem && { code: problem.code, message: problem.message, hint: problem.hint };
  return { id, name, state, asset: item.asset, error: state === "failed" ? error : null };
}
