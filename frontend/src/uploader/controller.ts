import { signal, type Signal } from "@preact/signals";
import { apiOf, type Api } from "./api";
import { Compressor } from "./compress/compressor";
import { isPage } from "./compress/plan";
import type { Prepared } from "./compress/prepare";
import { deliver, type Job } from "./deliver";
import type { Picked } from "./pick";
import { problemOf, UploadError, type Problem } from "./problem";
import { retrying } from "./retry";
import { EMPTY, isEnded, reduce, type Event, type Item, type State } from "./state";
import { TicketPool } from "./tickets";
import type { UploaderData } from "./types";
import { megabytes } from "./words";

/** Decoding is memory, sending is patience: each has its own limit. */
const PREPARING_AT_ONCE = Math.max(1, Math.min(2, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
const SENDING_AT_ONCE = 3;
const TEND_MS = 60_000;
/** After the page has drawn itself. */
const WARM_MS = 200;

/** All side effects of one uploader: the state changes only through `reduce`, and this reacts to it. */
export class Controller {
  readonly state: Signal<State> = signal(EMPTY);
  readonly #jobs = new Map<string, Job>();
  readonly #compressor = new Compressor();
  readonly #pool: TicketPool;
  readonly #api: Api;
  #data: UploaderData;
  #tending: ReturnType<typeof setInterval> | undefined;
  #ids = 0;

  constructor(
    data: UploaderData,
    /** After every change; `before` and `after` tell what it was. */
    private readonly changed: (before: State, after: State) => void,
  ) {
    this.#data = data;
    this.#api = apiOf(() => this.#data);
    this.#pool = new TicketPool(this.#poolOptions());
    this.#pool.add(data.tickets);
  }

  get data(): UploaderData {
    return this.#data;
  }

  update(data: UploaderData): void {
    this.#data = data;
    this.#pool.configure(this.#poolOptions());
    this.#pool.add(data.tickets);
  }

  shown(): void {
    this.#tending ??= setInterval(() => this.#pool.tend(), TEND_MS);
    setTimeout(() => this.#compressor.warm(), WARM_MS);
  }

  hidden(): void {
    clearInterval(this.#tending);
    this.#tending = undefined;
  }

  add(files: readonly Picked[]): void {
    const added = files.map(({ file, name }) => {
      const id = `f${Date.now().toString(36)}-${++this.#ids}`;
      this.#jobs.set(id, { file, abort: new AbortController(), blob: null, ticket: null, tried: false, stored: false });
      const problem = tooPlain(file, this.#data.limits.maxBytes);
      return { id, name, bytes: file.size, ...(problem ? { problem } : {}) };
    });
    this.#dispatch({ type: "added", files: added });
  }

  cancel = (id: string): void => {
    this.#stop(id);
    this.#dispatch({ type: "cancelled", id });
  };

  retry = (id: string): void => {
    const job = this.#jobs.get(id);
    if (job) job.abort = new AbortController();
    this.#dispatch({ type: "retried", id });
  };

  retryAll = (): void => {
    for (const item of this.state.value.items) if (item.phase === "failed" && item.problem?.retryable) this.retry(item.id);
  };

  sendAnyway = (id: string): void => this.#dispatch({ type: "sent-anyway", id });

  useKnown = (item: Item): void => {
    if (item.known) this.#dispatch({ type: "done", id: item.id, asset: item.known.asset, reused: true });
  };

  restoreKnown = (item: Item): void => {
    const [known, job] = [item.known, this.#jobs.get(item.id)];
    if (!known || !job) return;
    this.#dispatch({ type: "restoring", id: item.id });
    void this.#guarded(item.id, job.abort.signal, async () => {
      await this.#api.restore(known.asset, job.abort.signal);
      this.#dispatch({ type: "done", id: item.id, asset: known.asset, reused: true });
    });
  };

  dismiss = (id: string): void => {
    this.#stop(id);
    this.#dispatch({ type: "dismissed", id });
  };

  clear = (): void => this.#dispatch({ type: "cleared" });

  #dispatch(event: Event): void {
    const before = this.state.value;
    const after = reduce(before, event);
    if (after === before) return;
    this.state.value = after;
    this.#forget(before, after);
    this.#pump();
    this.changed(before, after);
  }

  /** Files and previews of items that are no longer on the list. */
  #forget(before: State, after: State): void {
    const there = new Set(after.items.map(({ id }) => id));
    for (const item of before.items) {
      if (there.has(item.id)) continue;
      if (item.compressed) URL.revokeObjectURL(item.compressed.previewUrl);
      this.#jobs.delete(item.id);
    }
  }

  #pump(): void {
    const { items } = this.state.value;
    const at = (...phases: Item["phase"][]) => items.filter(({ phase }) => phases.includes(phase));
    this.#pool.expect(at("waiting", "preparing", "ready").length);
    // One at a time: each dispatch comes back here with the new state.
    const waiting = at("waiting")[0];
    const preparing = items.filter((item) => item.phase === "preparing" && !item.compressed).length;
    if (waiting && preparing < PREPARING_AT_ONCE) return this.#begin(waiting, "preparing", this.#prepare);
    const ready = at("ready")[0];
    if (ready && at("sending", "finishing").length < SENDING_AT_ONCE) this.#begin(ready, "sending", this.#send);
  }

  #begin(item: Item, type: "preparing" | "sending", work: (item: Item, job: Job) => Promise<void>): void {
    const job = this.#jobs.get(item.id);
    if (!job) return;
    this.#dispatch({ type, id: item.id });
    void this.#guarded(item.id, job.abort.signal, () => work(item, job));
  }

  /** One file's trouble stays its own. */
  async #guarded(id: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // A cancelled try may end long after its file was started again.
      if (signal.aborted) return;
      if (!(error instanceof UploadError)) console.error(error);
      this.#dispatch({ type: "failed", id, problem: problemOf(error) });
    }
  }

  #prepare = async (item: Item, job: Job): Promise<void> => {
    // Only the lookup was missing: the person was offline, or signed out.
    if (item.compressed && item.sha256) return this.#lookUp(item.id, item.sha256, job);
    const { signal } = job.abort;
    const { purpose, annotate, compress, limits } = this.#data;
    const quality = isPage(purpose, annotate) ? compress.quality.page : compress.quality.photo;
    const options = { edge: compress.edge, quality, maxPixels: limits.maxPixels };
    let lookup: Promise<void> | null = null;
    const prepared = await this.#compressor.prepare({ file: job.file, options }, signal, (sha256) => {
      this.#dispatch({ type: "hashed", id: item.id, sha256 });
      lookup = this.#lookUp(item.id, sha256, job);
      // It is awaited below, after the preview is there; until then a failure is not an unhandled one.
      lookup.catch(() => {});
    });
    signal.throwIfAborted();
    this.#keep(item.id, job, prepared);
    await lookup;
  };

  #keep(id: string, job: Job, { blob, width, height, kept }: Prepared): void {
    job.blob = blob;
    const previewUrl = URL.createObjectURL(blob);
    this.#dispatch({ type: "prepared", id, compressed: { bytes: blob.size, width, height, kept, previewUrl } });
    // Decided meanwhile without it, for example by using the asset that was there.
    if (this.#item(id)?.compressed?.previewUrl !== previewUrl) URL.revokeObjectURL(previewUrl);
  }

  async #lookUp(id: string, sha256: string, job: Job): Promise<void> {
    const { signal } = job.abort;
    const item = this.#item(id);
    if (item?.phase !== "preparing") return;
    if (item.cleared) return this.#dispatch({ type: "looked-up", id, known: null });
    const known = await retrying(() => this.#api.lookup(sha256, signal), { signal, onNote: this.#noting(id) });
    signal.throwIfAborted();
    // One that was refused, or is going for good, is no use to anybody.
    const usable = known && known.state !== "purging" && known.state !== "rejected" ? known : null;
    this.#dispatch({ type: "looked-up", id, known: usable });
  }

  #send = async (item: Item, job: Job): Promise<void> => {
    const asset = await deliver(item, job, {
      pool: this.#pool,
      api: this.#api,
      onNote: this.#noting(item.id),
      onProgress: (sentBytes) => this.#dispatch({ type: "progress", id: item.id, sentBytes }),
      onStored: () => this.#dispatch({ type: "finishing", id: item.id }),
    });
    this.#dispatch({ type: "done", id: item.id, asset });
  };

  #item(id: string): Item | undefined {
    return this.state.value.items.find((item) => item.id === id);
  }

  #noting(id: string): (note: string | null) => void {
    return (note) => this.#dispatch({ type: "delayed", id, note });
  }

  #stop(id: string): void {
    const [job, item] = [this.#jobs.get(id), this.#item(id)];
    if (!job || !item || isEnded(item)) return;
    job.abort.abort(new DOMException("cancelled", "AbortError"));
    // Nothing went out on it yet: somebody else may have it.
    if (job.ticket && !job.tried) {
      this.#pool.giveBack(job.ticket);
      job.ticket = null;
    }
  }

  #poolOptions() {
    return {
      size: this.#data.pool,
      lowWater: this.#data.lowWater,
      fetch: (count: number) => this.#api.tickets(count),
    };
  }
}

/** What can be said without reading the file. */
function tooPlain(file: File, maxBytes: number): Problem | null {
  if (file.size === 0) {
    return {
      code: "empty_file",
      message: "This file is empty (0 bytes).",
      hint: "Copy it again from where it came from.",
      retryable: false,
    };
  }
  if (file.size > maxBytes) {
    return {
      code: "too_large",
      message: `This file has ${megabytes(file.size)}, more than the ${megabytes(maxBytes)} that are accepted.`,
      hint: "Make it smaller and choose it again.",
      retryable: false,
    };
  }
  return null;
}
