import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Feed, feedFor, feedKey, pageUrl } from "./feed";
import type { AssetCard } from "./types";

const card = (id: string, more: Partial<AssetCard> = {}): AssetCard => ({ id, kind: "image", state: "ready", ...more });
const ids = (feed: Feed) => feed.items.value.map((item) => item.id).join("");
const cards = (letters: string) => [...letters].map((letter) => card(letter));
const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(() => vi.stubGlobal("document", { baseURI: "http://here/app/" }));
afterEach(() => vi.unstubAllGlobals());

async function twoPages(): Promise<Feed> {
  vi.stubGlobal("fetch", async () => answer({ items: cards("de"), next: "2" }));
  const feed = new Feed("/api/library", { q: "x" });
  feed.merge({ items: cards("abc"), next: "1" });
  await feed.more();
  return feed;
}

describe("pages", () => {
  it("are appended once each, and the cursor moves on", async () => {
    const feed = await twoPages();
    expect(ids(feed)).toBe("abcde");
    expect(feed.next.value).toBe("2");
  });

  it("stay when Python sends the first page again", async () => {
    const feed = await twoPages();
    feed.merge({ items: cards("abc"), next: "1" });
    expect(ids(feed)).toBe("abcde");
    expect(feed.next.value).toBe("2");
  });

  it("let a new arrival in at the top without losing the one it pushed off the first page", async () => {
    const feed = await twoPages();
    feed.merge({ items: cards("nab"), next: "1" });
    expect(ids(feed)).toBe("nabcde");
  });

  it("drop what has left the middle of the first page", async () => {
    const feed = await twoPages();
    feed.merge({ items: cards("acd"), next: "1" });
    expect(ids(feed)).toBe("acde");
  });

  it("start again when nothing of the first page is left", async () => {
    const feed = await twoPages();
    feed.merge({ items: cards("xy"), next: "9" });
    expect(ids(feed)).toBe("xy");
    expect(feed.next.value).toBe("9");
  });

  it("take in fresh facts of items, patches of later pages included", async () => {
    const feed = await twoPages();
    feed.merge({ items: [card("a", { has_text: true }), ...cards("bc")], next: "1", patches: [{ id: "e", link_count: 3 }] });
    expect(feed.items.value[0]?.has_text).toBe(true);
    expect(feed.items.value[4]?.link_count).toBe(3);
  });

  it("do not change the URL of a picture that was only signed again", () => {
    const feed = new Feed("/api/library", {});
    feed.merge({ items: [card("a", { thumb_url: "/o/a?token=1" })], next: null });
    feed.merge({ items: [card("a", { thumb_url: "/o/a?token=2" })], next: null });
    expect(feed.items.value[0]?.thumb_url).toBe("/o/a?token=1");
  });

  it("take the new URL after the old one failed", async () => {
    vi.stubGlobal("fetch", async () => answer({ items: [card("a", { thumb_url: "/o/a?token=2" })], next: null }));
    const feed = new Feed("/api/library", {});
    feed.merge({ items: [card("a", { thumb_url: "/o/a?token=1" })], next: null });
    await feed.renew("a");
    expect(feed.items.value[0]?.thumb_url).toBe("/o/a?token=2");
  });
});

describe("everything", () => {
  it("is fetched page by page, the one under way included, up to a limit", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(new URL(url).search);
      const n = asked.length;
      return answer({ items: [card(`${n}`)], next: n < 9 ? `c${n}` : null });
    });
    const feed = new Feed("/api/library", {});
    feed.merge({ items: cards("a"), next: "c0" });
    const byScrolling = feed.more();
    await Promise.all([byScrolling, feed.all(4)]);
    expect(ids(feed)).toBe("a123");
    expect(asked).toEqual(["?after=c0", "?limit=200&after=c1", "?limit=200&after=c2"]);
  });
});

describe("a failing page", () => {
  const failing = async (fetcher: () => Promise<Response>) => {
    vi.stubGlobal("fetch", fetcher);
    const feed = new Feed("/api/library", {});
    feed.merge({ items: cards("a"), next: "1" });
    expect(await feed.more()).toBe(false);
    return feed;
  };

  it("says what the server said", async () => {
    const feed = await failing(async () => answer({ error: { code: "unavailable", message: "Storage is down", hint: "Wait" } }, 503));
    expect(feed.failure.value).toEqual({ message: "Storage is down", hint: "Wait", signedOut: false });
  });

  it("tells the network from the server", async () => {
    const feed = await failing(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(feed.failure.value?.message).toBe("The network is gone");
  });

  it("knows when the session has ended", async () => {
    const feed = await failing(async () => answer({ error: { message: "Sign in" } }, 401));
    expect(feed.failure.value?.signedOut).toBe(true);
  });

  it("keeps what is there and can be asked again", async () => {
    const feed = await failing(async () => new Response("<html>", { status: 502 }));
    vi.stubGlobal("fetch", async () => answer({ items: cards("b"), next: null }));
    expect(await feed.more()).toBe(true);
    expect([ids(feed), feed.failure.value]).toEqual(["ab", null]);
  });

  it("is silent when it was stopped on purpose", async () => {
    vi.stubGlobal("fetch", (_: string, init: RequestInit) =>
      new Promise((_done, fail) => init.signal?.addEventListener("abort", () => fail(new DOMException("stop", "AbortError")))),
    );
    const feed = new Feed("/api/library", {});
    feed.merge({ items: cards("a"), next: "1" });
    const asked = feed.more();
    feed.stop();
    await asked;
    expect([feed.failure.value, feed.loading.value]).toEqual([null, false]);
  });
});

describe("queries", () => {
  it("repeat arrays and leave out what is empty", () => {
    const url = pageUrl("/api/library", { q: "a b", kind: ["image", "sound"], state: null, linked: false, limit: 60 }, "c/1", 200);
    expect(url).toBe("http://here/api/library?q=a+b&kind=image&kind=sound&linked=false&limit=200&after=c%2F1");
  });

  it("share a feed whatever the order of their parameters, until the revision changes", () => {
    const one = { apiUrl: "/a", query: { x: 1, y: 2 }, revision: 1 };
    expect(feedKey(one)).toBe(feedKey({ ...one, query: { y: 2, x: 1 } }));
    expect(feedFor(one)).toBe(feedFor({ ...one, query: { y: 2, x: 1 } }));
    expect(feedFor(one)).not.toBe(feedFor({ ...one, revision: 2 }));
  });
});
