import type { Room } from '../room.ts';

const SLOT = 0;
const FILLED = 1;
const ORIGIN = 2;
const SUM = 3;
const SQUARES = 4;
/** Largest sum of squares since they were last taken afresh. */
const PEAK = 5;
const NEWEST = 6;
const STARTED = 7;
/** All but the newest input, which may still be replaced. */
const RING = 8;

/** Below this share of its peak, the sum of squares has lost too many digits to rounding. */
const LOST = 1e-6;

/**
 * Mean and population variance of the last `size` inputs, in constant time.
 *
 * Sums are taken of the distances from an origin, which is one of the inputs in the window: Σx² − (Σx)² ÷ n would lose
 * every digit for a price of 100,000 that moves by a tick. They are taken afresh, from a new origin, once per window, and
 * when a far input has left it: what is left of a large sum is mostly rounding error. A far input stays for a whole window,
 * so that is no more often.
 */
export class Moments {
  /** Of the window so far, the newest input with it. After `step`. */
  mean = Number.NaN;
  variance = Number.NaN;
  readonly #room: Room;
  readonly #at: number;
  readonly #size: number;

  constructor(room: Room, size: number) {
    this.#room = room;
    this.#at = room.reserve(RING + size - 1);
    this.#size = size;
  }

  /** Gives whether the window is full. NaN is what comes from a block that is not ready yet; it is not taken. */
  step(input: number, fresh: boolean): boolean {
    if (Number.isNaN(input)) return false;
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    if (fresh && cells[at + STARTED] === 1) this.#advance(cells, at);
    cells[at + STARTED] = 1;
    cells[at + NEWEST] = input;
    const filled = cells[at + FILLED] ?? 0;
    if (filled === 0) cells[at + ORIGIN] = input;
    const n = filled + 1;
    const origin = cells[at + ORIGIN] ?? 0;
    const distance = input - origin;
    const sum = (cells[at + SUM] ?? 0) + distance;
    const offset = sum / n;
    // One division of whole numbers, so that the mean of prices in ticks equals that of a plain sum to the bit.
    this.mean = (origin * n + sum) / n;
    this.variance = Math.max(((cells[at + SQUARES] ?? 0) + distance * distance) / n - offset * offset, 0);
    return n === this.#size;
  }

  #advance(cells: Float64Array, at: number): void {
    const length = this.#size - 1;
    if (length === 0) return;
    const slot = cells[at + SLOT] ?? 0;
    if (cells[at + FILLED] === length) this.#count(cells, at, cells[at + RING + slot] ?? 0, -1);
    else cells[at + FILLED] = (cells[at + FILLED] ?? 0) + 1;
    const newest = cells[at + NEWEST] ?? 0;
    cells[at + RING + slot] = newest;
    this.#count(cells, at, newest, 1);
    cells[at + SLOT] = (slot + 1) % length;
    if (cells[at + SLOT] === 0 || (cells[at + SQUARES] ?? 0) < LOST * (cells[at + PEAK] ?? 0))
      this.#moveOrigin(cells, at);
  }

  #count(cells: Float64Array, at: number, value: number, times: 1 | -1): void {
    const distance = value - (cells[at + ORIGIN] ?? 0);
    cells[at + SUM] = (cells[at + SUM] ?? 0) + times * distance;
    cells[at + SQUARES] = (cells[at + SQUARES] ?? 0) + times * distance * distance;
    cells[at + PEAK] = Math.max(cells[at + PEAK] ?? 0, cells[at + SQUARES] ?? 0);
  }

  #moveOrigin(cells: Float64Array, at: number): void {
    cells[at + ORIGIN] = cells[at + NEWEST] ?? 0;
    cells[at + SUM] = 0;
    cells[at + SQUARES] = 0;
    cells[at + PEAK] = 0;
    for (let index = 0; index < (cells[at + FILLED] ?? 0); index++) {
      this.#count(cells, at, cells[at + RING + index] ?? 0, 1);
    }
  }
}
