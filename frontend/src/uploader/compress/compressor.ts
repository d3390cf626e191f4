import { networkGone, UploadError } from "../problem";
import type { Prepared } from "./prepare";
import type { Report, Task } from "./protocol";

/** A 100 megapixel HEIC takes about ten seconds on a slow phone; what takes longer is not coming back. */
const PATIENCE_MS = 90_000;
const IDLE_MS = 30_000;

/** Problems that are the worker's and not the file's. */
const DOUBTFUL = new Set(["too_hard", "network"]);

/** Prepares files off the page's thread. One task a worker; the caller limits how many run at once. */
export class Compressor {
  readonly #idle: Worker[] = [];
  #retiring: ReturnType<typeof setTimeout> | undefined;

  /** Has a worker ready: the first preview comes sooner, and it comes even when the network is gone by then. */
  warm(): void {
    if (this.#idle.length > 0) return;
    const worker = startWorker();
    if (worker) this.#idle.push(worker);
  }

  async prepare(task: Task, signal: AbortSignal, onHash: (sha256: string) => void): Promise<Prepared> {
    signal.throwIfAborted();
    clearTimeout(this.#retiring);
    const worker = this.#idle.pop() ?? startWorker();
    try {
      const prepared = await (worker ? inWorker(worker, task, signal, onHash) : onPage(task, onHash));
      if (worker) this.#idle.push(worker);
      return prepared;
    } catch (error) {
      // A refusal is an answer and the worker is fine; anything else (cancel, crash, silence) leaves it in doubt.
      if (worker && error instanceof UploadError && !DOUBTFUL.has(error.problem.code)) this.#idle.push(worker);
      else worker?.terminate();
      throw error;
    } finally {
      clearTimeout(this.#retiring);
      this.#retiring = setTimeout(() => this.#retire(), IDLE_MS);
    }
  }

  /** Workers hold on to memory; after a while without work all but one go. */
  #retire(): void {
    for (const worker of this.#idle.splice(1)) worker.terminate();
  }
}

function startWorker(): Worker | null {
  // Safari before 16.4 has workers but no canvas in them.
  if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") return null;
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "mediaops-compress" });
}

function inWorker(
  worker: Worker,
  task: Task,
  signal: AbortSignal,
  onHash: (sha256: string) => void,
): Promise<Prepared> {
  return new Promise<Prepared>((resolve, reject) => {
    const done = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      worker.onmessage = worker.onerror = worker.onmessageerror = null;
      settle();
    };
    const onAbort = () => done(() => reject(signal.reason));
    const timer = setTimeout(() => done(() => reject(tooHard())), PATIENCE_MS);
    signal.addEventListener("abort", onAbort);
    worker.onmessageerror = () => done(() => reject(tooHard()));
    // A script that can't be fetched gives a plain event, one that throws an ErrorEvent.
    worker.onerror = (event) => done(() => reject(event instanceof ErrorEvent ? tooHard() : networkGone()));
    worker.onmessage = (event: MessageEvent<Report>) => {
      const report = event.data;
      if (report.kind === "hashed") onHash(report.sha256);
      else if (report.kind === "prepared") done(() => resolve(report.prepared));
      else done(() => reject(new UploadError(report.problem)));
    };
    worker.postMessage(task);
  });
}

async function onPage(task: Task, onHash: (sha256: string) => void): Promise<Prepared> {
  const { run } = await import("./run");
  return new Promise((resolve, reject) => {
    void run(task, (report) => {
      if (report.kind === "hashed") onHash(report.sha256);
      else if (report.kind === "prepared") resolve(report.prepared);
      else reject(new UploadError(report.problem));
    });
  });
}

function tooHard(): UploadError {
  return new UploadError({
    code: "too_hard",
    message: "This browser could not prepare the image; it may have run out of memory.",
    hint: "Close other tabs and try again, or make the image smaller first.",
    retryable: true,
  });
}
