import type { Subscription } from 'rxjs';
import { type Bar, FlowBar } from '../../domain/market.ts';
import type { Micros } from '../../domain/time.ts';
import type { HotSource } from '../hot-source.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import { flowOf, makeRow, merge, START, TRADES } from './flow-row.ts';

/** The bars of a timeframe as the tree makes them, and the one under construction. */
export interface TimeBarSource {
  readonly closed: HotSource<Bar>;
  readonly forming: () => Bar | undefined;
}

const UNKNOWN = { vwap: undefined, buyVolume: undefined, sellVolume: undefined };

/**
 * Adds the flow to time bars, so that the loop that makes those need not know of it. Trades are summed up by interval
 * beside the tree. Where the sums do not hold the trades of the bar, as with a bar that came ready made or was open before
 * anybody asked for its flow, the flow is unknown.
 */
export class FlowLedger implements BarMaker {
  private readonly out: BarOutlet;
  private readonly span: Micros;
  private readonly bars: TimeBarSource;
  /** By start: the open interval, and those before it that the clock has not closed yet. */
  private readonly sums = new Map<Micros, Float64Array>();
  private subscription: Subscription | undefined;

  constructor(out: BarOutlet, span: Micros, bars: TimeBarSource) {
    this.out = out;
    this.span = span;
    this.bars = bars;
  }

  start(): void {
    this.subscription = this.bars.closed.subscribe((bar) => this.close(bar));
  }

  stop(): void {
    this.subscription?.unsubscribe();
  }

  take(row: Float64Array): boolean {
    const start = Math.floor(row[START]! / this.span) * this.span;
    const known = this.sums.get(start) ?? makeRow();
    if (known[TRADES] === 0) this.sums.set(start, known);
    merge(known, row);
    return true;
  }

  forming(): FlowBar | undefined {
    const bar = this.bars.forming();
    return bar === undefined ? undefined : this.withFlow(bar);
  }

  private close(bar: Bar): void {
    const full = this.withFlow(bar);
    // With those of late trades, which the tree has counted.
    for (const start of this.sums.keys()) if (start < Math.round(bar.end * 1000)) this.sums.delete(start);
    this.out.source.emit(full);
  }

  private withFlow(bar: Bar): FlowBar {
    const sum = this.sums.get(Math.round(bar.start * 1000));
    return new FlowBar(bar, sum?.[TRADES] === bar.trades ? flowOf(sum) : UNKNOWN);
  }
}
