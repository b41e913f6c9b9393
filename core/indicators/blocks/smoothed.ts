import { smooth } from '../ema.ts';
import type { Room } from '../room.ts';

const COUNT = 0;
const PAST = 1;
const PRESENT = 2;

/**
 * Exponential smoothing that starts from the plain mean of the first `period` inputs, as TA-Lib's does. With a period of 1
 * it starts from the first input, as most other libraries do. NaN while seeding.
 */
export class Smoothed {
  readonly #room: Room;
  readonly #at: number;
  readonly #period: number;
  readonly #weight: number;

  constructor(room: Room, period: number, weight: number) {
    this.#room = room;
    this.#at = room.reserve(3);
    this.#period = period;
    this.#weight = weight;
  }

  /** NaN is what comes from a block that is not ready yet; it is not taken. */
  step(input: number, fresh: boolean): number {
    if (Number.isNaN(input)) return Number.NaN;
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    if (fresh) {
      cells[at + COUNT] = (cells[at + COUNT] ?? 0) + 1;
      cells[at + PAST] = cells[at + PRESENT] ?? 0;
    }
    const count = cells[at + COUNT] ?? 0;
    const present = smooth(cells[at + PAST] ?? 0, input, count, this.#period, this.#weight);
    cells[at + PRESENT] = present;
    return count < this.#period ? Number.NaN : present;
  }
}

/** Exponential average with the usual weight, from the mean of the first `period` inputs. */
export const exponential = (room: Room, period: number): Smoothed => new Smoothed(room, period, 2 / (period + 1));

/** Wilder's average: weight 1 ÷ period. */
export const wilder = (room: Room, period: number): Smoothed => new Smoothed(room, period, 1 / period);

/** Exponential average that starts from the first input. */
export const fromFirst = (room: Room, period: number): Smoothed => new Smoothed(room, 1, 2 / (period + 1));
