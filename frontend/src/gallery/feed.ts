import { signal } from "@preact/signals";
import type { AssetCard, GalleryData } from "./types";

/** What went wrong with the next page, in words for a person. */
export interface Failure {
  readonly message: string;
  readonly hint: string;
  /** The session has ended: asking again cannot help. */
  readonly signedOut: boolean;
}

interface PageOf {
  readonly items: AssetCard[];
  readonly next: string | null;
}

/** Items that one request may bring while everything is being selected. */
const LARGEST_PAGE = 200;
/** Signed URLs that stopped working are renewed page by page, each at most this often. */
const RENEW_EVERY_MS = 30_000;

/** The pages of one query. They outlive reruns and leaving the page; `merge` takes in what Python sends again. */
export class Feed {
  readonly items = signal<readonly AssetCard[]>([]);
  readonly next = signal<string | null>(null);
  readonly loading = signal(false);
  readonly failure = signal<Failure | null>(null);
  /** Where the person had scrolled to, in pixels of the list. */
  scrolled = 0;
  touched = Date.now();

  private request: AbortController | null = null;
  private asking: Promise<boolean> | null = null;
  /** The cursor that brought each item, null for the first page. */
  private readonly cursorOf = new Map<string, string | null>();
  private readonly renewed = new Map<string | null, number>();
  private readonly broken = new Set<string>();
  private firstPage: readonly string[] = [];
  private started = false;

  constructor(
    private readonly apiUrl: string,
    private readonly query: Readonly<Record<string, unknown>>,
  ) {}

  merge(data: Pick<GalleryData, "items" | "next" | "patches">): void {
    this.touched = Date.now();
    const fresh = unique(data.items);
    const ids = fresh.map((item) => item.id);
    const shown = new Set(ids);
    const kept = this.laterPages(ids, data.next !== null);
    for (const id of ids) this.cursorOf.set(id, null);
    const old = new Map(this.items.value.map((item) => [item.id, item]));
    const rest = this.items.value.filter((item) => kept.has(item.id) && !shown.has(item.id));
    // Without later pages the cursor of Python's page is the one to go on from.
    if (!this.started || rest.length === 0) this.next.value = data.next;
    this.started = true;
    this.firstPage = ids;
    const all = [...fresh.map((item) => this.sameUrls(item, old.get(item.id))), ...rest];
    this.items.value = patched(all, data.patches ?? []);
  }

  /** Fetches the next page, or waits for the one under way; says whether one came. */
  more(limit?: number): Promise<boolean> {
    if (this.loading.value && this.asking) return this.asking;
    const after = this.next.value;
    if (after === null) return Promise.resolve(false);
    this.asking = this.ask(after, limit);
    return this.asking;
  }

  private async ask(after: string, limit: number | undefined): Promise<boolean> {
    this.loading.value = true;
    this.failure.value = null;
    this.request = new AbortController();
    const { signal: stop } = this.request;
    try {
      const page = await this.fetchPage(after, limit, stop);
      if (stop.aborted) return false;
      this.append(page, after);
      return true;
    } catch (error) {
      if (!stop.aborted) this.failure.value = asFailure(error);
      return false;
    } finally {
      // An aborted request may end after the one that followed it has begun.
      if (this.request?.signal === stop) this.loading.value = false;
    }
  }

  /** Fetches until the end or until `most` items are there. */
  async all(most: number): Promise<void> {
    while (this.next.value !== null && this.items.value.length < most) {
      if (!(await this.more(LARGEST_PAGE))) return;
    }
  }

  stop(): void {
    this.request?.abort();
    this.request = null;
    this.loading.value = false;
  }

  /** A picture did not load: perhaps its signed URL has ended. Fetches its page again and lays the new URLs over the old. */
  async renew(id: string): Promise<void> {
    this.broken.add(id);
    const cursor = this.cursorOf.get(id);
    if (cursor === undefined) return;
    const last = this.renewed.get(cursor) ?? 0;
    if (Date.now() - last < RENEW_EVERY_MS) return;
    this.renewed.set(cursor, Date.now());
    try {
      const page = await this.fetchPage(cursor, undefined, new AbortController().signal);
      for (const item of page.items) this.broken.delete(item.id);
      this.items.value = patched(this.items.value, page.items);
    } catch {
      // The tile goes on showing that its picture is missing; loading further pages reports the network.
    }
  }

  private append(page: PageOf, after: string): void {
    const there = new Set(this.items.value.map((item) => item.id));
    const added = unique(page.items).filter((item) => !there.has(item.id));
    for (const item of added) this.cursorOf.set(item.id, after);
    this.items.value = [...this.items.value, ...added];
    this.next.value = page.next;
  }

