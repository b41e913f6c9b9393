import { MillraceError } from '../errors/millrace-error.ts';

/** A row: its time in epoch milliseconds, and three numbers that mean what its owner says. */
export type WindowRow = (ts: number, a: number, b: number, c: number) => void;

const COLUMNS = 4;

/**
 * The rows of the last while, in one typed array used round and round.
 *
 * Memory  `capacity` rows of 32 bytes, allocated as needed. When more come within the span the oldest leave before their
 *         time, and `cut` says how many have done so: figures then stand for less than the span, never for wrong sums
 */
export class TimeWindow {
  readonly spanMs: number;
  readonly capacity: number;
  /** Rows that left before their time. */
  cut = 0;
  size = 0;
  readonly #onLeave: WindowRow;
  #rows: Float64Array;
  #first = 0;

  constructor({ spanMs, capacity = 65_536, onLeave = () => undefined }: TimeWindowOptions) {
    checkPositive('spanMs', spanMs);
    checkPositive('capacity', capacity);
    this.spanMs = spanMs;
    this.capacity = capacity;
    this.#onLeave = onLeave;
    this.#rows = new Float64Array(Math.min(capacity, 256) * COLUMNS);
  }

  /** Adds a row, after those have left that are older than the span. */
  push(ts: number, a: number, b = 0, c = 0): void {
    this.expire(ts);
    if (this.size === this.capacity) {
      this.cut++;
      this.#leave();
    }
    if (this.size * COLUMNS === this.#rows.length) this.#grow();
    const at = this.#at(this.size++);
    this.#rows[at] = ts;
    this.#rows[at + 1] = a;
    this.#rows[at + 2] = b;
    this.#rows[at + 3] = c;
  }

  /** Lets rows go that are older than the span at `now`. */
  expire(now: number): void {
    while (this.size > 0 && (this.#rows[this.#at(0)] ?? now) < now - this.spanMs) this.#leave();
  }

  clear(): void {
    this.size = 0;
    this.#first = 0;
  }

  /** From the oldest to the newest. */
  forEach(visit: WindowRow): void {
    for (let i = 0; i < this.size; i++) this.#visit(i, visit);
  }

  /** The first number of the oldest row; NaN without any. */
  get oldest(): number {
    return this.size === 0 ? Number.NaN : (this.#rows[this.#at(0) + 1] ?? Number.NaN);
  }

  /** Times of the oldest and the newest row; NaN without any. */
  get from(): number {
    return this.size === 0 ? Number.NaN : (this.#rows[this.#at(0)] ?? Number.NaN);
  }

  get to(): number {
    return this.size === 0 ? Number.NaN : (this.#rows[this.#at(this.size - 1)] ?? Number.NaN);
  }

  #visit(i: number, visit: WindowRow): void {
    const [rows, at] = [this.#rows, this.#at(i)];
    visit(rows[at] ?? 0, rows[at + 1] ?? 0, rows[at + 2] ?? 0, rows[at + 3] ?? 0);
  }

  #leave(): void {
    this.#visit(0, this.#onLeave);
    this.#first = (this.#first + 1) % (this.#rows.length / COLUMNS);
    this.size--;
  }

  #at(i: number): number {
    return ((this.#first + i) % (this.#rows.length / COLUMNS)) * COLUMNS;
  }

  #grow(): void {
    const rows = new Float64Array(Math.min(this.size * 2, this.capacity) * COLUMNS);
    const split = this.#first * COLUMNS;
    rows.set(this.#rows.subarray(split));
    rows.set(this.#rows.subarray(0, split), this.#rows.length - split);
    this.#rows = rows;
    this.#first = 0;
  }
}

export interface TimeWindowOptions {
  readonly spanMs: number;
  /** Rows at most. Default 65,536. */
  readonly capacity?: number | undefined;
  /** Told of each row that leaves. */
  readonly onLeave?: WindowRow | undefined;
}

/** Refuses an option that is not a number above 0. Errors: ANALYTICS_BAD_OPTION */
export function checkPositive(name: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new MillraceError({
    code: 'ANALYTICS_BAD_OPTION',
    where: { path: name },
    was: String(value),
    expected: 'a number above 0',
    fix: `give ${name} such a number, or leave it out`,
  });
}
