import { describe, expect, it } from "vitest";
import { EMPTY, reduce, type Compressed, type Event, type Phase, type State } from "./state";
import { reported, spoken, summarise } from "./summary";
import type { KnownAsset } from "./types";

const COMPRESSED: Compressed = { bytes: 100, width: 20, height: 10, kept: false, previewUrl: "blob:a" };
const PROBLEM = { code: "network", message: "The connection was lost.", hint: "", retryable: true };
const KNOWN: KnownAsset = {
  asset: "asset-1",
  state: "ready",
  title: "Harbour",
  original_name: "a.jpg",
  created_at: "2026-10-03T09:12:00Z",
  link_count: 2,
};

const after = (...events: Event[]): State => events.reduce(reduce, EMPTY);
const added = (...ids: string[]): Event => ({
  type: "added",
  files: ids.map((id) => ({ id, name: `${id}.jpg`, bytes: 1000 })),
});
const phases = (state: State): Phase[] => state.items.map(({ phase }) => phase);

const PREPARING: Event[] = [added("a"), { type: "preparing", id: "a" }, { type: "hashed", id: "a", sha256: "00" }];
const READY: Event[] = [
  ...PREPARING,
  { type: "looked-up", id: "a", known: null },
  { type: "prepared", id: "a", compressed: COMPRESSED },
];
const SENDING: Event[] = [...READY, { type: "sending", id: "a" }];
const FINISHING: Event[] = [...SENDING, { type: "finishing", id: "a" }];

describe("a file on its way", () => {
  it("is sent only when it is compressed and not a duplicate, in either order", () => {
    const prepared: Event = { type: "prepared", id: "a", compressed: COMPRESSED };
    const cleared: Event = { type: "looked-up", id: "a", known: null };
    expect(phases(after(...PREPARING, prepared))).toEqual(["preparing"]);
    expect(phases(after(...PREPARING, cleared))).toEqual(["preparing"]);
    expect(phases(after(...PREPARING, prepared, cleared))).toEqual(["ready"]);
    expect(phases(after(...PREPARING, cleared, prepared))).toEqual(["ready"]);
  });

  it("ends as an asset", () => {
    const state = after(...FINISHING, { type: "done", id: "a", asset: "asset-9" });
    expect(state.items[0]).toMatchObject({ phase: "done", asset: "asset-9", reused: false, problem: null });
  });

  it("is refused at once when its size says so, and can't be started", () => {
    const refused = after({ type: "added", files: [{ id: "a", name: "a", bytes: 0, problem: PROBLEM }] });
    expect(phases(refused)).toEqual(["failed"]);
    expect(reduce(refused, { type: "preparing", id: "a" })).toBe(refused);
  });

  it("leaves the other files alone when it fails", () => {
    const state = after(added("a", "b"), { type: "preparing", id: "a" }, { type: "failed", id: "a", problem: PROBLEM });
    expect(phases(state)).toEqual(["failed", "waiting"]);
  });
});

describe("answers that come too late", () => {
  const late: Event[] = [
    { type: "hashed", id: "a", sha256: "11" },
    { type: "looked-up", id: "a", known: KNOWN },
    { type: "prepared", id: "a", compressed: COMPRESSED },
    { type: "sending", id: "a" },
    { type: "progress", id: "a", sentBytes: 5 },
    { type: "delayed", id: "a", note: "slow" },
    { type: "finishing", id: "a" },
    { type: "done", id: "a", asset: "asset-9" },
    { type: "failed", id: "a", problem: PROBLEM },
  ];

  it.each(late)("do not change a cancelled file ($type)", (event) => {
    const cancelled = after(...PREPARING, { type: "cancelled", id: "a" });
    expect(reduce(cancelled, event)).toBe(cancelled);
  });

  it.each(late)("do not bring a dismissed file back ($type)", (event) => {
    const gone = after(...PREPARING, { type: "dismissed", id: "a" });
    expect(reduce(gone, event)).toBe(gone);
  });

  it("do not take back an upload that is done", () => {
    const done = after(...FINISHING, { type: "done", id: "a", asset: "asset-9" });
    expect(reduce(done, { type: "failed", id: "a", problem: PROBLEM })).toBe(done);
    expect(reduce(done, { type: "cancelled", id: "a" })).toBe(done);
  });
});

