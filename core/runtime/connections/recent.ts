import type { Micros } from '../../domain/time.ts';

const MINUTE_US = 60_000_000;

/** What was seen in the last one to two minutes: two windows of a minute each, of which the older is forgotten. */
export class Recent<Window> {
  private readonly make: () => Window;
  private current: Window;
  private previous: Window;
  private turnAt: Micros = 0;

  constructor(make: () => Window) {
    this.make = make;
    this.current = make();
    this.previous = make();
  }

  /** The window that counts now. */
  at(now: Micros): Window {
    if (now >= this.turnAt) this.turn(now);
    return this.current;
  }

  /** The window before the one that `at` has told. */
  get before(): Window {
    return this.previous;
  }

  clear(): void {
    this.current = this.make();
    this.previous = this.make();
  }

  /** At whole minutes, so that a look now and then makes nothing live longer. */
  private turn(now: Micros): void {
    this.previous = now < this.turnAt + MINUTE_US ? this.current : this.make();
    this.current = this.make();
    this.turnAt = (Math.floor(now / MINUTE_US) + 1) * MINUTE_US;
  }
}
