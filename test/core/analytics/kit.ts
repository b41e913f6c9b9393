import fc from 'fast-check';
import { makeInstrument } from '../../../core/domain/instrument.ts';
import { type AggressorSide, DepthUpdate, type Level, Trade } from '../../../core/domain/market.ts';
import { DepthBook } from '../../../core/kernel/book/depth-book.ts';

export const es = makeInstrument({ symbol: 'ES', tickSize: 0.25 }, 0);

export const trade = (price: number, size = 1, side: AggressorSide = 'buy', ts = 0): Trade =>
  new Trade('ES', price, size, side, ts, ts);

export const depth = (bids: readonly Level[], asks: readonly Level[], ts = 0, snapshot = false): DepthUpdate =>
  new DepthUpdate('ES', bids, asks, snapshot, ts, ts);

export function bookOf(bids: readonly Level[], asks: readonly Level[], ts = 0): DepthBook {
  const book = new DepthBook(es);
  book.applyUpdate(depth(bids, asks, ts, true));
  return book;
}

/** Books that are not crossed, of up to 12 levels a side around 100. */
export const anyBook = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 24, maxLength: 24 }),
  )
  .map(([bids, asks, sizes]) => {
    const sorted = (ticks: number[]): number[] => ticks.toSorted((a, b) => a - b);
    return {
      bids: sorted(bids).map((t, i): Level => [100 - t / 4, sizes[i] ?? 1]),
      asks: sorted(asks).map((t, i): Level => [100 + t / 4, sizes[i + 12] ?? 1]),
    };
  });

/** Trades in order of time, on the grid. */
export const anyTrades = fc.array(
  fc.record({
    ticks: fc.integer({ min: 380, max: 420 }),
    size: fc.integer({ min: 1, max: 50 }),
    side: fc.constantFrom<AggressorSide>('buy', 'sell', 'unknown'),
    wait: fc.integer({ min: 0, max: 400 }),
  }),
  { minLength: 1, maxLength: 80 },
);

export function tradesOf(rows: readonly { ticks: number; size: number; side: AggressorSide; wait: number }[]): Trade[] {
  let ts = 0;
  return rows.map(({ ticks, size, side, wait }) => {
    ts += wait;
    return trade(ticks / 4, size, side, ts);
  });
}