  /**
   * The ids that stay although the new first page does not hold them: those of later pages, and those
   * that new arrivals have pushed off the end of the first. One missing from the middle is gone.
   */
  private laterPages(ids: readonly string[], more: boolean): Set<string> {
    const now = new Set(ids);
    const common = this.firstPage.findLastIndex((id) => now.has(id));
    if (this.firstPage.length > 0 && common < 0) {
      this.next.value = null;
      return new Set();
    }
    const first = new Set(this.firstPage);
    const pushed = more ? this.firstPage.slice(common + 1) : [];
    return new Set([...pushed, ...this.items.value.map((item) => item.id).filter((id) => !first.has(id))]);
  }

  /** Signing again gives another URL for the same bytes: a picture that is already on screen is not fetched twice. */
  private sameUrls(item: AssetCard, old: AssetCard | undefined): AssetCard {
    if (!old || this.broken.has(item.id)) {
      this.broken.delete(item.id);
      return item;
    }
    const keep = (now: string | null | undefined, was: string | null | undefined) =>
      was && now && withoutQuery(was) === withoutQuery(now) ? was : now ?? null;
    return {
      ...item,
      thumb_url: keep(item.thumb_url, old.thumb_url),
      card_url: keep(item.card_url, old.card_url),
    };
  }

  private async fetchPage(after: string | null, limit: number | undefined, stop: AbortSignal): Promise<PageOf> {
    const url = pageUrl(this.apiUrl, this.query, after, limit);
    const answer = await fetch(url, { signal: stop, credentials: "same-origin", headers: { accept: "application/json" } });
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw new Refused(answer.status, body);
    if (!isPage(body)) throw new Refused(answer.status, null);
    return body;
  }
}

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`HTTP ${status}`);
  }
}

function asFailure(error: unknown): Failure {
  if (!(error instanceof Refused)) {
    return { message: "The network is gone", hint: "Check the connection, then try again.", signedOut: false };
  }
  if (error.status === 401) {
    return { message: "You are signed out", hint: "Reload the page to sign in again.", signedOut: true };
  }
  const said = (error.body as { error?: { message?: unknown; hint?: unknown } } | null)?.error;
  return {
    message: typeof said?.message === "string" ? said.message : "The next pictures could not be loaded",
    hint: typeof said?.hint === "string" ? said.hint : "Try again in a moment.",
    signedOut: false,
  };
}

export function pageUrl(
  apiUrl: string,
  query: Readonly<Record<string, unknown>>,
  after: string | null,
  limit?: number,
): string {
  const url = new URL(apiUrl, document.baseURI);
  const put = (name: string, value: unknown) => {
    if (value !== null && value !== undefined && value !== "") url.searchParams.append(name, String(value));
  };
  for (const [name, value] of Object.entries(query)) {
    if (name === "after" || (name === "limit" && limit !== undefined)) continue;
    for (const one of Array.isArray(value) ? value : [value]) put(name, one);
  }
  put("limit", limit);
  put("after", after);
  return url.toString();
}

function isPage(body: unknown): body is PageOf {
  return typeof body === "object" && body !== null && Array.isArray((body as { items?: unknown }).items);
}

function unique(items: readonly AssetCard[]): AssetCard[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

function patched(
  items: readonly AssetCard[],
  patches: readonly (Partial<AssetCard> & { readonly id: string })[],
): readonly AssetCard[] {
  if (patches.length === 0) return items;
  const by = new Map(patches.map((patch) => [patch.id, patch]));
  return items.map((item) => (by.has(item.id) ? { ...item, ...by.get(item.id) } : item));
}

function withoutQuery(url: string): string {
  return url.split("?", 1)[0] as string;
}

const KEPT_FEEDS = 6;
/** Signed URLs and positions older than this are not worth coming back to. */
const KEPT_FOR_MS = 20 * 60_000;
const feeds = new Map<string, Feed>();

/** The feed of a query, the same one as long as query and revision are the same; a few of the last ones are kept for the way back. */
export function feedFor(data: Pick<GalleryData, "apiUrl" | "query" | "revision">): Feed {
  const key = feedKey(data);
  let feed = feeds.get(key);
  if (feed && Date.now() - feed.touched > KEPT_FOR_MS) feed = undefined;
  feed ??= new Feed(data.apiUrl, data.query);
  feeds.delete(key);
  feeds.set(key, feed);
  for (const old of [...feeds.keys()].slice(0, -KEPT_FEEDS)) feeds.delete(old);
  return feed;
}

export function feedKey(data: Pick<GalleryData, "apiUrl" | "query" | "revision">): string {
  const sorted = Object.entries(data.query ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([data.apiUrl, sorted, data.revision ?? null]);
}
