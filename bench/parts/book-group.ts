import { SIDE_BUY } from '../../core/domain/chunk.ts';
import { makeInstrument } from '../../core/domain/instrument.ts';
import type { L2Book } from '../../core/kernel/book/book.ts';
import { RingBook } from '../../core/kernel/book/ring-book.ts';
import { SortedBook } from '../../core/kernel/book/sorted-book.ts';
import { type DepthRows, makeDepth } from '../data/depth.ts';
import type { Group } from '../figure.ts';

const WINDOW = 4096;
const seen = new Float64Array(1);

/** Depth updates of one book, the best bid and ask read after each. */
export function bookGroup(rows: number, rounds: number): Group {
  const depth = makeDepth(rows);
  const grid = makeInstrument({ symbol: 'BOOK', tickSize: 0.01 }, 0);
  const prices = Float64Array.from(depth.tick, grid.price);
  return {
    name: 'book updates with best bid and ask',
    per: 'update',
    rounds,
    cases: [
      {
        name: 'limit: sizes into an array, no best',
        operations: rows,
        start: () => ({ run: () => storeSizes(depth) }),
      },
      { name: 'RingBook', operations: rows, start: () => ({ run: () => update(new RingBook(grid), depth, prices) }) },
      { name: 'SortedBook', operations: rows, start: () => ({ run: () => update(new SortedBook(), depth, prices) }) },
    ],
  };
}

function update(book: L2Book, { rows, side, size }: DepthRows, prices: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    book.apply(side[i]!, prices[i]!, size[i]!);
    seen[0]! += book.bid + book.ask;
  }
}

function storeSizes({ rows, side, tick, size }: DepthRows): void {
  const bids = new Float64Array(WINDOW);
  const asks = new Float64Array(WINDOW);
  for (let i = 0; i < rows; i++) {
    const sizes = side[i] === SIDE_BUY ? bids : asks;
    sizes[tick[i]! & (WINDOW - 1)] = size[i]!;
    seen[0]! += tick[i]!;
  }
}
