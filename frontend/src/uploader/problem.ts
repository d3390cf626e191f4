/** What went wrong with one file, in the server's shape: a stable code, a sentence, and what to do next. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Whether the same file may succeed when tried again. */
  readonly retryable: boolean;
}

/** How the sender may go on by itself. */
export type Remedy = "none" | "again" | "new-ticket" | "already-there";

export class UploadError extends Error {
  constructor(
    readonly problem: Problem,
    readonly remedy: Remedy = "none",
  ) {
    super(problem.message);
    this.name = "UploadError";
  }
}

export function refusal(code: string, message: string, hint: string): UploadError {
  return new UploadError({ code, message, hint, retryable: false });
}

/** Any thrown thing as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof UploadError) return error.problem;
  return {
    code: "internal",
    message: "Something unexpected went wrong with this file.",
    hint: error instanceof Error && error.message ? `Try again. (${error.message})` : "Try again.",
    retryable: true,
  };
}

export function networkGone(): UploadError {
  return new UploadError(
    {
      code: "network",
      message: "The connection was lost.",
      hint: "Check your network and try again; nothing has to be compressed again.",
      retryable: true,
    },
    "again",
  );
}
