import { describe, expect, it } from 'vitest';
import { amendOrder, cancelOrders, limitOrder, marketOrder, type Side, stopOrder } from '#core';
import { at, readyBars, sinceStart } from '../../helpers/kernel-kit.ts';
import { makeDesk } from './desk-kit.ts';

const request = (side: Side, quantity = 1) => ({ instrument: 'ES', side, quantity, reason: 'test' });
const market = (side: Side, quantity?: number) => marketOrder(request(side, quantity));
const limit = (side: Side, price: number) => limitOrder({ ...request(side), price, tag: 'mine' });
const stop = (side: Side, price: number) => stopOrder({ ...request(side), price, tag: 'mine' });

describe('a market order at the paper venue', () => {
  it.each([
    ['buy', '50 buy 1 @ 5001'],
    ['sell', '50 sell 1 @ 4999'],
  ] as const)('to %s is filled at the opposite side of the quote that stands when it arrives', (side, filled) => {
    const desk = makeDesk({ latencyUs: 40_000 });
    desk.quote(0, 4_990, 4_991);
    desk.decide(10, market(side));
    desk.quote(30, 4_999, 5_001);
    desk.quote(60, 4_980, 4_981);
    expect(desk.filled()).toEqual([filled]);
  });

  it('waits for the next trade when there are no quotes', () => {
    const desk = makeDesk();
    desk.trade(0, 5_000);
    desk.decide(10, market('buy'));
    expect(desk.filled()).toEqual([]);
    desk.trade(20, 5_002.25);
    expect(desk.filled()).toEqual(['20 buy 1 @ 5002.25']);
  });

  it('waits for a quote on its side when there is only the other', () => {
    const desk = makeDesk();
    desk.quote(0, 4_999, Number.NaN);
    desk.decide(10, market('buy'));
    expect(desk.filled()).toEqual([]);
    desk.quote(20, 4_999, 5_000);
    expect(desk.filled()).toEqual(['20 buy 1 @ 5000']);
  });

  it.each([
    ['buy', 5_001.5],
    ['sell', 4_998.5],
  ] as const)('to %s slips against us by the ticks that are set', (side, price) => {
    const desk = makeDesk({ slippageTicks: 2 });
    desk.quote(0, 4_999, 5_001);
    desk.decide(10, market(side));
    expect(desk.fills[0]?.price).toBe(price);
  });

  it('costs the fee for each contract', () => {
    const desk = makeDesk({ feePerContract: 0.74 });
    desk.quote(0, 4_999, 5_001);
    desk.decide(10, market('buy', 3));
    expect(desk.fills[0]?.fee).toBeCloseTo(2.22, 12);
    expect(desk.desk.account.position('ES').fees).toBe(2.22);
  });

  it('is not filled by the trade that caused it', () => {
    const desk = makeDesk();
    desk.inside(() => {
      desk.market.trades('ES').subscribe(({ price }) => {
        if (price === 5_000) desk.kernel.after(() => desk.desk.decide('s', market('buy')));
      });
    });
    desk.trade(10, 5_000);
    expect(desk.filled()).toEqual([]);
    desk.trade(11, 5_001);
    expect(desk.filled()).toEqual(['11 buy 1 @ 5001']);
  });
});

