import type { FlowBar } from '../../domain/market.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import { makeRow, merge, TRADES } from './flow-row.ts';

/** Whether the bar is complete, asked once for each row after it was taken in. */
export type IsFull = (bar: Float64Array, row: Float64Array) => boolean;

/** Bars that close with the row that completes them: tick, volume, dollar, imbalance and run bars, and groups of bars. */
export class SumMaker implements BarMaker {
  private readonly out: BarOutlet;
  private readonly isFull: IsFull;
  private readonly bar = makeRow();
  private readonly scratch = makeRow();

  constructor(out: BarOutlet, isFull: IsFull) {
    this.out = out;
    this.isFull = isFull;
  }

  take(row: Float64Array): boolean {
    const { bar, scratch } = this;
    merge(bar, row);
    if (!this.isFull(bar, row)) return true;
    // Emptied before anybody is told: a listener that asks for the forming bar must not see the closed one.
    scratch.set(bar);
    bar[TRADES] = 0;
    this.out.emit(scratch);
    return true;
  }

  forming(next?: Float64Array): FlowBar | undefined {
    const { bar, scratch } = this;
    scratch.set(bar);
    if (next !== undefined) merge(scratch, next);
    return scratch[TRADES] === 0 ? undefined : this.out.bar(scratch);
  }
}
