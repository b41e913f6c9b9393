import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIDE_BUY, SIDE_SELL } from '../../../../core/domain/chunk.ts';
import { makeInstrument } from '../../../../core/domain/instrument.ts';
import type { L2Book } from '../../../../core/kernel/book/book.ts';
import { RingBook } from '../../../../core/kernel/book/ring-book.ts';
import { SortedBook } from '../../../../core/kernel/book/sorted-book.ts';

const tickSize = 0.25;
const grid = makeInstrument({ symbol: 'ES', tickSize }, 0);
// The smallest window, 128 ticks, so that short random walks leave it all the time.
const books: readonly [string, () => L2Book][] = [
  ['RingBook', () => new RingBook(grid, 128)],
  ['SortedBook', () => new SortedBook()],
];

/** The book as anybody would write it first: a Map per side, sorted when asked. */
class PlainBook {
  readonly sides = { bid: new Map<number, number>(), ask: new Map<number, number>() };

  apply(side: number, price: number, size: number): void {
    const levels = side === SIDE_BUY ? this.sides.bid : this.sides.ask;
    if (size === 0) levels.delete(price);
    else levels.set(price, size);
  }

  levels(side: 'bid' | 'ask'): [number, number][] {
    return [...this.sides[side]].sort(([a], [b]) => (side === 'bid' ? b - a : a - b));
  }
}

type Change =
  | { readonly kind: 'level'; readonly side: number; readonly offset: number; readonly size: number }
  | { readonly kind: 'best'; readonly side: number }
  | { readonly kind: 'drift'; readonly ticks: number }
  | { readonly kind: 'clear' };

const side = fc.constantFrom(SIDE_BUY, SIDE_SELL);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 12, arbitrary: level(fc.integer({ min: -40, max: 40 })) },
  { weight: 2, arbitrary: level(fc.integer({ min: -20_000, max: 20_000 })) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('best' as const), side }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('drift' as const), ticks: fc.integer({ min: -200, max: 200 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
);

function level(offset: fc.Arbitrary<number>): fc.Arbitrary<Change> {
  return fc.record({ kind: fc.constant('level' as const), side, offset, size: fc.integer({ min: 0, max: 4 }) });
}

describe.each(books)('%s', (_name, makeBook) => {
  it('holds what a plain map of levels holds, after every change', () => {
    fc.assert(
      // Centres below zero too: spreads and, in April 2020, crude oil traded there.
      fc.property(fc.constantFrom(-30, 0, 20_000), fc.array(change, { maxLength: 150 }), (start, changes) => {
        const book = makeBook();
        let plain = new PlainBook();
        let centre = start;
        for (const step of changes) {
          if (step.kind === 'drift') centre += step.ticks;
          else if (step.kind === 'clear') {
            book.clear();
            plain = new PlainBook();
          } else {
            const best = step.kind === 'best' ? plain.levels(step.side === SIDE_BUY ? 'bid' : 'ask')[0] : undefined;
            if (step.kind === 'best' && best === undefined) continue;
            const price = best?.[0] ?? (centre + (step.kind === 'level' ? step.offset : 0)) * tickSize;
            const size = step.kind === 'level' ? step.size : 0;
            book.apply(step.side, price, size);
            plain.apply(step.side, price, size);
          }
          expectSame(book, plain);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('says that it is empty with NaN and size 0', () => {
    const book = makeBook();
    expect([book.bid, book.bidSize, book.ask, book.askSize]).toEqual([Number.NaN, 0, Number.NaN, 0]);
    expect(book.crossed).toBe(false);
    book.apply(SIDE_BUY, 100, 0);
    expect(book.bid).toBeNaN();
  });

  it('is crossed when the best bid reaches the best ask', () => {
    const book = makeBook();
    book.apply(SIDE_BUY, 100, 1);
    book.apply(SIDE_SELL, 100.25, 1);
    expect(book.crossed).toBe(false);
    book.apply(SIDE_BUY, 100.25, 1);
    expect(book.crossed).toBe(true);
  });

  it('grows past its first capacity without losing a level', () => {
    const book = makeBook();
    for (let i = 0; i < 1000; i++) book.apply(SIDE_SELL, 100 + i * tickSize, i + 1);
    expect(book.levels('ask', 2000)).toHaveLength(1000);
    expect(book.levels('ask', 2000)[999]).toEqual([349.75, 1000]);
  });
});

function expectSame(book: L2Book, plain: PlainBook): void {
  const bids = plain.levels('bid');
  const asks = plain.levels('ask');
  expect(book.levels('bid', 1000)).toEqual(bids);
  expect(book.levels('ask', 3)).toEqual(asks.slice(0, 3));
  const [bid, bidSize] = bids[0] ?? [Number.NaN, 0];
  const [ask, askSize] = asks[0] ?? [Number.NaN, 0];
  expect([book.bid, book.bidSize, book.ask, book.askSize]).toEqual([bid, bidSize, ask, askSize]);
  expect(book.crossed).toBe(bid >= ask);
}
