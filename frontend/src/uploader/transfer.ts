import { networkGone, UploadError, type Problem, type Remedy } from "./problem";

/** No byte moved for this long: the connection is dead, whatever it says. */
const STALL_MS = 30_000;

export interface Transfer {
  readonly url: string;
  readonly blob: Blob;
  readonly signal: AbortSignal;
  onProgress(sentBytes: number): void;
  readonly stallMs?: number;
}

/**
 * PUT of the raw bytes to a signed address. XMLHttpRequest, because fetch tells nothing about what has been sent.
 *
 * A rejected large PUT can leave its connection half-read on the server's side. Script can't choose connections, but
 * an aborted request closes its own, so a stalled try is aborted and the next one starts on a fresh connection.
 */
export function put({ url, blob, signal, onProgress, stallMs = STALL_MS }: Transfer): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout>;
    const alive = () => {
      clearTimeout(stall);
      stall = setTimeout(() => {
        request.abort();
        done(() => reject(networkGone()));
      }, stallMs);
    };
    const done = (settle: () => void) => {
      clearTimeout(stall);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = () => {
      request.abort();
      done(() => reject(signal.reason));
    };
    signal.addEventListener("abort", onAbort);
    request.upload.onprogress = (event) => {
      alive();
      onProgress(event.loaded);
    };
    request.onerror = () => done(() => reject(networkGone()));
    request.onload = () =>
      done(() => {
        if (request.status >= 200 && request.status < 300) resolve();
        else reject(storageError(request.status, request.responseText));
      });
    request.open("PUT", url);
    request.setRequestHeader("content-type", blob.type);
    alive();
    request.send(blob);
  });
}

interface StorageBody {
  readonly statusCode?: string;
  readonly error?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Storage answers most errors as HTTP 400, with the real status in the body. */
export function storageError(httpStatus: number, text: string): UploadError {
  const body = parsed(text);
  const status = Number(body.statusCode) || httpStatus;
  const problem = (code: string, message: string, hint: string, retryable: boolean): Problem => ({
    code, message, hint, retryable,
  });
  const error = (remedy: Remedy, ...words: Parameters<typeof problem>) => new UploadError(problem(...words), remedy);

  if (status === 409 || body.code === "KeyAlreadyExists") {
    return error("already-there", "ticket_used", "This place was used already.", "Try again.", true);
  }
  if (body.code === "InvalidJWT" || body.code === "InvalidSignature") {
    return error("new-ticket", "ticket_expired", "The upload right ended.", "Try again; a new one is fetched.", true);
  }
  if (status === 413) {
    return error("none", "too_large", "Storage says that this image is too large.", "Make it smaller first.", false);
  }
  if (status === 415) {
    return error("none", "unsupported_type", "Storage does not take this type of file.", "Save it as JPEG or PNG.", false);
  }
  // 544 is Storage's word for a database that did not answer in time.
  if (status >= 500 || status === 429 || status === 408) {
    return error("again", "unavailable", "Storage does not answer properly.", "Try again in a moment.", true);
  }
  return error("new-ticket", "refused", "Storage refused the upload.", body.message ? `It said: ${body.message}` : "Try again.", true);
}

function parsed(text: string): StorageBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}
