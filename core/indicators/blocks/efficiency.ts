import type { Room } from '../room.ts';
import { RollingSum } from './rolling-sum.ts';
import { Lag } from './window.ts';

/** Kaufman's efficiency ratio: the distance made good over `period` steps as a share of the way gone. 1 when none was. */
export class Efficiency {
  readonly #before: Lag;
  readonly #start: Lag;
  readonly #way: RollingSum;

  constructor(room: Room, period: number) {
    this.#before = new Lag(room, 1);
    this.#start = new Lag(room, period);
    this.#way = new RollingSum(room, period);
  }

  step(input: number, fresh: boolean): number {
    const way = this.#way.step(Math.abs(input - this.#before.step(input, fresh)), fresh);
    const distance = Math.abs(input - this.#start.step(input, fresh));
    if (Number.isNaN(way)) return Number.NaN;
    // A way that rounding has made shorter than the distance is as efficient as can be.
    return way <= distance ? 1 : distance / way;
  }
}
