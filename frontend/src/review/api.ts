import type { Decision, Item, Kind, Trouble, Undone } from "./types";

const PATIENCE_MS = 30_000;

export class ApiError extends Error {
  constructor(readonly status: number, readonly trouble: Trouble) {
    super(trouble.message);
  }
  /** Not theirs to decide any more, whatever they do. */
  get final(): boolean {
    return this.status === 404 || this.status === 409;
  }
  /** Signed out, or the role was taken away: the page itself has ended. */
  get ended(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** The queue over HTTP, with the session cookie. Every failure is an `ApiError` in words. */
export class ReviewApi {
  constructor(private readonly base: string) {}

  async next(kinds: readonly Kind[], skip: readonly string[], count: number): Promise<readonly Item[]> {
    return (await this.post<{ items: Item[] }>("next", { kinds, skip: skip.slice(-1000), count })).items;
  }

  decide(body: {
    annotation: string; version: string; decision: Decision; change?: Record<string, unknown>; reason?: string; seconds: number;
  }): Promise<unknown> {
    return this.post("decide", body);
  }

  undo(): Promise<Undone> {
    return this.post("undo", {});
  }

  async hold(annotations: readonly string[]) {
    const { items } = await this.post<{ items: { annotation: string; held: boolean; error: Trouble | null }[] }>("hold", { annotations });
    return items;
  }

  /** Also while the page is being left: nobody waits for the answer. */
  release(annotations: readonly string[]): void {
    if (annotations.length === 0) return;
    this.send("release", { annotations }, true).catch(() => undefined);
  }

  private send(path: string, body: unknown, keepalive = false): Promise<Response> {
    return fetch(new URL(`${this.base.replace(/^\//, "")}/${path}`, document.baseURI), {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      credentials: "same-origin",
      body: JSON.stringify(body),
      keepalive,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }

  private async post<T>(path: string, body: unknown): Promise<T> {
    let response: Response;
    let answer: unknown = null;
    try {
      response = await this.send(path, body);
      answer = await response.json().catch(() => null);
    } catch {
      throw new ApiError(0, { code: "offline", message: "The dashboard can't be reached.", hint: "Check the connection, then try again." });
    }
    if (response.ok && answer !== null) return answer as T;
    const said = (answer as { error?: Partial<Trouble> } | null)?.error;
    const status = response.ok ? 502 : response.status;
    throw new ApiError(status, {
      code: said?.code ?? "unavailable",
      message: said?.message ?? "The server does not answer properly.",
      hint: said?.hint ?? "Try again in a moment.",
    });
  }
}
