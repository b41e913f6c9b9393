import type { FlowBar } from '../../domain/market.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import { CLOSE, flowOf, HIGH, LOW, makeRow, OPEN, TRADES } from './flow-row.ts';

/** Each bar smoothed by those before it: see HeikinAshiBars. */
export class HeikinAshiMaker implements BarMaker {
  private readonly out: BarOutlet;
  private readonly bar = makeRow();
  /** Open and close of the last one, which an empty row does not have yet. */
  private readonly last = makeRow();

  constructor(out: BarOutlet) {
    this.out = out;
  }

  take(row: Float64Array): boolean {
    this.smooth(row);
    this.last.set(this.bar);
    this.out.emit(this.bar, flowOf(row));
    return true;
  }

  forming(next?: Float64Array): FlowBar | undefined {
    if (next === undefined) return undefined;
    this.smooth(next);
    return this.out.bar(this.bar, flowOf(next));
  }

  private smooth(row: Float64Array): void {
    const { bar, last } = this;
    const before = last[TRADES] === 0 ? row : last;
    const open = (before[OPEN]! + before[CLOSE]!) / 2;
    const close = (row[OPEN]! + row[HIGH]! + row[LOW]! + row[CLOSE]!) / 4;
    bar.set(row);
    bar[OPEN] = open;
    bar[CLOSE] = close;
    bar[HIGH] = Math.max(row[HIGH]!, open, close);
    bar[LOW] = Math.min(row[LOW]!, open, close);
  }
}
