import type { Api } from "./api";
import { UploadError } from "./problem";
import { retrying } from "./retry";
import type { Item } from "./state";
import type { Ticket, TicketPool } from "./tickets";
import { put } from "./transfer";

/** What belongs to one file and can't be in the state: handles, and how far its upload is. */
export interface Job {
  readonly file: File;
  abort: AbortController;
  blob: Blob | null;
  ticket: Ticket | null;
  /** A PUT went out on this ticket; whether it arrived may be unknown. */
  tried: boolean;
  /** Storage said that it has the bytes. */
  stored: boolean;
}

export interface Delivery {
  readonly pool: TicketPool;
  readonly api: Api;
  onNote(note: string | null): void;
  onProgress(sentBytes: number): void;
  onStored(): void;
}

/** How often a ticket may turn out to be worthless before the person is told. */
const FRESH_TICKETS = 2;

/**
 * Brings the bytes to Storage and has the upload completed; answers the asset's id.
 *
 * Safe to call again after any failure: what is stored is not sent twice, and completing twice is one completion.
 */
export async function deliver(item: Item, job: Job, delivery: Delivery): Promise<string> {
  const { signal } = job.abort;
  for (let renewals = 0; ; renewals++) {
    try {
      job.ticket ??= await delivery.pool.take(signal);
      await store(job, job.ticket, delivery);
      delivery.onStored();
      return await complete(item, job.ticket, job, delivery);
    } catch (error) {
      signal.throwIfAborted();
      const dead = error instanceof UploadError && (error.remedy === "new-ticket" || !error.problem.retryable);
      if (dead) abandon(job);
      if (!(error instanceof UploadError) || error.remedy !== "new-ticket" || renewals >= FRESH_TICKETS) throw error;
    }
  }
}

async function store(job: Job, ticket: Ticket, { onNote, onProgress }: Delivery): Promise<void> {
  const [{ signal }, { blob }] = [job.abort, job];
  if (job.stored || !blob) return;
  const hooks = { signal, onNote };
  await retrying(async () => {
    const triedBefore = job.tried;
    job.tried = true;
    try {
      await put({ url: ticket.url, blob, signal, onProgress });
    } catch (error) {
      if (!(error instanceof UploadError) || error.remedy !== "already-there") throw error;
      // Only our own earlier try can have put it there: the answer was lost, the bytes were not.
      if (!triedBefore) throw new UploadError(error.problem, "new-ticket");
    }
  }, hooks);
  job.stored = true;
}

async function complete(item: Item, ticket: Ticket, job: Job, { api, onNote }: Delivery): Promise<string> {
  const { signal } = job.abort;
  const completion = {
    ticket: ticket.id,
    original_name: item.name,
    original_bytes: item.originalBytes,
    original_sha256: item.sha256 ?? "",
  };
  const { asset } = await retrying(() => api.complete(completion, signal), { signal, onNote });
  return asset;
}

function abandon(job: Job): void {
  job.ticket = null;
  job.tried = false;
  job.stored = false;
}
