import { signal } from "@preact/signals";
import type { Segment } from "./types";

/** The sound or video of the item in sight. */
export class Player {
  /** As of pictures: "loading", "there" once it can be played, "failed". */
  readonly state = signal<"loading" | "there" | "failed">("loading");
  /** Seconds from the beginning; null while nothing plays. */
  readonly now = signal<number | null>(null);
  private media: HTMLMediaElement | null = null;

  /** The element that plays; null when it leaves the page. */
  attach(media: HTMLMediaElement | null): void {
    if (media === this.media) return;
    this.media = media;
    this.state.value = "loading";
    this.now.value = null;
  }

  play(at: number): void {
    if (!this.media) return;
    this.media.currentTime = at;
    // Refused where the browser wants a click first, or while it still loads: the person presses again.
    void this.media.play().catch(() => undefined);
  }

  /** Pauses what plays; else plays on within the segment, or from its beginning when it stands elsewhere. */
  toggle(segment: Segment | undefined): void {
    const { media } = this;
    if (!media) return;
    if (!media.paused) return media.pause();
    const inside = segment && media.currentTime > segment.start && media.currentTime < segment.end;
    this.play(segment && !inside ? segment.start : media.currentTime);
  }

  move(seconds: number): void {
    if (this.media) this.media.currentTime = Math.max(0, this.media.currentTime + seconds);
  }

  readonly heard = (): void => {
    this.now.value = this.media && !this.media.paused ? this.media.currentTime : null;
  };
}

/** Which segment is being said: the last that has begun; -1 before the first. */
export function segmentAt(segments: readonly Segment[], seconds: number): number {
  return segments.findLastIndex((one) => one.start <= seconds + 0.01);
}

/** 75.4 is 1:15. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
