import type { Room } from '../room.ts';

const COUNT = 0;
const REST = 1;
/** Σ k × the k-th of the rest, the oldest k = 1. */
const WEIGHTED = 2;
const NEWEST = 3;
const SLOT = 4;
/** All but the newest input, which may still be replaced. Empty slots are 0. */
const RING = 5;

/**
 * The sum of the last `size` inputs, and their sum weighted 1 to `size` from the oldest to the newest, in constant time.
 * Both are taken afresh once per window, so that rounding errors cannot pile up over a long run.
 */
export class RollingSum {
  readonly #room: Room;
  readonly #at: number;
  readonly #size: number;

  constructor(room: Room, size: number) {
    this.#room = room;
    this.#at = room.reserve(RING + size - 1);
    this.#size = size;
  }

  /** The sum; NaN until the window is full. NaN is what comes from a block that is not ready yet; it is not taken. */
  step(input: number, fresh: boolean): number {
    if (Number.isNaN(input)) return Number.NaN;
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    if (fresh) {
      if ((cells[at + COUNT] ?? 0) > 0 && this.#size > 1) this.#advance(cells, at);
      cells[at + COUNT] = (cells[at + COUNT] ?? 0) + 1;
    }
    cells[at + NEWEST] = input;
    return (cells[at + COUNT] ?? 0) < this.#size ? Number.NaN : (cells[at + REST] ?? 0) + input;
  }

  /** Σ k × the k-th of the window, the newest k = `size`. After `step`. */
  get weighted(): number {
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    return (cells[at + WEIGHTED] ?? 0) + this.#size * (cells[at + NEWEST] ?? 0);
  }

  #advance(cells: Float64Array, at: number): void {
    const length = this.#size - 1;
    const slot = cells[at + SLOT] ?? 0;
    const newest = cells[at + NEWEST] ?? 0;
    // Each of the rest goes down by one place; the oldest, at 1, falls out.
    cells[at + WEIGHTED] = (cells[at + WEIGHTED] ?? 0) - (cells[at + REST] ?? 0) + length * newest;
    cells[at + REST] = (cells[at + REST] ?? 0) + (newest - (cells[at + RING + slot] ?? 0));
    cells[at + RING + slot] = newest;
    cells[at + SLOT] = (slot + 1) % length;
    if (cells[at + SLOT] === 0) this.#sumAfresh(cells, at);
  }

  #sumAfresh(cells: Float64Array, at: number): void {
    let rest = 0;
    let weighted = 0;
    for (let index = 0; index < this.#size - 1; index++) {
      const value = cells[at + RING + index] ?? 0;
      rest += value;
      weighted += (index + 1) * value;
    }
    cells[at + REST] = rest;
    cells[at + WEIGHTED] = weighted;
  }
}

/** The plain mean of the last `size` inputs; NaN until there are that many. */
export class Mean {
  readonly #sum: RollingSum;
  readonly #size: number;

  constructor(room: Room, size: number) {
    this.#sum = new RollingSum(room, size);
    this.#size = size;
  }

  step(input: number, fresh: boolean): number {
    return this.#sum.step(input, fresh) / this.#size;
  }
}

/** The mean weighted 1 to `size`, the newest most; NaN until there are that many. */
export class WeightedMean {
  readonly #sum: RollingSum;
  readonly #divisor: number;

  constructor(room: Room, size: number) {
    this.#sum = new RollingSum(room, size);
    this.#divisor = (size * (size + 1)) / 2;
  }

  step(input: number, fresh: boolean): number {
    const sum = this.#sum.step(input, fresh);
    return Number.isNaN(sum) ? sum : this.#sum.weighted / this.#divisor;
  }
}
