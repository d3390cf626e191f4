import { describe, expect, it } from "vitest";
import { changeOf, isChanged, problemOf, startOf, withSegment } from "./draft";
import { clockTime, Player, segmentAt } from "./player";
import { count, reduce, START } from "./state";
import type { Draft, Item, Segment } from "./types";

const segments: readonly Segment[] = [
  { start: 0, end: 1.9, text: " The tied turns twice." },
  { start: 2, end: 3.9, text: "Um.", speaker: "A" },
  { start: 4, end: 6, text: "Never at the same hour." },
];
const item: Item = {
  annotation: "a", version: "0", kind: "transcript", engine: "openai", model: "", uncertainty: 0.5, result: { text: "", segments },
  asset: { id: "s", kind: "sound", title: "Tide talk", alt_text: "", width: null, height: null, thumbhash: null, image_url: null, full_url: "/s" },
};
const start = startOf(item);
const fixed = (places: Record<number, string | null>): Draft =>
  Object.entries(places).reduce((draft, [at, text]) => withSegment(item, draft, Number(at), text), start);

describe("a transcript", () => {
  it("is no change while the engine's own words stand there", () => {
    expect([start, isChanged(item, start), problemOf(start)]).toEqual([{ kind: "transcript", segments: {} }, false, null]);
    const changed = fixed({ 0: "The tide turns twice." });
    expect(isChanged(item, changed)).toBe(true);
    expect(withSegment(item, changed, 0, "The tied turns twice.")).toEqual(start);
  });

  it("is sent as the segments that changed; one without words is taken out", () => {
    expect(changeOf(item, fixed({ 0: "The tide turns twice. ", 1: "  ", 2: null }))).toEqual({ segments: { 0: "The tide turns twice.", 1: null, 2: null } });
  });

  it("comes back as it was decided when that is taken back", () => {
    const mine = { segments: [{ ...segments[0]!, text: "The tide turns twice." }, segments[2]!] };
    expect(startOf(item, mine)).toEqual({ kind: "transcript", segments: { 0: "The tide turns twice.", 1: null } });
    expect(startOf(item, { segments: [] })).toEqual({ kind: "transcript", segments: { 0: null, 1: null, 2: null } });
  });

  it("is gone through segment by segment, and a change is taken back step by step", () => {
    const state = reduce(START, { type: "came", items: [item] });
    expect([count(state), state.selected]).toEqual([3, 0]);
    expect(reduce(state, { type: "select", at: 9 }).selected).toBe(2);
    const edited = reduce(state, { type: "edit", draft: fixed({ 1: null }) });
    expect(reduce(edited, { type: "back a step" }).draft).toEqual(start);
  });

  it("with nothing in it can be looked at", () => {
    for (const result of [{}, { segments: [] }]) {
      const state = reduce(START, { type: "came", items: [{ ...item, result }] });
      expect([state.phase, count(state)]).toEqual(["ready", 0]);
    }
  });
});

describe("playing", () => {
  const media = (at: number) => ({ currentTime: at, paused: true, play(this: { paused: boolean }) { this.paused = false; return Promise.resolve(); }, pause(this: { paused: boolean }) { this.paused = true; } });
  const playing = (at: number) => {
    const sound = media(at);
    const player = new Player();
    player.attach(sound as unknown as HTMLMediaElement);
    return { sound, player };
  };

  it("begins where the segment does, and goes on where it was paused within it", () => {
    const { sound, player } = playing(9);
    player.toggle(segments[1]);
    expect([sound.currentTime, sound.paused]).toEqual([2, false]);
    sound.currentTime = 3;
    player.toggle(segments[1]);
    expect(sound.paused).toBe(true);
    player.toggle(segments[1]);
    expect([sound.currentTime, sound.paused]).toEqual([3, false]);
  });

  it("tells which second it is at only while it plays, and does nothing without a sound", () => {
    const { sound, player } = playing(3);
    player.heard();
    expect(player.now.value).toBeNull();
    player.play(3);
    player.heard();
    expect(player.now.value).toBe(3);
    player.move(-5);
    expect(sound.currentTime).toBe(0);
    player.attach(null);
    player.toggle(segments[0]);
    expect(player.now.value).toBeNull();
  });

  it("knows the segment that is being said, and how a time is written", () => {
    expect([0, 1.95, 2, 5].map((second) => segmentAt(segments, second))).toEqual([0, 0, 1, 2]);
    expect(segmentAt([{ start: 3, end: 4, text: "" }], 1)).toBe(-1);
    expect([0, 75.9, 3671].map(clockTime)).toEqual(["0:00", "1:15", "1:01:11"]);
  });
});
