/** The right to upload one object; `url` takes a PUT of the raw bytes until `expires_at` (ISO 8601). */
export interface Ticket {
  readonly id: string;
  readonly path: string;
  readonly token: string;
  readonly url: string;
  readonly expires_at: string;
}

/** The most that one request may ask for. */
const MOST = 32;
/** A ticket with less than this left is not handed out: the upload itself takes time. */
const SPARE_MS = 2 * 60_000;
/** Tickets this close to their end are replaced in the background. */
const RENEW_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

export interface PoolOptions {
  /** How many to keep ready. */
  readonly size: number;
  /** Below how many to ask for more. */
  readonly lowWater: number;
  fetch(count: number): Promise<readonly Ticket[]>;
  now?(): number;
}

interface Waiting {
  resolve(ticket: Ticket): void;
  reject(error: unknown): void;
}

/**
 * Tickets held ready, so that a click never waits for a signature.
 *
 * Asks for more when few are left for what is wanted, or when some are about to end. One request at a time; a failed
 * one in the background is repeated later and only matters to those who are waiting for a ticket.
 */
export class TicketPool {
  #free: Ticket[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting: Waiting[] = [];
  #wanted = 0;
  #refilling = false;
  #failures = 0;
  #notBefore = 0;

  constructor(private options: PoolOptions) {}

  get free(): number {
    return this.#usable().length;
  }

  configure(options: PoolOptions): void {
    this.options = options;
  }

  /** Tickets from the page. The same ones come with every rerun, used ones among them. */
  add(tickets: readonly Ticket[]): void {
    for (const ticket of tickets) {
      if (this.#seen.has(ticket.id)) continue;
      this.#seen.add(ticket.id);
      this.#free.push(ticket);
    }
    this.#serve();
    this.tend();
  }

  /** How many files are on their way to needing one; known the moment they are picked. */
  expect(count: number): void {
    this.#wanted = count;
    this.tend();
  }

  take(signal: AbortSignal): Promise<Ticket> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        signal.removeEventListener("abort", leave);
        act();
      };
      const entry: Waiting = {
        resolve: (ticket) => settle(() => resolve(ticket)),
        reject: (error) => settle(() => reject(error)),
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(entry);
      this.#serve();
      this.tend();
    });
  }

  /** One that was taken but not used goes back. */
  giveBack(ticket: Ticket): void {
    this.#free.unshift(ticket);
    this.#serve();
  }

  /** Called now and then: drops what has ended and asks for more if there is reason to. */
  tend(): void {
    this.#free = this.#usable();
    const now = this.#now();
    const lasting = this.#free.filter((ticket) => Date.parse(ticket.expires_at) - now > RENEW_MS).length;
    const wanted = Math.max(this.#wanted, this.#waiting.length);
    if (this.#refilling || (lasting - wanted >= this.options.lowWater)) return;
    if (this.#waiting.length === 0 && now < this.#notBefore) return;
    void this.#refill(Math.min(MOST, this.options.size + wanted - lasting));
  }

  async #refill(count: number): Promise<void> {
    this.#refilling = true;
    let added = 0;
    try {
      const tickets = await this.options.fetch(count);
      added = tickets.length;
      this.#failures = 0;
      for (const ticket of tickets) this.#seen.add(ticket.id);
      this.#free.push(...tickets);
    } catch (error) {
      this.#notBefore = this.#now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    } finally {
      this.#refilling = false;
    }
    this.#serve();
    if (added > 0) this.tend();
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      this.#free = this.#usable();
      const ticket = this.#free.shift();
      if (!ticket) return;
      this.#waiting.shift()?.resolve(ticket);
    }
  }

  /** Soonest to end first, so that none is wasted. */
  #usable(): Ticket[] {
    const now = this.#now();
    return this.#free
      .filter((ticket) => Date.parse(ticket.expires_at) - now > SPARE_MS)
      .sort((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at));
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }
}
