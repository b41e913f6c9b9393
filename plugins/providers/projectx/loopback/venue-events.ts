import type { DepthEvent, QuoteEvent, TradeEvent } from '#core';
import { venueTime } from './venue-time.ts';

type Entry = Readonly<Record<string, unknown>>;

/** TradeLogType: 0 a buyer, 1 a seller who crossed the spread. */
export function tradeEntries(event: TradeEvent, symbolId: string, now: number): readonly Entry[] {
  const { price, size, side, tsEvent = now, tsEventNs } = event;
  const type = side === 'buy' ? { type: 0 } : side === 'sell' ? { type: 1 } : {};
  return [{ symbolId, price, timestamp: venueTime(tsEvent, tsEventNs), ...type, volume: size }];
}

/** What changed since the quote that the client saw last; everything when nothing did. There are no sizes on the wire. */
export function quoteEntry(event: QuoteEvent, symbolId: string, before: Entry | undefined, now: number): Entry {
  const { bid = null, ask = null, tsEvent = now, tsEventNs } = event;
  const prices: Entry = { bestBid: bid, bestAsk: ask };
  const changed = Object.entries(prices).filter(([name, value]) => before?.[name] !== value);
  const shown = changed.length === 0 ? prices : Object.fromEntries(changed);
  const timestamp = venueTime(tsEvent, tsEventNs);
  return { symbol: symbolId, ...shown, lastUpdated: timestamp, timestamp };
}

/** The book of one contract as the venue has it: it knows which level is the best. */
export class VenueBook {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();

  /** Entries of an event: a reset when it replaces the book, removals, then levels, each best one with its marker. */
  entries(event: DepthEvent, now: number): readonly Entry[] {
    const timestamp = venueTime(event.tsEvent ?? now, event.tsEventNs);
    const entry = (type: number, price: number, volume: number) => ({
      price,
      volume,
      currentVolume: 0,
      type,
      timestamp,
    });
    const resets = event.snapshot === true ? [entry(6, 0, 0)] : [];
    if (event.snapshot === true) this.clear();
    const changes = [
      ...event.bids.map(([price, size]) => ({ type: 2, marker: 9, side: this.bids, price, size })),
      ...event.asks.map(([price, size]) => ({ type: 1, marker: 10, side: this.asks, price, size })),
    ].sort((a, b) => Number(a.size > 0) - Number(b.size > 0));
    for (const { side, price, size } of changes) {
      if (size === 0) side.delete(price);
      else side.set(price, size);
    }
    const best = { 2: Math.max(...this.bids.keys()), 1: Math.min(...this.asks.keys()) };
    const levels = changes.flatMap(({ type, marker, price, size }) => {
      const isBest = size > 0 && price === best[type as 1 | 2];
      return isBest ? [entry(type, price, size), entry(marker, price, size)] : [entry(type, price, size)];
    });
    return [...resets, ...levels];
  }

  /** The whole book after a reset. */
  everything(now: number): readonly Entry[] {
    const timestamp = venueTime(now);
    const entry = (type: number, price: number, volume: number) => ({
      price,
      volume,
      currentVolume: 0,
      type,
      timestamp,
    });
    return [
      entry(6, 0, 0),
      ...[...this.bids].map(([price, size]) => entry(2, price, size)),
      ...[...this.asks].map(([price, size]) => entry(1, price, size)),
    ];
  }

  private clear(): void {
    this.bids.clear();
    this.asks.clear();
  }
}
