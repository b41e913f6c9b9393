import { type BarEvent, type DepthEvent, type Level, type Timeframe, type TradeEvent, timeframeMicros } from '#core';
import type { BookChange, KeptTrade } from './frames.ts';

const MOST_TRADES = 200_000;
const MOST_BARS = 20_000;

/** What the venue knows of one instrument: its book, its trades and its bars, with their numbers. */
export class VenueBook {
  readonly symbol: string;
  trades: KeptTrade[] = [];
  bars: BarEvent[] = [];
  quoteId = 5000;
  lastUpdate = 10_000;
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  addTrade(event: TradeEvent, time: number): KeptTrade {
    const last = this.trades.at(-1)?.id ?? (event.id ?? 1001) - 1;
    const { price, size, side } = event;
    const trade = { id: last + 1, price, size, buyerIsMaker: side === 'sell', time };
    this.trades.push(trade);
    if (this.trades.length > MOST_TRADES) this.trades = this.trades.slice(-MOST_TRADES / 2);
    return trade;
  }

  addBar(event: BarEvent): void {
    this.bars.push(event);
    if (this.bars.length > MOST_BARS) this.bars = this.bars.slice(-MOST_BARS / 2);
  }

  /** Every change of a level is an update with a number of its own. A new book is the removal of what it no longer has. */
  change(event: DepthEvent, time: number): BookChange {
    const gone = event.snapshot === true;
    const bids = gone ? [...removals(this.bids, event.bids), ...event.bids] : event.bids;
    const asks = gone ? [...removals(this.asks, event.asks), ...event.asks] : event.asks;
    apply(this.bids, bids);
    apply(this.asks, asks);
    const previous = this.lastUpdate;
    this.lastUpdate += Math.max(1, bids.length + asks.length);
    return { first: previous + 1, last: this.lastUpdate, previous, bids, asks, time };
  }

  /** Best levels first. */
  snapshot(limit: number): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
    const bids = [...this.bids].sort(([a], [b]) => b - a).slice(0, limit);
    const asks = [...this.asks].sort(([a], [b]) => a - b).slice(0, limit);
    return { bids, asks };
  }

  /** Bars that the venue was given, or else those that its trades make, in order. */
  barsOf(timeframe: Timeframe): readonly BarEvent[] {
    const given = this.bars.filter((bar) => bar.timeframe === timeframe);
    return given.length > 0 ? given : this.barsOfTrades(timeframe);
  }

  private barsOfTrades(timeframe: Timeframe): readonly BarEvent[] {
    const spanMs = (timeframeMicros(timeframe) ?? 60_000_000) / 1000;
    const groups = Map.groupBy(this.trades, ({ time }) => Math.floor(time / spanMs) * spanMs);
    return [...groups].map(([start, trades]) => ({
      kind: 'bar',
      instrument: this.symbol,
      timeframe,
      start,
      open: trades[0]?.price ?? 0,
      high: Math.max(...trades.map(({ price }) => price)),
      low: Math.min(...trades.map(({ price }) => price)),
      close: trades.at(-1)?.price ?? 0,
      volume: trades.reduce((sum, { size }) => sum + size, 0),
      trades: trades.length,
    }));
  }
}

function removals(side: ReadonlyMap<number, number>, kept: readonly Level[]): Level[] {
  const prices = new Set(kept.map(([price]) => price));
  return [...side.keys()].filter((price) => !prices.has(price)).map((price) => [price, 0]);
}

function apply(side: Map<number, number>, levels: readonly Level[]): void {
  for (const [price, size] of levels) {
    if (size === 0) side.delete(price);
    else side.set(price, size);
  }
}
