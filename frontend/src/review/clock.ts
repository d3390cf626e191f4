/** Seconds that someone looked at an item: the time with the page in sight, from its showing to the decision. */
export class Clock {
  private spent = 0;
  private since: number | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  restart(): void {
    this.spent = 0;
    this.since = this.now();
  }

  pause(): void {
    if (this.since !== null) this.spent += this.now() - this.since;
    this.since = null;
  }

  resume(): void {
    this.since ??= this.now();
  }

  get seconds(): number {
    return Math.round((this.spent + (this.since === null ? 0 : this.now() - this.since)) / 10) / 100;
  }
}
