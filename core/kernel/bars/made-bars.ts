import type { SchedulerLike } from 'rxjs';
import { type BarPlan, barName } from '../../domain/bar-kinds.ts';
import type { BarPrice } from '../../domain/bar-spec.ts';
import { type QuoteChunk, SIDE_UNKNOWN, type TradeChunk } from '../../domain/chunk.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Bar } from '../../domain/market.ts';
import type { Micros } from '../../domain/time.ts';
import { durationMicros } from '../../domain/timeframe.ts';
import type { BarForest } from '../bar-forest.ts';
import { BarFeed } from './bar-feed.ts';
import { type BarMaker, BarOutlet } from './bar-maker.ts';
import { FeedList } from './feed-list.ts';
import type { TimeBarSource } from './flow-ledger.ts';
import { makeRow, setPrint } from './flow-row.ts';
import { type MakerParts, makerOf } from './maker-of.ts';

type Timers = SchedulerLike & { readonly nowUs: () => Micros };

/** All bars that are made of single trades or quotes, for whoever listens. Without listeners no row comes here. */
export class MadeBars {
  private readonly instruments: readonly Instrument[];
  private readonly bars: BarForest;
  private readonly timers: Timers;
  private readonly lists: Readonly<Record<BarPrice, FeedList>>;
  private readonly row = makeRow();

  /** @param onWanted told when an answer of `wants` may have changed */
  constructor(instruments: readonly Instrument[], bars: BarForest, timers: Timers, onWanted: (k: number) => void) {
    this.instruments = instruments;
    this.bars = bars;
    this.timers = timers;
    const list = (): FeedList => new FeedList(instruments.length, onWanted);
    this.lists = { trades: list(), bid: list(), ask: list(), mid: list() };
  }

  /** Whether anybody listens to bars of the instrument's trades, or of its quotes. */
  wants(of: 'trades' | 'quotes', k: number): boolean {
    const { trades, bid, ask, mid } = this.lists;
    return of === 'trades' ? trades.wanted(k) : bid.wanted(k) || ask.wanted(k) || mid.wanted(k);
  }

  /** The feed that a listener who comes now has to listen to. */
  feed(k: number, plan: BarPlan): BarFeed {
    const price = 'from' in plan ? (plan.from ?? 'trades') : 'trades';
    const key = JSON.stringify(plan);
    const amend = 'amend' in plan ? (durationMicros(plan.amend) ?? 0) : Number.POSITIVE_INFINITY;
    return this.lists[price].open(
      k,
      key,
      (first, onCount) => new BarFeed({ key, first, amend, onCount, make: (closed) => this.maker(k, plan, closed) }),
    );
  }

  takeTrade(chunk: TradeChunk, i: number, k: number): void {
    const { row } = this;
    setPrint(row, chunk.price[i]!, chunk.size[i]!, chunk.side[i]!, chunk.event[i]!, chunk.recv[i]!);
    this.pass('trades', k);
  }

  takeQuote(chunk: QuoteChunk, i: number, k: number): void {
    const bid = chunk.bid[i]!;
    const ask = chunk.ask[i]!;
    this.takePrice('bid', bid, chunk, i, k);
    this.takePrice('ask', ask, chunk, i, k);
    this.takePrice('mid', (bid + ask) / 2, chunk, i, k);
  }

  /** A side that is empty has no price. */
  private takePrice(of: BarPrice, price: number, chunk: QuoteChunk, i: number, k: number): void {
    if (!this.lists[of].wanted(k) || Number.isNaN(price)) return;
    setPrint(this.row, price, 0, SIDE_UNKNOWN, chunk.event[i]!, chunk.recv[i]!);
    this.pass(of, k);
  }

  private pass(of: BarPrice, k: number): void {
    this.bars.apart.late += this.lists[of].take(k, this.row);
  }

  /** What makers of an instrument's bars need. */
  partsOf(k: number): MakerParts {
    const clock = { timers: this.timers, now: this.timers.nowUs, patience: () => this.bars.lag.of(k) };
    return { instrument: this.instruments[k]!, clock, timeBars: (span) => this.timeBars(k, span) };
  }

  private maker(k: number, plan: BarPlan, closed: BarFeed['closed']): BarMaker {
    const { symbol } = this.instruments[k]!;
    const out = new BarOutlet(symbol, barName(plan), closed, () => this.bars.apart.emitted++);
    return makerOf(plan, out, this.partsOf(k));
  }

  private timeBars(k: number, span: Micros): TimeBarSource {
    const forming = (): Bar | undefined => {
      const home = this.bars.levelOf(span);
      return home?.tree.forming(home.level, k);
    };
    return { closed: this.bars.source(k, span), forming };
  }
}
