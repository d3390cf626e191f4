import type { Problem } from "./problem";
import type { KnownAsset } from "./types";

/**
 * waiting -> preparing -> ready -> sending -> finishing -> done, with side tracks:
 * preparing -> known (the same file is there already; a person decides), known -> restoring -> done,
 * anything unfinished -> failed | cancelled, and back by trying again.
 */
export type Phase =
  | "waiting"
  | "preparing"
  | "known"
  | "ready"
  | "sending"
  | "finishing"
  | "restoring"
  | "done"
  | "failed"
  | "cancelled";

/** The picture as it will be sent. */
export interface Compressed {
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly kept: boolean;
  readonly previewUrl: string;
}

export interface Item {
  readonly id: string;
  readonly name: string;
  readonly originalBytes: number;
  readonly phase: Phase;
  readonly sha256: string | null;
  readonly compressed: Compressed | null;
  /** Nothing speaks against sending: the lookup found nothing, or the person said to go on. */
  readonly cleared: boolean;
  readonly known: KnownAsset | null;
  /** Another file of this list with the same bytes. */
  readonly twinOf: string | null;
  readonly sentBytes: number;
  /** Why it is taking longer just now. */
  readonly note: string | null;
  readonly asset: string | null;
  /** It was in the library before and nothing had to be sent. */
  readonly reused: boolean;
  readonly problem: Problem | null;
}

export interface State {
  readonly items: readonly Item[];
}

export type Event =
  | { readonly type: "added"; readonly files: readonly { id: string; name: string; bytes: number; problem?: Problem }[] }
  | { readonly type: "preparing" | "sending" | "finishing" | "restoring"; readonly id: string }
  | { readonly type: "hashed"; readonly id: string; readonly sha256: string }
  | { readonly type: "looked-up"; readonly id: string; readonly known: KnownAsset | null }
  | { readonly type: "prepared"; readonly id: string; readonly compressed: Compressed }
  | { readonly type: "progress"; readonly id: string; readonly sentBytes: number }
  | { readonly type: "delayed"; readonly id: string; readonly note: string | null }
  | { readonly type: "done"; readonly id: string; readonly asset: string; readonly reused?: boolean }
  | { readonly type: "failed"; readonly id: string; readonly problem: Problem }
  | { readonly type: "cancelled" | "retried" | "sent-anyway"; readonly id: string }
  | { readonly type: "dismissed"; readonly id: string }
  | { readonly type: "cleared" };

export const EMPTY: State = { items: [] };

const WORKING: ReadonlySet<Phase> = new Set(["waiting", "preparing", "ready", "sending", "finishing", "restoring"]);
const ENDED: ReadonlySet<Phase> = new Set(["done", "failed", "cancelled"]);

export const isWorking = (item: Item) => WORKING.has(item.phase);
export const isEnded = (item: Item) => ENDED.has(item.phase);

export function reduce(state: State, event: Event): State {
  if (event.type === "added") return { items: [...state.items, ...event.files.map(fresh)] };
  if (event.type === "cleared") {
    return { items: state.items.filter((item) => item.phase !== "done" && item.phase !== "cancelled") };
  }
  const item = state.items.find(({ id }) => id === event.id);
  // Answers come late: a person may have taken the file off the list, or cancelled it, in between.
  if (!item) return state;
  if (event.type === "dismissed") return { items: state.items.filter(({ id }) => id !== event.id) };
  const next = step(item, event, state);
  if (next === item) return state;
  return { items: state.items.map((each) => (each === item ? next : each)) };
}

function fresh(file: { id: string; name: string; bytes: number; problem?: Problem }): Item {
  return {
    id: file.id,
    name: file.name,
    originalBytes: file.bytes,
    phase: file.problem ? "failed" : "waiting",
    sha256: null,
    compressed: null,
    cleared: false,
    known: null,
    twinOf: null,
    sentBytes: 0,
    note: null,
    asset: null,
    reused: false,
    problem: file.problem ?? null,
  };
}

type ItemEvent = Exclude<Event, { type: "added" | "cleared" | "dismissed" }>;

function step(item: Item, event: ItemEvent, state: State): Item {
  switch (event.type) {
    case "preparing":
      return item.phase === "waiting" ? { ...item, phase: "preparing" } : item;
    case "hashed":
      return hashed(item, event.sha256, state);
    case "looked-up":
      if (item.phase !== "preparing") return item;
      if (event.known) return { ...item, phase: "known", known: event.known, note: null };
      return settled({ ...item, cleared: true });
    case "prepared":
      // A known file keeps its place and gets its preview.
      if (item.phase !== "preparing" && item.phase !== "known") return item;
      return settled({ ...item, compressed: event.compressed });
    case "sending":
      return item.phase === "ready" ? { ...item, phase: "sending", sentBytes: 0, note: null } : item;
    case "progress":
      return item.phase === "sending" ? { ...item, sentBytes: event.sentBytes, note: null } : item;
    case "delayed":
      return isWorking(item) ? { ...item, note: event.note } : item;
    case "finishing":
      if (item.phase !== "sending") return item;
      return { ...item, phase: "finishing", sentBytes: item.compressed?.bytes ?? item.sentBytes, note: null };
    case "restoring":
      return item.phase === "known" ? { ...item, phase: "restoring", problem: null } : item;
    default:
      return outcome(item, event);
  }
}

type Outcome = Extract<ItemEvent, { type: "done" }> | Extract<ItemEvent, { type: "failed" }> | Choice;
type Choice = Extract<ItemEvent, { type: "cancelled" | "retried" | "sent-anyway" }>;

function outcome(item: Item, event: Outcome): Item {
  switch (event.type) {
    case "done":
      if (isEnded(item)) return item;
      return { ...item, phase: "done", asset: event.asset, reused: event.reused ?? false, problem: null, note: null };
    case "failed":
      if (isEnded(item)) return item;
      // What could not be restored is still a file that is known: the choice comes back, with the reason.
      return { ...item, phase: item.phase === "restoring" ? "known" : "failed", problem: event.problem, note: null };
    case "cancelled":
      return isEnded(item) ? item : { ...item, phase: "cancelled", sentBytes: 0, note: null };
    case "retried":
      return item.phase === "failed" || item.phase === "cancelled" ? again(item) : item;
    case "sent-anyway":
      if (item.phase !== "known") return item;
      // Compression went on while the person was asked.
      return settled({ ...item, phase: "preparing", cleared: true, known: null, twinOf: null, problem: null });
  }
}

/** Two things must be true before a file may go: it is compressed, and it is not a duplicate. */
function settled(item: Item): Item {
  return item.phase === "preparing" && item.compressed && item.cleared ? { ...item, phase: "ready", note: null } : item;
}

/** What was done already is not done twice: a prepared and cleared file goes straight to sending. */
function again(item: Item): Item {
  const phase = item.compressed && item.cleared ? "ready" : "waiting";
  return { ...item, phase, problem: null, note: null, sentBytes: 0 };
}

function hashed(item: Item, sha256: string, state: State): Item {
  if (item.phase !== "preparing") return item;
  const twin = state.items.find(
    (other) => other !== item && other.sha256 === sha256 && other.phase !== "failed" && other.phase !== "cancelled",
  );
  if (twin && !item.cleared) return { ...item, sha256, phase: "known", twinOf: twin.id };
  return { ...item, sha256 };
}
