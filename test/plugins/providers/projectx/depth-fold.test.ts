import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DepthFold } from '../../../../plugins/providers/projectx/depth-fold.ts';
import { feedOf, MNQ } from './kit.ts';

const BUY = 1;
const SELL = -1;
const LAST = 1;
const SNAPSHOT = 2;
const time = '2026-08-19T20:51:31.4173693+00:00';
const entry = (type: number, price: number, volume: number, currentVolume = 0) => ({
  price,
  volume,
  currentVolume,
  type,
  timestamp: time,
});

/** Sides, prices, sizes and flags of the messages, one after the other. */
function fold(...messages: readonly (readonly object[])[]) {
  const { feed, rows, link } = feedOf();
  for (const message of messages) feed.take({ target: 'GatewayDepth', args: [MNQ, message] });
  return { depth: rows().map(({ values }) => values), bad: link.said.bad };
}

// Section 10 of the gateway's specification, type by type.
describe('depth of the gateway', () => {
  it('maps the sample of the specification: a bid with its marker is one level, and begins a book', () => {
    const { feed, rows } = feedOf();
    feed.take({ target: 'GatewayDepth', args: [MNQ, [entry(2, 29547, 2), entry(9, 29547, 2)]] });
    // 2026-08-19T20:51:31.4173693Z: seven digits are 100 ns each.
    expect(rows()).toEqual([
      {
        kind: 'depth',
        inst: 0,
        event: Date.UTC(2026, 7, 19, 20, 51, 31) * 1000 + 417_369,
        ns: 300,
        values: [BUY, 29547, 2, SNAPSHOT | LAST],
      },
    ]);
  });

  it('reads 1 as an ask and 2 as a bid, with absolute sizes, and 0 as a removal', () => {
    expect(fold([entry(1, 101, 5), entry(2, 100, 7)], [entry(2, 100, 3)], [entry(1, 101, 0)]).depth).toEqual([
      [SELL, 101, 5, SNAPSHOT],
      [BUY, 100, 7, LAST],
      [BUY, 100, 3, LAST],
      [SELL, 101, 0, LAST],
    ]);
  });

  it('lets a best bid remove everything above it', () => {
    expect(fold([entry(2, 99, 1), entry(2, 100, 2), entry(2, 101, 3)], [entry(4, 99, 4)]).depth.slice(3)).toEqual([
      [BUY, 101, 0, 0],
      [BUY, 100, 0, 0],
      [BUY, 99, 4, LAST],
    ]);
  });

  it('lets a best ask remove everything below it, and bids at or above it', () => {
    const first = [entry(2, 99, 1), entry(2, 100, 2), entry(1, 101, 3), entry(1, 102, 3)];
    expect(fold(first, [entry(3, 100, 9)]).depth.slice(4)).toEqual([
      [SELL, 100, 9, 0],
      [BUY, 100, 0, LAST],
    ]);
    expect(fold(first, [entry(3, 102, 3)]).depth.slice(4)).toEqual([[SELL, 101, 0, LAST]]);
  });

  it('removes a level that a best pointer calls empty', () => {
    expect(fold([entry(1, 101, 3), entry(1, 102, 3)], [entry(3, 101, 0)]).depth.slice(2)).toEqual([
      [SELL, 101, 0, LAST],
    ]);
  });

  it('takes asks at or below a new bid away: the newest entry wins', () => {
    expect(fold([entry(1, 101, 3), entry(1, 102, 3)], [entry(2, 101, 1)]).depth.slice(2)).toEqual([
      [BUY, 101, 1, 0],
      [SELL, 101, 0, LAST],
    ]);
  });

  it('leaves the book alone at a print, whose volume is a running total', () => {
    expect(fold([entry(2, 100, 1)], [entry(5, 100, 9000, 2)]).depth).toHaveLength(1);
  });

  it('begins anew at a reset, even when the message says no more', () => {
    expect(fold([entry(2, 100, 1)], [entry(6, 0, 0)], [entry(2, 98, 4)]).depth.slice(1)).toEqual([
      [BUY, 0, 0, SNAPSHOT | LAST],
      [BUY, 98, 4, LAST],
    ]);
    expect(fold([entry(2, 100, 1)], [entry(2, 99, 1), entry(6, 0, 0), entry(2, 98, 4)]).depth.slice(1)).toEqual([
      [BUY, 98, 4, SNAPSHOT | LAST],
    ]);
  });

  it('ignores 0, 7, 8 and 11, and counts a type that nobody knows', () => {
    const { depth, bad } = fold([0, 7, 8, 11, 12].map((type) => entry(type, 100, 1)));
    expect(depth).toEqual([]);
    expect(bad).toEqual(['depth entry']);
  });

  it('is still a snapshot when only prints came before the first level', () => {
    expect(fold([entry(5, 100, 10, 1)], [entry(2, 100, 1)]).depth).toEqual([[BUY, 100, 1, SNAPSHOT | LAST]]);
  });

  it('takes currentVolume for the size when that is asked for and it is there', () => {
    const { feed, rows } = feedOf({ depthSize: 'currentVolume' });
    feed.take({ target: 'GatewayDepth', args: [MNQ, [entry(2, 100, 5, 3), entry(2, 99, 5, 0)]] });
    expect(rows().map(({ values }) => values[2])).toEqual([3, 5]);
  });

  it('never crosses, and its changes build the same book elsewhere', () => {
    const entries = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 90, max: 110 }), fc.integer({ min: 0, max: 5 })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 40 }), (messages) => {
        const book = new DepthFold();
        const copy = { [BUY]: new Map<number, number>(), [SELL]: new Map<number, number>() };
        for (const message of messages) {
          book.begin();
          for (const [type, ticks, size] of message) book.add(type, ticks, size);
          if (book.snapshot && (book.changes.length > 0 || book.emptied))
            for (const side of [BUY, SELL] as const) copy[side].clear();
          for (const { side, ticks, size } of book.changes) {
            if (size === 0) copy[side].delete(ticks);
            else copy[side].set(ticks, size);
          }
          const { bid = -Infinity, ask = Infinity } = book.best;
          expect(bid).toBeLessThan(ask);
          expect(Math.max(...copy[BUY].keys())).toBe(bid);
          expect(Math.min(...copy[SELL].keys())).toBe(ask);
          expect(copy[BUY].size + copy[SELL].size).toBe(book.levels);
        }
      }),
      { numRuns: 500 },
    );
  });
});
