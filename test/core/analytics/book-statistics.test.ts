import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookFollower } from '../../../core/analytics/book-follower.ts';
import { BookStatistics } from '../../../core/analytics/book-statistics.ts';
import type { Level } from '../../../core/domain/market.ts';
import { anyBook, depth, es, trade } from './kit.ts';

const followed = () => {
  const statistics = new BookStatistics();
  const follower = new BookFollower(es, [statistics]);
  return { statistics, follower };
};

describe('the statistics of a book', () => {
  it('count what happened to it', () => {
    const { statistics, follower } = followed();
    const events = [
      depth([[100, 5]], [[100.25, 6]], 1000, true),
      // One bid grows, one comes; the ask shrinks.
      depth(
        [
          [100, 7],
          [99.75, 1],
        ],
        [[100.25, 4]],
        2000,
      ),
      // A bid goes. The ask stays as it was, which is no change.
      depth([[99.75, 0]], [[100.25, 4]], 3000),
      trade(100.25, 2, 'buy', 3100),
      trade(100, 1, 'sell', 3200),
      trade(100, 1, 'unknown', 3300),
      // A bid above the ask: crossed.
      depth([[100.5, 1]], [], 5000),
    ];
    for (const event of events) follower.take(event);
    expect(statistics.value).toEqual({
      snapshots: 1,
      messages: 3,
      // Changes are those of messages: a snapshot says nothing of what happened.
      bidChanges: 4,
      askChanges: 1,
      added: 2,
      grown: 1,
      shrunk: 1,
      removed: 1,
      crossed: 1,
      trades: 3,
      buys: 1,
      sells: 1,
      // Four messages in four seconds.
      messagesPerSecond: 1,
      from: 1000,
      to: 5000,
    });
  });

  it('add up: what was there, with what was added and without what was removed, is there', () => {
    fc.assert(
      fc.property(fc.array(anyBook, { minLength: 1, maxLength: 6 }), (books) => {
        const { statistics, follower } = followed();
        books.forEach(({ bids, asks }, i) => {
          const before = books[i - 1];
          if (before === undefined) follower.take(depth(bids, asks, i, true));
          else follower.take(depth(changes(before.bids, bids), changes(before.asks, asks), i));
        });
        const { added, removed, grown, shrunk, bidChanges, askChanges } = statistics.value;
        const levels = (book = books[0]): number => (book?.bids.length ?? 0) + (book?.asks.length ?? 0);
        expect(levels() + added - removed).toBe(levels(books.at(-1)));
        expect(added + removed + grown + shrunk).toBe(bidChanges + askChanges);
      }),
    );
  });
});

/** What leads from one side of a book to the next: all that is there, and nothing for what is not. */
function changes(before: readonly Level[], after: readonly Level[]): readonly Level[] {
  const prices = new Set(after.map(([price]) => price));
  return [...before.filter(([price]) => !prices.has(price)).map(([price]): Level => [price, 0]), ...after];
}
