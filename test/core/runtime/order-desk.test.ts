import { describe, expect, it } from 'vitest';
import {
  amendOrder,
  approve,
  cancelOrders,
  type Decision,
  flatten,
  limitOrder,
  marketOrder,
  reduce,
  refuse,
  type Side,
  targetPosition,
} from '#core';
import { at } from '../../helpers/kernel-kit.ts';
import { makeDesk } from './desk-kit.ts';

const base = (side: Side, quantity = 1) => ({ instrument: 'ES', side, quantity, reason: 'test' });
const rest = (price: number, tag?: string, quantity = 1) =>
  limitOrder({ ...base('buy', quantity), price, ...(tag === undefined ? {} : { tag }) });
const target = (quantity: number) => targetPosition({ instrument: 'ES', quantity, reason: 'test' });

/** A desk whose market is 4999 to 5001. */
function quoted(paper: Parameters<typeof makeDesk>[0] = {}) {
  const desk = makeDesk(paper);
  desk.quote(0, 4_999, 5_001);
  return desk;
}

describe('a decision to trade', () => {
  it('is logged, approved, sent, filled and told in that order', () => {
    const desk = quoted({ feePerContract: 1 });
    desk.decide(10, marketOrder(base('buy', 2)));
    const now = at(10);
    expect(desk.lines).toEqual([
      `["s",0,2,${now},"order","ES","buy",2,"market",null,null,"test"]`,
      `["s",1,2,${now},"approved",1,"ES","buy",2,"market",null,null]`,
    ]);
    expect(desk.story('run/s/1')).toEqual(['pending', 'working', 'filled']);
    expect(desk.orders.at(-1)).toMatchObject({ filled: 2, averagePrice: 5_001, strategy: 's' });
    expect(desk.journal.map(({ type }) => type)).toEqual(['order', 'order', 'order', 'fill', 'position']);
    expect(desk.desk.counts).toEqual({ orders: 1, fills: 1, refusals: 0 });
  });

  it('shows the position to whoever hears of its fill', () => {
    const desk = quoted();
    const seen: number[] = [];
    desk.desk
      .ledger('s')
      .fills()
      .subscribe(() => seen.push(desk.position()));
    desk.desk.account.fills().subscribe(() => seen.push(desk.desk.account.position('ES').quantity));
    desk.decide(10, marketOrder(base('sell')));
    expect(seen).toEqual([-1, -1]);
  });

  it('keeps strategies apart and adds them up in the account', () => {
    const desk = quoted();
    desk.decide(1, marketOrder(base('buy', 3)), 'a');
    desk.decide(2, marketOrder(base('sell', 1)), 'b');
    expect([desk.position('a'), desk.position('b'), desk.desk.account.position('ES').quantity]).toEqual([3, -1, 2]);
    expect(desk.orders.map(({ id }) => id).filter((id, i, all) => all.indexOf(id) === i)).toEqual([
      'run/a/1',
      'run/b/1',
    ]);
  });

  const senseless: readonly (readonly [string, Decision])[] = [
    ["order-check: unknown instrument 'EZ'", marketOrder({ ...base('buy'), instrument: 'EZ' })],
    ['order-check: quantity 0 is not a positive number', marketOrder(base('buy', 0))],
    ['order-check: quantity -1 is not a positive number', marketOrder(base('buy', -1))],
    ['order-check: quantity NaN is not a positive number', marketOrder(base('buy', Number.NaN))],
    ['order-check: quantity 1.5 is not a multiple of the lot size 1', marketOrder(base('buy', 1.5))],
    ['order-check: price 5000.1 is not a multiple of the tick size 0.25', rest(5_000.1)],
    ['order-check: price NaN is not a number', rest(Number.NaN)],
    ['order-check: a limit order needs a price', { ...marketOrder(base('buy')), type: 'limit' } as Decision],
    ['order-check: target quantity NaN is not a number', target(Number.NaN)],
  ];
  it.each(senseless)('is refused: %s', (refusal, decision) => {
    const desk = quoted();
    desk.decide(1, decision);
    expect(desk.refusals()).toEqual([refusal]);
    expect([desk.orders, desk.desk.counts.refusals]).toEqual([[], 1]);
  });

  it('is refused or reduced by the rules, which see the account, the strategy and what is working', () => {
    const desk = quoted();
    const seen: unknown[] = [];
    desk.risk.rules = [
      {
        name: 'watch',
        review: ({ order, position, strategyPosition, working, strategyWorking }) => {
          seen.push([position.quantity, strategyPosition.quantity, working, strategyWorking]);
          return order.quantity > 5
            ? refuse(order, 'too many')
            : order.quantity > 3
              ? reduce(3, 'three')
              : approve(order);
        },
      },
    ];
    desk.decide(1, marketOrder(base('buy', 1)), 'a');
    desk.decide(2, rest(4_000, undefined, 2), 'a');
    desk.decide(3, marketOrder(base('sell', 4)), 'b');
    desk.decide(4, marketOrder(base('buy', 6)), 'b');
    expect(seen).toEqual([
      [0, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 1, 2, 2].map((n, i) => (i % 2 === 0 ? n : 0)),
      [-2, -3, 2, 0],
    ]);
    expect(desk.position('b')).toBe(-3);
    expect(desk.refusals()).toEqual(['watch: too many']);
    expect(desk.lines.find((line) => line.includes('"watch"]'))).toContain(
      '"approved",1,"ES","sell",3,"market",null,"watch"',
    );
  });
});