describe('a limit order at the paper venue', () => {
  it.each([
    ['buy', 5_000, 4_999.75],
    ['sell', 5_000, 5_000.25],
  ] as const)('to %s is filled at its price by a trade through it, not by one at it', (side, price, through) => {
    const desk = makeDesk({ slippageTicks: 3 });
    desk.decide(0, limit(side, price));
    desk.trade(10, price);
    expect(desk.filled()).toEqual([]);
    desk.trade(20, through);
    expect(desk.filled()).toEqual([`20 ${side} 1 @ 5000`]);
  });

  it.each([
    ['buy', 4_990, 5_000],
    ['sell', 5_000, 5_010],
  ] as const)('to %s is filled when the opposite quote reaches it', (side, bid, ask) => {
    const desk = makeDesk();
    desk.decide(0, limit(side, 5_000));
    desk.quote(10, 4_999, 5_001);
    expect(desk.filled()).toEqual([]);
    desk.quote(20, bid, ask);
    expect(desk.filled()).toEqual([`20 ${side} 1 @ 5000`]);
  });

  it('is filled at the better quote when it is marketable on arrival', () => {
    const desk = makeDesk({ slippageTicks: 3 });
    desk.quote(0, 4_998, 4_999);
    desk.decide(10, limit('buy', 5_000));
    expect(desk.filled()).toEqual(['10 buy 1 @ 4999']);
  });

  it('does not see what traded before it arrived', () => {
    const desk = makeDesk({ latencyUs: 20_000 });
    desk.decide(0, limit('buy', 5_000));
    desk.trade(19, 4_000);
    desk.trade(21, 5_001);
    expect(desk.filled()).toEqual([]);
    expect(desk.story('run/s/1')).toEqual(['pending', 'working']);
  });

  it('is not filled by a print of size 0', () => {
    const desk = makeDesk();
    desk.decide(0, limit('buy', 5_000));
    desk.trade(10, 4_000, 0);
    expect(desk.filled()).toEqual([]);
  });

  it('is not filled by another instrument', () => {
    const desk = makeDesk();
    desk.decide(0, limit('buy', 5_000));
    desk.trade(10, 4_000, 1, 1);
    expect(desk.filled()).toEqual([]);
  });
});

describe('a stop order at the paper venue', () => {
  it.each([
    ['buy', 5_000.25],
    ['sell', 4_999.75],
  ] as const)('to %s is filled by a trade at its trigger, with slippage', (side, price) => {
    const desk = makeDesk({ slippageTicks: 1 });
    desk.decide(0, stop(side, 5_000));
    desk.trade(10, side === 'buy' ? 4_999.75 : 5_000.25);
    expect(desk.filled()).toEqual([]);
    desk.trade(20, 5_000);
    expect(desk.filled()).toEqual([`20 ${side} 1 @ ${price}`]);
  });

  it.each([
    ['buy', 5_010],
    ['sell', 4_990],
  ] as const)('to %s is filled beyond its trigger when the market gaps', (side, price) => {
    const desk = makeDesk();
    desk.decide(0, stop(side, 5_000));
    desk.trade(10, price);
    expect(desk.filled()).toEqual([`10 ${side} 1 @ ${price}`]);
  });

  it('is not triggered by a quote', () => {
    const desk = makeDesk();
    desk.decide(0, stop('buy', 5_000));
    desk.quote(10, 5_100, 5_101);
    expect(desk.filled()).toEqual([]);
  });

  it('takes the low of a ready-made bar for its worst price', () => {
    const desk = makeDesk();
    desk.decide(0, stop('sell', 5_000));
    const bar = { end: 1_000, span: 1_000, open: 5_010, high: 5_020, low: 4_995, close: 5_015 };
    desk.kernel.process(readyBars([bar]), 0, 1);
    expect(desk.filled()).toEqual(['1000 sell 1 @ 4995']);
  });
});

describe('latency', () => {
  it('is the time that a cancel takes: a fill before its arrival wins', () => {
    const desk = makeDesk({ latencyUs: 10_000 });
    desk.decide(0, limit('buy', 5_000));
    desk.decide(20, cancelOrders({ instrument: 'ES', reason: 'test' }));
    desk.trade(29, 4_999);
    desk.kernel.advanceTo(at(100));
    expect(desk.story('run/s/1')).toEqual(['pending', 'working', 'filled']);
    expect(desk.position()).toBe(1);
  });

  it('ends with the cancel: a trade after its arrival fills nothing', () => {
    const desk = makeDesk({ latencyUs: 10_000 });
    desk.decide(0, limit('buy', 5_000));
    desk.decide(20, cancelOrders({ instrument: 'ES', reason: 'test' }));
    desk.trade(30, 4_999);
    expect(desk.story('run/s/1')).toEqual(['pending', 'working', 'cancelled']);
    expect(desk.orders.at(-1)).toMatchObject({ note: 'cancelled on request', updatedAt: at(30) / 1000 });
    expect(desk.filled()).toEqual([]);
  });

  it('is on the kernel clock: the order stands accepted exactly that much later', () => {
    const desk = makeDesk({ latencyUs: 1_500 });
    desk.decide(10, limit('buy', 5_000));
    desk.kernel.advanceTo(at(50));
    expect(desk.orders.map(({ status, updatedAt }) => [status, sinceStart(updatedAt)])).toEqual([
      ['pending', 10],
      ['working', 11.5],
    ]);
  });
});

