import { networkGone, UploadError, type Remedy } from "./problem";
import type { Ticket } from "./tickets";
import type { KnownAsset, UploaderData } from "./types";

const PATIENCE_MS = 60_000;

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly message?: string; readonly hint?: string };
}

/** The dashboard's own API, with the session cookie. Every failure is an `UploadError` in words. */
async function post<T>(url: string, body: unknown, signal: AbortSignal | null): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(new URL(url, document.baseURI), {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      credentials: "same-origin",
      body: JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    answer = await response.json().catch(() => null);
  } catch {
    signal?.throwIfAborted();
    throw networkGone();
  }
  if (response.ok && answer !== null) return answer as T;
  // A proxy's own page in place of an answer is an outage, whatever its status says.
  throw fromAnswer(response.ok ? 502 : response.status, (answer as ErrorBody | null)?.error);
}

const NEW_TICKET = new Set(["ticket_expired", "ticket_used", "ticket_foreign", "not_found", "upload_missing"]);

function fromAnswer(status: number, error: ErrorBody["error"]): UploadError {
  if (status === 401) {
    return new UploadError({
      code: error?.code ?? "not_signed_in",
      message: "You have been signed out.",
      hint: "Sign in again in another tab, then press Try again here.",
      retryable: true,
    });
  }
  const code = error?.code ?? (status >= 500 ? "unavailable" : "invalid");
  const remedy: Remedy = status >= 500 || status === 429 ? "again" : NEW_TICKET.has(code) ? "new-ticket" : "none";
  return new UploadError(
    {
      code,
      message: error?.message || (status >= 500 ? "The server does not answer properly." : "The server refused this file."),
      hint: error?.hint || (status >= 500 ? "Try again in a moment." : ""),
      retryable: status !== 422 && status !== 403,
    },
    remedy,
  );
}

export interface Completion {
  readonly ticket: string;
  readonly original_name: string;
  readonly original_bytes: number;
  readonly original_sha256: string;
}

export interface Api {
  tickets(count: number): Promise<readonly Ticket[]>;
  lookup(sha256: string, signal: AbortSignal): Promise<KnownAsset | null>;
  complete(completion: Completion, signal: AbortSignal): Promise<{ readonly asset: string }>;
  restore(asset: string, signal: AbortSignal): Promise<void>;
}

/** `data` is asked at every call: a rerun may have brought new addresses. */
export function apiOf(data: () => UploaderData): Api {
  return {
    async tickets(count) {
      const body = { purpose: data().purpose, count };
      return (await post<{ tickets: readonly Ticket[] }>(data().ticketsUrl, body, null)).tickets;
    },
    async lookup(sha256, signal) {
      return (await post<{ asset: KnownAsset | null }>(data().lookupUrl, { sha256 }, signal)).asset;
    },
    complete(completion, signal) {
      const annotate = data().annotate;
      return post(data().completeUrl, annotate ? { ...completion, annotate } : completion, signal);
    },
    async restore(asset, signal) {
      const url = data().restoreUrl;
      if (url) await post(url, { asset }, signal);
    },
  };
}
