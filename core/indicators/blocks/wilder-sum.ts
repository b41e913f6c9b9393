import type { Room } from '../room.ts';
import { Registers } from './registers.ts';

/**
 * Wilder's running sum: plain over the first `period − 1` inputs, then sum −= sum ÷ period, sum += input. Never NaN: what
 * comes before it is full is a partial sum.
 */
export class WilderSum {
  readonly #registers: Registers;
  readonly #period: number;

  constructor(room: Room, period: number) {
    this.#registers = new Registers(room, 2);
    this.#period = period;
  }

  step(input: number, fresh: boolean): number {
    this.#registers.begin(fresh);
    const count = this.#registers.past(0) + 1;
    const past = this.#registers.past(1);
    const sum = (count < this.#period ? past : past - past / this.#period) + input;
    this.#registers.set(0, count);
    this.#registers.set(1, sum);
    return sum;
  }
}