describe('a target', () => {
  it('buys or sells what is missing', () => {
    const desk = quoted();
    for (const [i, quantity] of [2, -1, -1, 0].entries()) desk.decide(i + 1, target(quantity));
    expect(desk.filled()).toEqual(['1 buy 2 @ 5001', '2 sell 3 @ 4999', '4 buy 1 @ 5001']);
  });

  it('counts market orders on their way, so that asking twice buys once', () => {
    const desk = quoted({ latencyUs: 50_000 });
    desk.decide(1, target(2));
    desk.decide(2, target(2));
    desk.decide(3, target(3));
    desk.kernel.advanceTo(at(100));
    expect(desk.filled()).toEqual(['51 buy 2 @ 5001', '53 buy 1 @ 5001']);
    expect(desk.position()).toBe(3);
  });

  it('does not count orders that may never be filled', () => {
    const desk = quoted();
    desk.decide(1, rest(4_000, undefined, 2));
    desk.decide(2, target(2));
    expect(desk.position()).toBe(2);
  });
});

describe('flatten', () => {
  it('cancels what is working and closes the position of that strategy alone', () => {
    const desk = quoted();
    desk.decide(1, marketOrder(base('buy', 2)));
    desk.decide(1, marketOrder(base('buy', 5)), 'other');
    desk.decide(2, rest(4_000));
    desk.decide(3, flatten({ instrument: 'ES', reason: 'enough' }));
    expect([desk.position(), desk.position('other')]).toEqual([0, 5]);
    expect(desk.desk.ledger('s').openOrders()).toEqual([]);
  });

  it('ends flat when an exit is on its way already', () => {
    const desk = quoted({ latencyUs: 10_000 });
    desk.decide(0, marketOrder(base('buy', 2)));
    desk.decide(20, marketOrder(base('sell', 2)));
    desk.decide(25, flatten({ instrument: 'ES', reason: 'enough' }));
    desk.kernel.advanceTo(at(100));
    expect(desk.position()).toBe(0);
  });

  it('leaves an exit alone that waits for the next trade', () => {
    const desk = makeDesk();
    desk.decide(0, marketOrder(base('buy', 2)));
    desk.trade(1, 5_000);
    desk.decide(2, marketOrder(base('sell', 2)));
    desk.decide(3, flatten({ instrument: 'ES', reason: 'enough' }));
    desk.trade(4, 5_001);
    desk.trade(5, 5_002);
    expect(desk.filled()).toEqual(['1 buy 2 @ 5000', '4 sell 2 @ 5001']);
  });

  it('ends flat when an entry is on its way, also while trading is halted', () => {
    const desk = quoted({ latencyUs: 10_000 });
    desk.decide(0, marketOrder(base('buy', 2)));
    desk.kernel.run(at(5), 0, () => {
      desk.desk.act('daily-loss', { kind: 'halt', reason: 'lost' });
      desk.desk.act('daily-loss', { kind: 'flatten', reason: 'lost' });
    });
    desk.kernel.advanceTo(at(100));
    expect(desk.filled()).toEqual(['10 buy 2 @ 5001', '15 sell 2 @ 4999']);
  });

  it('by a rule closes every strategy, and the halt lets nothing new in until it resumes', () => {
    const desk = quoted();
    desk.decide(1, marketOrder(base('buy', 2)), 'a');
    desk.decide(1, marketOrder(base('sell', 1)), 'b');
    desk.decide(1, rest(4_000), 'c');
    const act = (ms: number, kind: 'halt' | 'flatten' | 'resume'): void =>
      desk.kernel.run(at(ms), 0, () => desk.desk.act('daily-loss', { kind, reason: 'limit' }));
    act(2, 'halt');
    act(2, 'flatten');
    expect(desk.desk.account.openOrders()).toEqual([]);
    desk.decide(3, marketOrder(base('buy')), 'a');
    expect(desk.refusals()).toContain('daily-loss: trading is halted: limit');
    act(4, 'resume');
    desk.decide(5, marketOrder(base('buy')), 'a');
    expect(desk.position('a')).toBe(1);
  });
});