describe('an amend', () => {
  it('moves the price at which the order is filled', () => {
    const desk = makeDesk();
    desk.decide(0, limit('buy', 5_000));
    desk.decide(10, amendOrder({ instrument: 'ES', tag: 'mine', price: 4_990, quantity: 3, reason: 'test' }));
    desk.trade(20, 4_995);
    expect(desk.filled()).toEqual([]);
    desk.trade(30, 4_989);
    expect(desk.filled()).toEqual(['30 buy 3 @ 4990']);
    expect(desk.orders.at(-1)).toMatchObject({ quantity: 3, filled: 3, price: 4_990, status: 'filled' });
  });

  it('fills at once when the new price is marketable', () => {
    const desk = makeDesk();
    desk.quote(0, 5_000, 5_001);
    desk.decide(1, limit('buy', 4_990));
    desk.decide(10, amendOrder({ instrument: 'ES', tag: 'mine', price: 5_005, reason: 'test' }));
    expect(desk.filled()).toEqual(['10 buy 1 @ 5001']);
  });

  it('that arrives after the fill changes nothing', () => {
    const desk = makeDesk({ latencyUs: 10_000 });
    desk.decide(0, limit('buy', 5_000));
    desk.decide(20, amendOrder({ instrument: 'ES', tag: 'mine', quantity: 5, reason: 'test' }));
    desk.trade(25, 4_999);
    desk.kernel.advanceTo(at(100));
    expect(desk.orders.at(-1)).toMatchObject({ quantity: 1, filled: 1, status: 'filled' });
  });
});

describe('the paper venue', () => {
  it('refuses an order that the risk stage has not approved', () => {
    const desk = makeDesk();
    const forged = { ...request('buy'), type: 'market', id: 'x', strategy: 's' } as unknown as Parameters<
      typeof desk.venue.submit
    >[0];
    expect(() => desk.venue.submit(forged)).toThrow(/not approved by the risk stage/);
  });

  it('fills several orders by one trade, in order of arrival', () => {
    const desk = makeDesk();
    desk.decide(0, limitOrder({ ...request('buy'), price: 5_000 }), 'a');
    desk.decide(1, stopOrder({ ...request('sell'), price: 4_990 }), 'b');
    desk.decide(2, limitOrder({ ...request('buy'), price: 4_995 }), 'c');
    desk.trade(10, 4_985);
    expect(desk.fills.map(({ strategy, price }) => [strategy, price])).toEqual([
      ['a', 5_000],
      ['b', 4_985],
      ['c', 4_995],
    ]);
  });

  it('is shown only the trades that can touch an order', () => {
    const desk = makeDesk();
    const shown: number[] = [];
    desk.kernel.connectVenue({
      onTrade: (k, price, size) => {
        shown.push(price);
        desk.venue.onTrade(k, price, size);
      },
      onQuote: () => undefined,
    });
    desk.trade(0, 5_000);
    desk.decide(1, limit('buy', 4_990));
    desk.decide(1, stopOrder({ ...request('buy'), price: 5_010 }));
    for (const price of [5_000, 4_990.25, 5_009.75, 4_990, 5_010, 5_020, 4_000, 3_000]) desk.trade(10, price);
    expect(shown).toEqual([4_990, 5_010, 4_000]);
  });
});
