import type { Instrument } from '../../domain/instrument.ts';
import type { FlowBar } from '../../domain/market.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import { HIGH, LOW, makeRow, merge, TRADES } from './flow-row.ts';

/** Bars whose high and low are at most `range` ticks apart: see RangeBars. */
export class RangeMaker implements BarMaker {
  private readonly out: BarOutlet;
  private readonly ticks: Instrument['ticks'];
  /** In half ticks, in which the middle of two prices is whole. */
  private readonly range: number;
  private readonly bar = makeRow();
  private readonly closed = makeRow();

  constructor(out: BarOutlet, instrument: Instrument, range: number) {
    this.out = out;
    this.ticks = instrument.ticks;
    this.range = range * 2;
  }

  take(row: Float64Array): boolean {
    const { bar } = this;
    if (bar[TRADES] !== 0 && this.widthWith(row) > this.range) this.close();
    merge(bar, row);
    if (this.widthWith(row) >= this.range) this.close();
    return true;
  }

  forming(): FlowBar | undefined {
    return this.bar[TRADES] === 0 ? undefined : this.out.bar(this.bar);
  }

  private close(): void {
    this.closed.set(this.bar);
    this.bar[TRADES] = 0;
    this.out.emit(this.closed);
  }

  private widthWith(row: Float64Array): number {
    const high = Math.max(this.bar[HIGH]!, row[HIGH]!);
    const low = Math.min(this.bar[LOW]!, row[LOW]!);
    return this.ticks(high * 2) - this.ticks(low * 2);
  }
}
