import { describe, expect, it } from 'vitest';
import { DEPTH_LAST, DEPTH_SNAPSHOT, DepthChunk, SIDE_BUY, SIDE_SELL } from '../../../../core/domain/chunk.ts';
import { makeInstrument } from '../../../../core/domain/instrument.ts';
import { DepthBook } from '../../../../core/kernel/book/depth-book.ts';
import { depth, makeKernel } from '../../../helpers/kernel-kit.ts';

const instrument = makeInstrument({ symbol: 'BTCUSDT', tickSize: 0.1 }, 0);

type Row = readonly [side: number, price: number, size: number, flags?: number];

function feed(book: DepthBook, rows: readonly Row[], eventUs = 1_000_500): boolean[] {
  const chunk = new DepthChunk(rows.length);
  return rows.map(([side, price, size, flags = 0], i) => {
    chunk.side[i] = side;
    chunk.price[i] = price;
    chunk.size[i] = size;
    chunk.flags[i] = flags;
    chunk.event[i] = eventUs;
    return book.applyRow(chunk, i);
  });
}

describe('DepthBook', () => {
  it('tells which row ends a message', () => {
    const ends = feed(new DepthBook(instrument), [
      [SIDE_BUY, 99.9, 2],
      [SIDE_SELL, 100.1, 3, DEPTH_LAST],
    ]);
    expect(ends).toEqual([false, true]);
  });

  it('shows best prices, sizes and levels from the best outwards', () => {
    const book = new DepthBook(instrument);
    feed(book, [
      [SIDE_BUY, 99.8, 5],
      [SIDE_BUY, 99.9, 2],
      [SIDE_SELL, 100.2, 1],
      [SIDE_SELL, 100.1, 3, DEPTH_LAST],
    ]);
    expect([book.bid, book.bidSize, book.ask, book.askSize]).toEqual([99.9, 2, 100.1, 3]);
    expect(book.levels('bid', 5)).toEqual([
      [99.9, 2],
      [99.8, 5],
    ]);
    expect(book.levels('ask', 1)).toEqual([[100.1, 3]]);
    expect(book.tsEvent).toBe(1000.5);
  });

  it('forgets the old book at a snapshot', () => {
    const book = new DepthBook(instrument);
    feed(book, [
      [SIDE_BUY, 99.9, 2],
      [SIDE_SELL, 100.1, 3, DEPTH_LAST],
    ]);
    feed(book, [[SIDE_BUY, 98, 1, DEPTH_SNAPSHOT | DEPTH_LAST]]);
    expect([book.bid, book.bidSize, book.ask, book.askSize]).toEqual([98, 1, undefined, 0]);
  });

  it('keeps levels apart whose prices sit between two ticks', () => {
    const book = new DepthBook(instrument);
    feed(book, [
      [SIDE_BUY, 99.9, 2],
      [SIDE_BUY, 99.94, 7],
      [SIDE_SELL, 100.1, 3, DEPTH_LAST],
    ]);
    // Rounded to the tick size of 0.1 both bids would be one level at 99.9.
    expect(book.levels('bid', 5)).toEqual([
      [99.94, 7],
      [99.9, 2],
    ]);
    expect(book.ask).toBe(100.1);
  });
});

describe('the book of an instrument', () => {
  it('is whole for one who asks for it after the snapshot, whoever asked for depth before', () => {
    const { kernel, market } = makeKernel();
    const chunk = depth([
      { ms: 1, side: 'bid', price: 100, size: 5, flags: DEPTH_SNAPSHOT },
      { ms: 1, side: 'ask', price: 100.25, size: 6, flags: DEPTH_LAST },
      { ms: 2, side: 'bid', price: 99.75, size: 7, flags: DEPTH_LAST },
    ]);
    kernel.process(chunk, 0, 2);
    const books: unknown[] = [];
    market.book('ES').subscribe((book) => books.push([book.levels('bid', 5), book.levels('ask', 5)]));
    kernel.process(chunk, 2, 3);
    expect(books).toEqual([
      [
        [
          [100, 5],
          [99.75, 7],
        ],
        [[100.25, 6]],
      ],
    ]);
  });
});
