import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeInstrument } from '../../../../core/domain/instrument.ts';
import type { Side } from '../../../../core/domain/market.ts';
import { L3Book } from '../../../../core/kernel/book/l3-book.ts';

const es = makeInstrument({ symbol: 'ES', tickSize: 0.25 }, 0);

describe('L3Book', () => {
  it('keeps the queue at a price in order of arrival', () => {
    const book = new L3Book(es);
    book.add(1, 'buy', 100, 5, 0);
    book.add(2, 'buy', 100, 7, 0);
    book.add(3, 'buy', 100, 2, 0);
    expect(book.queue('bid', 100)).toEqual([5, 7, 2]);
    expect(book.placeOf(3)).toEqual({ side: 'buy', price: 100, size: 2, ordersAhead: 2, sizeAhead: 12 });
    expect([book.bidSize, book.bestOrders('bid'), book.orders]).toEqual([14, 3, 3]);
  });

  it('lets an order that shrinks keep its place; one that grows or moves goes to the end', () => {
    const book = new L3Book(es);
    for (const id of [1, 2, 3]) book.add(id, 'sell', 101, id * 10, 0);
    book.modify(1, 101, 4, 0);
    expect(book.queue('ask', 101)).toEqual([4, 20, 30]);
    book.modify(1, 101, 5, 0);
    expect(book.queue('ask', 101)).toEqual([20, 30, 5]);
    book.modify(2, 101.25, 20, 0);
    book.modify(2, 101, 20, 0);
    expect(book.queue('ask', 101)).toEqual([30, 5, 20]);
    expect(book.count('ask')).toBe(1);
  });

  it('takes part of an order, and the rest of it', () => {
    const book = new L3Book(es);
    book.add(1, 'buy', 100, 5, 0);
    book.cancel(1, 0, 3);
    expect([book.bidSize, book.has(1)]).toEqual([2, true]);
    book.cancel(1, 0, 3);
    expect([book.bid, book.has(1), book.orders]).toEqual([undefined, false, 0]);
  });

  it('has no crumbs of binary fractions: 0.1 + 0.2 - 0.1 is 0.2', () => {
    const coin = new L3Book(makeInstrument({ symbol: 'BTC', tickSize: 0.1 }, 0));
    coin.add(1, 'buy', 100, 0.1, 0);
    coin.add(2, 'buy', 100, 0.2, 0);
    coin.cancel(1, 0);
    expect(coin.bidSize).toBe(0.2);
  });

  it('tells orders apart whose numbers no float64 holds', () => {
    const book = new L3Book(es);
    const id = 2n ** 63n;
    book.add(id, 'buy', 100, 1, 0);
    book.add(id + 1n, 'buy', 100, 2, 0);
    expect(book.orders).toBe(2);
    book.cancel(id, 0);
    expect(book.queue('bid', 100)).toEqual([2]);
    book.add(4_294_967_297, 'buy', 99, 3, 0);
    expect([book.has(4_294_967_297n), book.has(1)]).toEqual([true, false]);
  });

  it('refuses and counts what makes no sense', () => {
    const book = new L3Book(es, { orders: 2 });
    expect(book.add(1, 'buy', 100, 1, 0)).toBe(true);
    expect(book.add(1, 'buy', 100, 1, 0)).toBe(false);
    expect(book.add(2, 'buy', 100.1, 1, 0)).toBe(false);
    expect(book.add(2, 'buy', 100, Number.NaN, 0)).toBe(false);
    expect(book.add(2, 'buy', 100, 0, 0)).toBe(false);
    expect(book.add(2, 'buy', 100, 1, 0)).toBe(true);
    expect(book.add(3, 'buy', 100, 1, 0), 'full').toBe(false);
    expect(book.modify(1, Number.NaN, 1, 0)).toBe(false);
    expect(book.cancel(9, 0)).toBe(false);
    expect(book.modify(9, 100, 1, 0)).toBe(false);
    expect([book.refused, book.unknown, book.bidSize]).toEqual([6, 2, 2]);
  });

  it('holds what a plain list of orders holds, after every change', () => {
    type Order = { id: number; side: Side; price: number; size: number };
    const step = fc.record({
      kind: fc.constantFrom('add', 'add', 'add', 'cancel', 'reduce', 'modify', 'clear'),
      id: fc.integer({ min: 0, max: 25 }),
      side: fc.constantFrom<Side>('buy', 'sell'),
      // Far from each other as well, so that the window of the ring moves both ways.
      ticks: fc.oneof(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -60_000, max: 60_000 })),
      size: fc.integer({ min: 1, max: 5 }),
      clears: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const book = new L3Book(es);
        let plain: Order[] = [];
        for (const { kind, id, side, ticks, size, clears } of steps) {
          const price = ticks / 4;
          const known = plain.find((order) => order.id === id);
          if (kind === 'add') {
            book.add(id, side, price, size, 0);
            if (known === undefined) plain.push({ id, side, price, size });
          } else if (kind === 'clear' && clears === 0) {
            book.clear();
            plain = [];
          } else if (kind === 'modify') {
            book.modify(id, price, size, 0);
            if (known === undefined) continue;
            if (price !== known.price || size > known.size) plain = [...plain.filter((o) => o !== known), known];
            known.price = price;
            known.size = size;
          } else if (kind === 'cancel' || kind === 'reduce') {
            book.cancel(id, 0, kind === 'cancel' ? undefined : size);
            if (known === undefined) continue;
            known.size -= kind === 'cancel' ? known.size : size;
            plain = plain.filter((order) => order.size > 0);
          }
          expectSame(book, plain);
        }
      }),
      { numRuns: 120 },
    );
  });
});

function expectSame(book: L3Book, plain: { side: Side; price: number; size: number }[]): void {
  expect(book.orders).toBe(plain.length);
  for (const [name, side] of [
    ['bid', 'buy'],
    ['ask', 'sell'],
  ] as const) {
    const byPrice = Map.groupBy(
      plain.filter((order) => order.side === side),
      ({ price }) => price,
    );
    const levels = [...byPrice].sort(([a], [b]) => (side === 'buy' ? b - a : a - b));
    expect(book.levels(name, 99)).toEqual(levels.map(([at, orders]) => [at, orders.reduce((n, o) => n + o.size, 0)]));
    expect(book.count(name)).toBe(levels.length);
    const [at, orders = []] = levels[0] ?? [];
    expect(book[name]).toBe(at);
    if (at !== undefined) expect(book.queue(name, at)).toEqual(orders.map(({ size }) => size));
  }
}
