import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { advancedMetrics } from '../../../core/analytics/advanced-metrics.ts';
import { bestQuotes } from '../../../core/analytics/best-quotes.ts';
import { bookHealth } from '../../../core/analytics/book-health.ts';
import { bookSnapshot } from '../../../core/analytics/book-snapshot.ts';
import { liquidityLevels } from '../../../core/analytics/liquidity-levels.ts';
import { ImbalanceMeter, marketImbalance } from '../../../core/analytics/market-imbalance.ts';
import { depthInRange, marketImpact } from '../../../core/analytics/market-impact.ts';
import { orderClusters } from '../../../core/analytics/order-clusters.ts';
import type { Level, Quote } from '../../../core/domain/market.ts';
import type { BookView } from '../../../core/plugin/context.ts';
import { anyBook, bookOf, depth } from './kit.ts';

const small = bookOf(
  [
    [100, 30],
    [99.75, 50],
    [99.5, 20],
  ],
  [
    [100.25, 10],
    [100.5, 40],
    [101, 50],
  ],
  7000,
);
const sum = (levels: readonly Level[]): number => levels.reduce((total, [, size]) => total + size, 0);

describe('a snapshot', () => {
  it('holds the figures of the book as plain values', () => {
    expect(bookSnapshot(small, 2)).toEqual({
      instrument: 'ES',
      tsEvent: 7000,
      bid: 100,
      ask: 100.25,
      spread: 0.25,
      mid: 100.125,
      // By hand: (100 × 10 + 100.25 × 30) ÷ 40
      microPrice: 100.1875,
      crossed: false,
      bids: [
        [100, 30],
        [99.75, 50],
      ],
      asks: [
        [100.25, 10],
        [100.5, 40],
      ],
      bidTotal: 80,
      askTotal: 50,
      imbalance: 30 / 130,
    });
  });

  it('says of an empty side that there is none', () => {
    const { bid, ask, spread, mid, microPrice, imbalance } = bookSnapshot(bookOf([], [[1, 2]]));
    expect([bid, ask, spread, mid, microPrice, imbalance]).toEqual([undefined, 1, undefined, undefined, undefined, -1]);
  });
});

describe('the imbalance', () => {
  it('weighs levels by their distance: half at so many ticks', () => {
    const value = new ImbalanceMeter({ tickSize: 0.25, levels: 3, halfTicks: 1 }).read(small);
    // Bids at 0, 1, 2 ticks: 30 + 25 + 5 = 60; asks at 0, 1, 3: 10 + 20 + 6.25 = 36.25.
    expect(value.weighted).toBeCloseTo(23.75 / 96.25, 12);
    expect([value.imbalance, value.top, value.leanTicks]).toEqual([0, 0.5, 0.25]);
  });

  it('lies between -1 and 1, and changes its sign when the book is mirrored', () => {
    fc.assert(
      fc.property(anyBook, ({ bids, asks }) => {
        const meter = new ImbalanceMeter({ tickSize: 0.25 });
        const value = meter.read(bookOf(bids, asks));
        const mirror = (levels: readonly Level[]): Level[] => levels.map(([price, size]) => [200 - price, size]);
        const mirrored = meter.read(bookOf(mirror(asks), mirror(bids)));
        for (const name of ['imbalance', 'weighted', 'top'] as const) {
          expect(Math.abs(value[name] ?? 9)).toBeLessThan(1);
          expect(mirrored[name]).toBeCloseTo(-(value[name] ?? 9), 12);
        }
        expect(mirrored.leanTicks).toBeCloseTo(-(value.leanTicks ?? 9), 9);
      }),
    );
  });

  it('comes with each book, to each subscriber with a meter of its own', () => {
    const book$ = new Subject<BookView>();
    const seen: unknown[] = [];
    book$.pipe(marketImbalance({ tickSize: 0.25, levels: 3 })).subscribe(({ top }) => seen.push(top));
    book$.next(small);
    expect(seen).toEqual([0.5]);
  });

  it('refuses options that mean nothing', () => {
    expect(() => new ImbalanceMeter({ tickSize: 0 })).toThrow(/ANALYTICS_BAD_OPTION/);
  });
});

describe('the impact of a market order', () => {
  it('is what walking the book costs', () => {
    // By hand: 10 × 100.25 + 40 × 100.5 + 10 × 101 = 6032.5; ÷ 60 = 100.541666…
    const impact = marketImpact(small, 'buy', 60);
    expect(impact).toMatchObject({ filled: 60, complete: true, levels: 3, worstPrice: 101, priceMove: 0.75 });
    expect(impact.averagePrice).toBeCloseTo(100.541_666_666_7, 9);
    expect(impact.slippage).toBeCloseTo(0.291_666_666_7, 9);
    expect(impact.costToMid).toBeCloseTo(0.416_666_666_7, 9);
    expect(impact.costBps).toBeCloseTo((0.416_666_666_7 / 100.125) * 10_000, 5);
  });

  it('says when the book is too small, and that a level that is used up moves the price', () => {
    expect(marketImpact(small, 'sell', 500)).toMatchObject({
      filled: 100,
      complete: false,
      levels: 3,
      priceMove: undefined,
    });
    expect(marketImpact(small, 'sell', 30)).toMatchObject({ filled: 30, averagePrice: 100, priceMove: 0.25 });
    expect(marketImpact(bookOf([], []), 'buy', 1)).toMatchObject({ filled: 0, averagePrice: undefined });
  });

  it('never gets better with size, and equals a plain walk', () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 1, max: 3000 }), ({ bids, asks }, size) => {
        const book = bookOf(bids, asks);
        let [left, paid] = [size, 0];
        for (const [price, resting] of asks) {
          paid += Math.min(left, resting) * price;
          left -= Math.min(left, resting);
        }
        const impact = marketImpact(book, 'buy', size);
        expect(impact.averagePrice).toBeCloseTo(paid / (size - left), 9);
        expect(impact.filled).toBe(size - left);
        const larger = marketImpact(book, 'buy', size + 1);
        expect(larger.averagePrice! - impact.averagePrice!).toBeGreaterThan(-1e-9);
      }),
    );
  });

  it('counts what rests within a range of each side', () => {
    expect(depthInRange(small, 0.25)).toEqual({
      bidTotal: 80,
      askTotal: 50,
      bidLevels: 2,
      askLevels: 2,
      imbalance: 30 / 130,
    });
    expect(depthInRange(small, 100)).toMatchObject({ bidTotal: 100, askTotal: 100, imbalance: 0 });
  });
});

