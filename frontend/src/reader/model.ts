import { batch, computed, signal } from "@preact/signals";
import type { Component } from "../shared/component";
import { boxOf, numbered, type Id } from "./lines";
import type { ReaderData } from "./types";
import { fit, isFitted, panBy, reveal, settle, zoomAt, zoomTo, type Box, type Size, type Spot, type View } from "./viewport";

/** A line or a passage, in the picture and in the text at once. */
export interface Mark {
  readonly layer: "line" | "passage";
  readonly id: Id;
}

export type PictureState = "loading" | "there" | "failed";

const EMPTY: ReaderData = { image_url: null, width: 1, height: 1 };
/** What a press of an arrow moves, and what one of plus or minus multiplies. */
const ARROW_PX = 80;
const PLUS = 1.4;

export class ReaderModel {
  readonly data = signal<ReaderData>(EMPTY);
  readonly stage = signal<Size>({ width: 0, height: 0 });
  readonly view = signal<View>({ scale: 1, x: 0, y: 0 });
  /** Jumps to a line glide; what the hand does must not lag behind it. */
  readonly gliding = signal(false);
  readonly picture = signal<PictureState>("loading");
  readonly attempt = signal(0);
  /** Pointed at right now, and last clicked or focused: the first one wins. */
  readonly hovered = signal<Mark | null>(null);
  readonly chosen = signal<Mark | null>(null);
  readonly showLines = signal(true);
  readonly showPassages = signal(true);
  readonly tab = signal<"text" | "passages">("text");
  readonly copied = signal<string | null>(null);

  readonly rotation = computed(() => this.data.value.rotation ?? 0);
  /** Of the picture as it is shown, which is upright. */
  readonly size = computed<Size>(() => {
    const width = Math.max(1, this.data.value.width || 1);
    const height = Math.max(1, this.data.value.height || 1);
    return this.rotation.value % 180 === 0 ? { width, height } : { width: height, height: width };
  });
  readonly lines = computed(() => numbered(this.data.value.lines));
  readonly passages = computed(() => numbered(this.data.value.highlights));
  readonly state = computed(() => {
    const { state } = this.data.value;
    return state === "none" ? null : (state ?? null);
  });
  readonly active = computed(() => this.hovered.value ?? this.chosen.value);
  readonly fitted = computed(() => isFitted(this.view.value, this.stage.value, this.size.value));
  /** When the data came: the seconds of a running reading are counted on from there. */
  heardAt = 0;

  private component: Component<ReaderData>;
  private copiedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(component: Component<ReaderData>) {
    this.component = component;
    this.update(component);
  }

  update(component: Component<ReaderData>): void {
    this.component = component;
    const before = this.data.value;
    const data = component.data ?? EMPTY;
    batch(() => {
      this.data.value = data;
      if (data.seconds_running !== before.seconds_running || data.state !== before.state) this.heardAt = performance.now();
      if (isOther(before, data)) this.reset();
      // A new URL is a new chance for a picture that failed; one that is there stays, signed anew or not.
      else if (data.image_url !== before.image_url && this.picture.value === "failed") this.again();
    });
  }

  resize(stage: Size): void {
    const wasFitted = this.stage.value.width === 0 || this.fitted.value;
    batch(() => {
      this.gliding.value = false;
      this.stage.value = stage;
      this.view.value = wasFitted ? fit(stage, this.size.value) : settle(this.view.value, stage, this.size.value);
    });
  }

  zoom(factor: number, at?: Spot, glide = false): void {
    const { width, height } = this.stage.value;
    this.go(zoomAt(this.view.value, factor, at ?? { x: width / 2, y: height / 2 }, this.stage.value, this.size.value), glide);
  }

  zoomIn = (): void => this.zoom(PLUS, undefined, true);
  zoomOut = (): void => this.zoom(1 / PLUS, undefined, true);
  fit = (): void => this.go(fit(this.stage.value, this.size.value), true);
  /** One picture pixel on one CSS pixel. */
  actual = (at?: Spot): void => this.zoom(1 / this.view.value.scale, at, true);

  pan(dx: number, dy: number): void {
    this.go(panBy(this.view.value, dx, dy, this.stage.value, this.size.value), false);
  }

  choose(mark: Mark | null): void {
    this.chosen.value = mark;
  }

  /** To a line from the text: by a click so near that it can be read, by the keyboard only into sight. */
  goTo(mark: Mark, near: boolean): void {
    this.choose(mark);
    const box = this.boxOf(mark);
    if (!box) return;
    const { stage, size, view } = this;
    this.go(near ? zoomTo(box, stage.value, size.value) : reveal(view.value, box, stage.value, size.value), true);
  }

  /** The keys of the picture; says whether the key was one of them. */
  key(name: string): boolean {
    switch (name) {
      case "+":
      case "=":
        return done(this.zoomIn());
      case "-":
      case "_":
        return done(this.zoomOut());
      case "0":
        return done(this.fit());
      case "1":
        return done(this.actual());
      case "Escape":
        if (this.chosen.value === null && this.fitted.value) return false;
        return done(this.chosen.value !== null ? this.choose(null) : this.fit());
    }
    if (this.fitted.value) return false;
    if (name === "ArrowLeft") return done(this.pan(ARROW_PX, 0));
    if (name === "ArrowRight") return done(this.pan(-ARROW_PX, 0));
    if (name === "ArrowUp") return done(this.pan(0, ARROW_PX));
    if (name === "ArrowDown") return done(this.pan(0, -ARROW_PX));
    return false;
  }

  /** Loads the picture again, and asks Python for a fresh URL in case the old one has ended. */
  retryPicture(): void {
    this.again();
    this.component.setTriggerValue("renew", true);
  }

  request(): void {
    this.component.setTriggerValue("request", true);
  }

  async copy(text: string, what: string): Promise<void> {
    const done = await write(text);
    clearTimeout(this.copiedTimer);
    this.copied.value = done ? what : null;
    this.copiedTimer = setTimeout(() => (this.copied.value = null), 1600);
  }

  private boxOf(mark: Mark): Box | null {
    if (mark.layer === "passage") {
      const passage = this.passages.value.find((one) => one.id === mark.id);
      return passage ? boxOf(passage.polygons) : null;
    }
    const line = this.lines.value.find((one) => one.id === mark.id);
    return line ? boxOf([line.polygon]) : null;
  }

  private go(view: View, glide: boolean): void {
    this.gliding.value = glide;
    this.view.value = view;
  }

  private again(): void {
    this.picture.value = "loading";
    this.attempt.value += 1;
  }

  private reset(): void {
    this.again();
    this.hovered.value = null;
    this.chosen.value = null;
    this.tab.value = "text";
    if (this.stage.value.width > 0) this.view.value = fit(this.stage.value, this.size.value);
  }
}

function isOther(a: ReaderData, b: ReaderData): boolean {
  const name = (data: ReaderData) => data.asset ?? data.image_url?.split("?", 1)[0];
  return name(a) !== name(b) || a.width !== b.width || a.height !== b.height || a.rotation !== b.rotation;
}

function done(_: void): true {
  return true;
}

/** Without a secure context there is no clipboard API; the old way works there. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.cssText = "position:fixed;opacity:0";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
