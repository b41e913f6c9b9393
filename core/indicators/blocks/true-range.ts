import { trueRange } from '../atr.ts';
import type { BarValues } from '../indicator.ts';
import type { Room } from '../room.ts';
import { Lag } from './window.ts';

/** The true range of each bar; NaN for the first, which has no close before it. */
export class TrueRange {
  readonly #close: Lag;

  constructor(room: Room) {
    this.#close = new Lag(room, 1);
  }

  step(bar: BarValues, fresh: boolean): number {
    const before = this.#close.step(bar.close, fresh);
    return Number.isNaN(before) ? before : trueRange(bar, before);
  }
}
