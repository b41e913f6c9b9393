import { describe, expect, it } from 'vitest';
import { limitOrder, marketOrder, type Order, stopOrder } from '#core';
import { makeDesk } from './desk-kit.ts';

const base = (side: Order['side'], quantity = 1) => ({ instrument: 'ES', side, quantity, reason: 'test' });
const rest = (price: number, quantity = 1) => limitOrder({ ...base('buy', quantity), price });

describe('what the venue says', () => {
  const filled = (quantity: number, price: number, fillId: string) => ({
    kind: 'filled' as const,
    orderId: 'run/s/1',
    fillId,
    price,
    quantity,
    fee: 0.5,
  });

  it('adds partial fills up, and the same fill once', () => {
    const desk = makeDesk();
    desk.decide(1, rest(4_000, 4));
    for (const report of [filled(1, 4_000, 'a'), filled(1, 4_000, 'a'), filled(2, 3_997, 'b')])
      desk.desk.onReport(report);
    expect(desk.position()).toBe(3);
    // (4000 + 2 × 3997) ÷ 3 = 3998
    expect(desk.orders.at(-1)).toMatchObject({ status: 'partial', filled: 3, averagePrice: 3_998 });
    expect(desk.desk.account.working('ES')).toBe(1);
    desk.desk.onReport(filled(1, 4_000, 'c'));
    desk.desk.onReport(filled(1, 4_000, 'c'));
    expect(desk.orders.at(-1)).toMatchObject({ status: 'filled', filled: 4 });
    expect([desk.position(), desk.desk.counts.fills, desk.desk.account.position('ES').fees]).toEqual([4, 3, 1.5]);
  });

  it('rejects with its reason', () => {
    const desk = makeDesk();
    desk.decide(1, rest(4_000));
    desk.desk.onReport({ kind: 'rejected', orderId: 'run/s/1', reason: 'no margin' });
    expect(desk.orders.at(-1)).toMatchObject({ status: 'rejected', note: 'no margin' });
    expect(desk.desk.account.openOrders()).toEqual([]);
  });

  it('about an order that is not open changes nothing', () => {
    const desk = makeDesk();
    desk.desk.onReport({ ...filled(1, 4_000, 'a'), orderId: 'elsewhere' });
    expect([desk.orders, desk.fills]).toEqual([[], []]);
  });
});

describe('restoring', () => {
  const order = (change: Partial<Order>): Order => ({
    ...base('buy', 3),
    type: 'limit',
    price: 4_900,
    id: 'old/s/7',
    strategy: 's',
    status: 'working',
    filled: 0,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  });

  it('takes over positions and working orders, which fill once more and no more than their rest', () => {
    const desk = makeDesk();
    const position = { strategy: 's', instrument: 'ES', quantity: 2, averagePrice: 5_000 };
    desk.inside(() =>
      desk.desk.restore({
        run: 'old',
        lastSeen: 0,
        clean: false,
        positions: [position],
        orders: [order({ status: 'partial', filled: 1 })],
      }),
    );
    expect(desk.desk.account.position('ES')).toMatchObject({ quantity: 2, averagePrice: 5_000, realised: 0 });
    expect(desk.desk.account.openOrders()).toMatchObject([{ id: 'old/s/7', status: 'partial', filled: 1 }]);
    desk.trade(1, 4_899);
    expect(desk.filled()).toEqual(['1 buy 2 @ 4900']);
    expect(desk.position()).toBe(4);
    expect(desk.desk.counts.orders).toBe(0);
    // A new order of this run has a number of this run.
    desk.decide(2, stopOrder({ ...base('sell', 4), price: 4_800 }));
    expect(desk.desk.account.openOrders().map(({ id }) => id)).toEqual(['run/s/1']);
  });

  it('adds the parts of several strategies up in the account', () => {
    const desk = makeDesk();
    const part = (strategy: string, quantity: number, averagePrice: number) => ({
      strategy,
      instrument: 'ES',
      quantity,
      averagePrice,
    });
    const positions = [part('a', 2, 5_000), part('b', 2, 5_002)];
    desk.inside(() => desk.desk.restore({ run: 'old', lastSeen: 0, clean: true, positions, orders: [] }));
    expect(desk.desk.account.position('ES')).toMatchObject({ quantity: 4, averagePrice: 5_001 });
    expect([desk.position('a'), desk.position('b')]).toEqual([2, 2]);
  });
});

describe('equity', () => {
  it('is told at every trade while a position is open and somebody listens', () => {
    const desk = makeDesk();
    desk.quote(0, 4_999, 5_001);
    const heard: number[] = [];
    const subscription = desk.desk.account.equity().subscribe(({ net }) => heard.push(net));
    desk.trade(1, 5_000);
    desk.decide(2, marketOrder(base('buy')));
    // Bought at 5001: at 5003 it is 2 × 50 = 100
    desk.trade(3, 5_003);
    desk.trade(4, 5_000);
    expect(heard).toEqual([-50, 100, -50]);
    subscription.unsubscribe();
    expect(desk.kernel.sources.tradeWants[0]).toBe(0);
  });
});