describe("a file that is known", () => {
  const known = after(...PREPARING, { type: "looked-up", id: "a", known: KNOWN });

  it("waits for the person, and still gets its preview", () => {
    const state = reduce(known, { type: "prepared", id: "a", compressed: COMPRESSED });
    expect(state.items[0]).toMatchObject({ phase: "known", known: KNOWN, compressed: COMPRESSED });
  });

  it("may be used as it is", () => {
    const state = reduce(known, { type: "done", id: "a", asset: "asset-1", reused: true });
    expect(state.items[0]).toMatchObject({ phase: "done", asset: "asset-1", reused: true });
  });

  it("may be sent anyway, and is then not asked about again", () => {
    const still = reduce(known, { type: "sent-anyway", id: "a" });
    expect(phases(still)).toEqual(["preparing"]);
    expect(phases(reduce(still, { type: "prepared", id: "a", compressed: COMPRESSED }))).toEqual(["ready"]);
  });

  it("comes back to the choice, with the reason, when it can't be restored", () => {
    const state = [{ type: "restoring", id: "a" }, { type: "failed", id: "a", problem: PROBLEM }].reduce(
      (now, event) => reduce(now, event as Event),
      known,
    );
    expect(state.items[0]).toMatchObject({ phase: "known", problem: PROBLEM });
  });

  it("is also one that stands twice in the list, unless the first of them failed", () => {
    const twice: Event[] = [added("b"), { type: "preparing", id: "b" }, { type: "hashed", id: "b", sha256: "00" }];
    expect(after(...PREPARING, ...twice).items[1]).toMatchObject({ phase: "known", twinOf: "a" });
    const first: Event = { type: "failed", id: "a", problem: PROBLEM };
    expect(after(...PREPARING, first, ...twice).items[1]).toMatchObject({ phase: "preparing", twinOf: null });
  });
});

describe("trying again", () => {
  it("does not compress a second time what is compressed", () => {
    const state = after(...SENDING, { type: "failed", id: "a", problem: PROBLEM }, { type: "retried", id: "a" });
    expect(state.items[0]).toMatchObject({ phase: "ready", compressed: COMPRESSED, problem: null, sentBytes: 0 });
  });

  it("starts over where nothing is there yet", () => {
    const state = after(...PREPARING, { type: "cancelled", id: "a" }, { type: "retried", id: "a" });
    expect(phases(state)).toEqual(["waiting"]);
  });

  it("does nothing for a file that is under way", () => {
    const sending = after(...SENDING);
    expect(reduce(sending, { type: "retried", id: "a" })).toBe(sending);
  });
});

describe("clearing", () => {
  it("keeps what still needs the person", () => {
    const state = after(
      ...FINISHING,
      { type: "done", id: "a", asset: "asset-9" },
      added("b", "c"),
      { type: "failed", id: "b", problem: PROBLEM },
      { type: "cleared" },
    );
    expect(state.items.map(({ id }) => id)).toEqual(["b", "c"]);
  });
});

describe("what is told", () => {
  it("to Python is coarse: a step of an upload changes nothing", () => {
    const tell = (events: Event[]) => after(...events).items.map(reported);
    expect(tell(PREPARING)).toEqual(tell(FINISHING));
    expect(tell(PREPARING)).toEqual([{ id: "a", name: "a.jpg", state: "uploading", asset: null, error: null }]);
  });

  it("to a screen reader counts files, not bytes", () => {
    const [sending, more] = [after(...SENDING), after(...SENDING, { type: "progress", id: "a", sentBytes: 50 })];
    expect(spoken(summarise(sending.items))).toBe("0 of 1 file uploaded, 1 under way.");
    expect(spoken(summarise(more.items))).toBe(spoken(summarise(sending.items)));
  });

  it("of savings leaves out what did not have to be sent", () => {
    const sent = after(...FINISHING, { type: "done", id: "a", asset: "x" });
    const reused = after(...FINISHING, { type: "done", id: "a", asset: "x", reused: true });
    expect(summarise(sent.items).savedBytes).toBe(900);
    expect(summarise(reused.items).savedBytes).toBe(0);
  });
});
