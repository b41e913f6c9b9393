import { EMPTY, map, merge, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStrategy, flatten, limitOrder, marketOrder, type StrategyContext } from '#core';
import { testStrategy } from '#core/testing';
import { parseMarbles } from '../../../core/testing/marbles.ts';

const options = z.strictObject({});
type Create = (context: StrategyContext<z.output<typeof options>>) => ReturnType<typeof buyer.create>;
const buyer = defineStrategy({
  type: 'buyer',
  summary: 'Buys at every trade.',
  options,
  create: ({ market }) =>
    market.trades('ES').pipe(map(() => marketOrder({ instrument: 'ES', side: 'buy', quantity: 1, reason: 'a trade' }))),
});
const strategy = (create: Create) => defineStrategy({ type: 'own', summary: 'Own.', options, create });

describe('testStrategy', () => {
  it('runs a marble diagram of trades on the run’s clock and fills at the next trade', () => {
    const test = testStrategy(buyer, {}).trades('ES', 'a 5s b', { a: 5000, b: { price: 5000.5, size: 2 } });
    expect(test.timeline.map(({ at }) => at)).toEqual([0, 5001]);
    expect(test.fills).toMatchObject([{ price: 5000.5, quantity: 1, side: 'buy' }]);
    expect(test.position('ES')).toMatchObject({ quantity: 1, averagePrice: 5000.5 });
  });

  it('fills at the quote when there is one', () => {
    const test = testStrategy(buyer, {}).quote('ES', 4999.75, 5000.25).trades('ES', 'a', { a: 5000 });
    expect(test.fills).toMatchObject([{ price: 5000.25 }]);
  });

  it('makes bars of closes and of whole bars, each on its boundary', () => {
    const seen: unknown[] = [];
    const watch = strategy(({ market }) =>
      market.bars('ES', '5m').pipe(
        map((bar) => seen.push([bar.start - Date.UTC(2024, 0, 2), bar.open, bar.high, bar.low, bar.close, bar.volume])),
        map(() => flatten({ instrument: 'ES', reason: 'seen' })),
      ),
    );
    testStrategy(watch, {})
      .advance('1m')
      .bars('ES', '5m', [5000, { open: 5001, high: 5003, low: 4990, close: 5002, volume: 8 }]);
    expect(seen).toEqual([
      [300_000, 5000, 5000, 5000, 5000, 4],
      [600_000, 5001, 5003, 4990, 5002, 8],
    ]);
  });

  it('throws what the strategy throws, from the call that made it', () => {
    const failing = strategy(({ clock }) => clock.every('1m').pipe(map(() => JSON.parse('nonsense'))));
    const test = testStrategy(failing, {}).advance('59s');
    expect(() => test.advance('1s')).toThrow(SyntaxError);
    expect(() =>
      testStrategy(
        strategy(() => throwError(() => new Error('at once'))),
        {},
      ),
    ).toThrow('at once');
  });

  it('checks the options by the schema', () => {
    expect(() => testStrategy(buyer, { contracts: 1 } as never)).toThrow(z.ZodError);
  });

  it('follows working orders and equity through the account', () => {
    const seen: string[] = [];
    const watch = strategy(({ market, account }) =>
      merge(
        market
          .trades('ES')
          .pipe(map(() => limitOrder({ instrument: 'ES', side: 'buy', quantity: 1, price: 4990, reason: 'dip' }))),
        account
          .orders()
          .pipe(map((order) => void seen.push(order.status)))
          .pipe(map(() => flatten({ instrument: 'NQ', reason: 'none' }))),
      ),
    );
    const setup = { instruments: [{ symbol: 'ES' }, { symbol: 'NQ' }] };
    testStrategy(watch, {}, setup).trades('ES', 'a 1s b', { a: 5000, b: 4989 });
    expect(seen).toContain('working');
    expect(seen).toContain('filled');
  });

  it('stops and starts again', () => {
    const test = testStrategy(buyer, {}).trades('ES', 'a', { a: 1 }).stop().trades('ES', 'a', { a: 2 });
    expect(test.decisions).toHaveLength(1);
    expect(test.restart().trades('ES', 'a', { a: 3 }).decisions).toHaveLength(2);
    expect(
      testStrategy(
        strategy(() => EMPTY),
        {},
      ).demand,
    ).toEqual([]);
  });

  it('refuses a letter without a price', () => {
    expect(() => testStrategy(buyer, {}).trades('ES', 'ab', { a: 1 })).toThrow(
      expect.objectContaining({ code: 'TEST_BAD_MARBLES' }),
    );
  });
});

describe('parseMarbles', () => {
  it('reads letters, pauses, times and groups as RxJS does in run mode', () => {
    expect(parseMarbles('-a--b 1s c(de)f')).toEqual([
      { at: 1, letter: 'a' },
      { at: 4, letter: 'b' },
      { at: 1005, letter: 'c' },
      { at: 1006, letter: 'd' },
      { at: 1006, letter: 'e' },
      { at: 1010, letter: 'f' },
    ]);
  });

  it('refuses what is not a diagram', () => {
    expect(() => parseMarbles('a|')).toThrow(expect.objectContaining({ code: 'TEST_BAD_MARBLES' }));
  });
});