describe('tags', () => {
  it('name one working order of a strategy and instrument', () => {
    const desk = quoted();
    desk.decide(1, rest(4_000, 'entry'));
    desk.decide(2, rest(4_001, 'entry'));
    desk.decide(3, rest(4_002, 'entry'), 'other');
    expect(desk.refusals()).toEqual(["order-check: an order tagged 'entry' is already working"]);
    desk.decide(4, cancelOrders({ instrument: 'ES', tag: 'entry', reason: 'test' }));
    expect(desk.desk.account.openOrders().map(({ strategy }) => strategy)).toEqual(['other']);
    desk.decide(5, rest(4_003, 'entry'));
    expect(desk.desk.ledger('s').openOrders()).toHaveLength(1);
  });

  it('that nobody has are cancelled without effect', () => {
    const desk = quoted();
    desk.decide(1, rest(4_000, 'entry'));
    desk.decide(2, cancelOrders({ instrument: 'ES', tag: 'exit', reason: 'test' }));
    expect(desk.desk.account.openOrders()).toHaveLength(1);
    desk.decide(3, cancelOrders({ instrument: 'ES', reason: 'test' }));
    expect(desk.desk.account.openOrders()).toHaveLength(0);
  });
});

describe('an amend', () => {
  const amend = (change: { quantity?: number; price?: number; tag?: string }) =>
    amendOrder({ instrument: 'ES', tag: 'mine', reason: 'test', ...change });

  it.each([
    ["order-check: no working order tagged 'none' in ES", { tag: 'none' }],
    ['order-check: price 4000.1 is not a multiple of the tick size 0.25', { price: 4_000.1 }],
    ['order-check: quantity 0.5 is not a multiple of the lot size 1', { quantity: 0.5 }],
    ['order-check: quantity 0 is not above the 0 already filled', { quantity: 0 }],
  ])('is refused: %s', (refusal, change) => {
    const desk = quoted();
    desk.decide(1, rest(4_000, 'mine'));
    desk.decide(2, amend(change));
    expect(desk.refusals()).toEqual([refusal]);
    expect(desk.desk.account.openOrders()).toMatchObject([{ quantity: 1, price: 4_000 }]);
  });

  it('asks the rules about what it adds, and is not reduced', () => {
    const desk = quoted();
    const asked: number[] = [];
    desk.risk.rules = [
      {
        name: 'rule',
        review: ({ order }) => {
          asked.push(order.quantity);
          return order.quantity > 5 ? refuse(order, 'no') : order.quantity > 2 ? reduce(2, 'two') : approve(order);
        },
      },
    ];
    desk.decide(1, rest(4_000, 'mine'));
    desk.decide(2, amend({ quantity: 8 }));
    desk.decide(3, amend({ quantity: 5 }));
    desk.decide(4, amend({ quantity: 3 }));
    desk.decide(5, amend({ quantity: 2, price: 4_010 }));
    expect(asked).toEqual([1, 7, 4, 2]);
    expect(desk.refusals()).toEqual(['rule: no', 'rule: the amend would be reduced']);
    expect(desk.desk.account.openOrders()).toMatchObject([{ quantity: 2, price: 4_010 }]);
  });
});
