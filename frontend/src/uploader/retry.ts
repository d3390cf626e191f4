import { UploadError } from "./problem";

/** Waits before the second, third, ... try, in milliseconds. */
export const PAUSES_MS: readonly number[] = [500, 1500, 4000, 10_000];

export interface RetryHooks {
  readonly signal: AbortSignal;
  /** A sentence while waiting, `null` when it goes on. */
  onNote(note: string | null): void;
  /** Replaced in tests. */
  readonly pausesMs?: readonly number[];
}

/** Runs until it succeeds, fails for good, or the pauses are used up. Offline time costs no try. */
export async function retrying<T>(work: (attempt: number) => Promise<T>, hooks: RetryHooks): Promise<T> {
  const pauses = hooks.pausesMs ?? PAUSES_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      hooks.signal.throwIfAborted();
      if (!(error instanceof UploadError) || error.remedy !== "again") throw error;
      const pause = pauses[attempt];
      if (pause === undefined) throw error;
      if (isOffline()) {
        hooks.onNote("You are offline. It goes on by itself when the connection is back.");
        await online(hooks.signal);
      } else {
        hooks.onNote(`${error.problem.message} Trying again…`);
        // Files that failed together must not knock again together.
        await sleep(pause * (0.75 + Math.random() / 2), hooks.signal);
      }
      hooks.onNote(null);
    }
  }
}

const isOffline = () => typeof navigator !== "undefined" && navigator.onLine === false;

function online(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      removeEventListener("online", onOnline);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onOnline = () => done(resolve);
    const onAbort = () => done(() => reject(signal.reason));
    addEventListener("online", onOnline);
    signal.addEventListener("abort", onAbort);
  });
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort);
  });
}
