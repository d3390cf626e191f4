import { describe, expect, it } from "vitest";
import { TicketPool, type Ticket } from "./tickets";

const MINUTE = 60_000;

function ticket(id: string, minutes: number): Ticket {
  return { id, path: `incoming/${id}`, token: "t", url: `http://s/${id}`, expires_at: new Date(minutes * MINUTE).toISOString() };
}

/** A pool at a clock of its own, whose requests the test answers. */
function setup(size = 4, lowWater = 2) {
  const world = { minutes: 0, made: 0 };
  const requests: { count: number; answer(): Promise<void>; fail(error: Error): Promise<void> }[] = [];
  const pool = new TicketPool({
    size,
    lowWater,
    now: () => world.minutes * MINUTE,
    fetch: (count) =>
      new Promise((resolve, reject) => {
        const settle = async (act: () => void) => {
          act();
          await new Promise((done) => setImmediate(done));
        };
        requests.push({
          count,
          answer: () =>
            settle(() => resolve(Array.from({ length: count }, () => ticket(`n${++world.made}`, world.minutes + 120)))),
          fail: (error) => settle(() => reject(error)),
        });
      }),
  });
  return { pool, requests, world };
}

const signal = new AbortController().signal;
const four = () => ["a", "b", "c", "d"].map((id) => ticket(id, 120));

describe("a pool of tickets", () => {
  it("hands one out at once and asks for nothing while there are enough", async () => {
    const { pool, requests } = setup();
    pool.add(four());
    expect((await pool.take(signal)).id).toBe("a");
    expect(requests).toEqual([]);
  });

  it("asks for more in the background below the mark", async () => {
    const { pool, requests } = setup();
    pool.add(four());
    for (let i = 0; i < 3; i++) await pool.take(signal);
    expect(requests.map(({ count }) => count)).toEqual([3]);
    await requests[0]!.answer();
    expect(pool.free).toBe(4);
  });

  it("asks once for all the files that were picked, before they need it", () => {
    const { pool, requests } = setup();
    pool.add(four());
    pool.expect(20);
    pool.expect(20);
    expect(requests.map(({ count }) => count)).toEqual([20]);
  });

  it("never asks for more than the server gives at a time, and comes back for the rest", async () => {
    const { pool, requests } = setup();
    pool.expect(50);
    expect(requests[0]!.count).toBe(32);
    await requests[0]!.answer();
    expect(requests[1]!.count).toBe(22);
  });

  it("replaces tickets within ten minutes of their end, but hands them out until then", async () => {
    const { pool, requests, world } = setup();
    pool.add(four());
    world.minutes = 112;
    pool.tend();
    expect(requests).toHaveLength(1);
    expect((await pool.take(signal)).id).toBe("a");
  });

  it("does not hand out one that ends before an upload could", async () => {
    const { pool, requests, world } = setup();
    pool.add(four());
    world.minutes = 119;
    const taking = pool.take(signal);
    await requests[0]!.answer();
    expect((await taking).id).toBe("n1");
  });

  it("takes the same tickets from a rerun only once, used ones never again", async () => {
    const { pool } = setup();
    pool.add(four());
    await pool.take(signal);
    pool.add(four());
    expect(pool.free).toBe(3);
  });

  it("lets those who wait wait, when it is empty, and serves them in turn", async () => {
    const { pool, requests } = setup();
    const both = Promise.all([pool.take(signal), pool.take(signal)]);
    await requests[0]!.answer();
    expect((await both).map(({ id }) => id)).toEqual(["n1", "n2"]);
  });

  it("tells those who wait when no ticket can be had, and tries again for the next", async () => {
    const { pool, requests } = setup();
    const waiting = pool.take(signal);
    const refused = expect(waiting).rejects.toThrow("no connection");
    await requests[0]!.fail(new Error("no connection"));
    await refused;
    const next = pool.take(signal);
    await requests[1]!.answer();
    expect((await next).id).toBe("n1");
  });

  it("does not hammer the server in the background after a failure", async () => {
    const { pool, requests, world } = setup();
    pool.add(four().slice(0, 1));
    await requests[0]!.fail(new Error("503"));
    pool.tend();
    expect(requests).toHaveLength(1);
    world.minutes = 1;
    pool.tend();
    expect(requests).toHaveLength(2);
  });

  it("forgets who cancelled while waiting", async () => {
    const { pool, requests } = setup();
    const cancel = new AbortController();
    const gone = expect(pool.take(cancel.signal)).rejects.toThrow("cancelled");
    const staying = pool.take(signal);
    cancel.abort(new Error("cancelled"));
    await gone;
    await requests[0]!.answer();
    expect((await staying).id).toBe("n1");
  });
});