describe('liquidity levels', () => {
  it('are the largest of their own side', () => {
    // Nearest rank: of 3 sizes the ⌈0.9 × 3⌉ = 3rd smallest.
    expect(liquidityLevels(small)).toMatchObject({
      bids: [[99.75, 50]],
      asks: [[101, 50]],
      bidThreshold: 50,
      askThreshold: 50,
      imbalance: 0,
    });
    expect(liquidityLevels(small, { minSize: 40 }).asks).toEqual([
      [100.5, 40],
      [101, 50],
    ]);
  });

  it('are at least the share that was asked for, however large the sizes are', () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 1, max: 1000 }), ({ bids, asks }, factor) => {
        const found = liquidityLevels(bookOf(bids, asks), { quantile: 0.5 });
        expect(found.bids.length).toBeGreaterThanOrEqual(bids.length / 2);
        const scaled = liquidityLevels(
          bookOf(
            bids.map(([p, s]) => [p, s * factor]),
            asks,
          ),
          { quantile: 0.5 },
        );
        expect(scaled.bids.map(([price]) => price)).toEqual(found.bids.map(([price]) => price));
      }),
    );
  });
});

describe('order clusters', () => {
  const wall: Level[] = [...Array(20).keys()].map((i) => [100 - i / 4, i >= 5 && i <= 8 ? 50 : 5]);

  it('are neighbouring levels above the usual size', () => {
    expect(orderClusters(bookOf(wall, [[101, 5]]), { tickSize: 0.25 })).toEqual([
      { side: 'bid', price: 98.375, low: 98, high: 98.75, size: 200, levels: 4, strength: 10 },
    ]);
  });

  it('are none in an even book, of whatever sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 50 }), (size, count) => {
        const even: Level[] = [...Array(count).keys()].map((i) => [100 - i / 4, size]);
        expect(orderClusters(bookOf(even, []), { tickSize: 0.25 })).toEqual([]);
      }),
    );
  });
});

describe('advanced metrics', () => {
  it('describe the shape of the whole book', () => {
    const value = advancedMetrics(small, 0.25);
    expect(value).toMatchObject({
      bidLevels: 3,
      askLevels: 3,
      bidTotal: 100,
      askTotal: 100,
      imbalance: 0,
      topShare: 1,
    });
    // (30² + 50² + 20² + 10² + 40² + 50²) ÷ 200²
    expect(value.concentration).toBeCloseTo(8000 / 40_000, 12);
    // Bids (50 × 1 + 20 × 2) ÷ 100; asks (40 × 1 + 50 × 3) ÷ 100.
    expect([value.bidDistanceTicks, value.askDistanceTicks]).toEqual([0.9, 1.9]);
    expect(value.weightedMid).toBe(100.125);
  });

  it('keep within their bounds', () => {
    fc.assert(
      fc.property(anyBook, ({ bids, asks }) => {
        const value = advancedMetrics(bookOf(bids, asks), 0.25);
        expect(value.bidTotal).toBe(sum(bids));
        expect(value.concentration).toBeGreaterThanOrEqual(1 / (bids.length + asks.length) - 1e-12);
        expect(value.concentration).toBeLessThanOrEqual(1);
        expect(value.weightedMid).toBeGreaterThanOrEqual(bids[0]![0]);
        expect(value.weightedMid).toBeLessThanOrEqual(asks[0]![0]);
      }),
    );
  });
});

describe('the health of a book', () => {
  it('is the worst that is true', () => {
    const state = (book: BookView, now = 7000): string => bookHealth(book, { now }).state;
    expect(state(small)).toBe('good');
    expect(state(small, 12_000)).toBe('stale');
    expect(state(bookOf([[100, 1]], [[100, 1]], 7000))).toBe('crossed');
    expect(state(bookOf([[100, 1]], [], 7000))).toBe('one-sided');
    expect(state(bookOf([], [], 7000))).toBe('empty');
    expect(bookHealth(small, { now: 5730, skewMs: 1270 }).ageMs).toBe(0);
  });
});

describe('the best quotes of a book', () => {
  it('come when they change, and only then', () => {
    const book$ = new Subject<BookView>();
    const quotes: Quote[] = [];
    book$.pipe(bestQuotes()).subscribe((quote) => quotes.push(quote));
    const book = bookOf([[100, 1]], [[101, 2]]);
    book$.next(book);
    book.applyUpdate(depth([[99, 5]], [], 1));
    book$.next(book);
    book.applyUpdate(depth([[100, 0]], [], 2));
    book$.next(book);
    expect(quotes.map(({ bid, bidSize, ask, askSize, tsEvent }) => [bid, bidSize, ask, askSize, tsEvent])).toEqual([
      [100, 1, 101, 2, 0],
      [99, 5, 101, 2, 2],
    ]);
  });
});
