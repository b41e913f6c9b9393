import { describe, expect, it } from 'vitest';
import { flatten, targetPosition } from '#core';
import { testStrategy } from '#core/testing';
import quietMarket from '../../strategies/quiet-market.ts';
import { strategyContract } from '../contracts/strategy-contract.ts';

const options = { quiet: '5s', probe: '10s' };
const prices = { a: 5000, b: 5001, c: 4999 };

strategyContract(quietMarket, {
  options,
  badOptions: [{ quiet: 5 }, { quiet: 'soon' }, { quantity: 0 }],
  scenario: (test) => void test.trades('ES', 'a 4s b 5s c 2s b 1m c', prices).advance('20s'),
});

describe('quiet-market', () => {
  it('follows the last change when it probes, and flattens when no trade has come for the quiet time', () => {
    const test = testStrategy(quietMarket, { ...options, quantity: 2 });
    test.trades('ES', 'a 8s b 3s b', prices).advance('9s');
    expect(test.timeline).toEqual([
      {
        at: 10_000,
        decision: targetPosition({ instrument: 'ES', quantity: 2, reason: 'the last price change was up' }),
      },
      // The last trade came at 11,002 ms.
      { at: 16_002, decision: flatten({ instrument: 'ES', reason: 'no trade for 5 s' }) },
    ]);
    expect(test.fills.map(({ side, price }) => [side, price])).toEqual([['buy', 5001]]);
  });

  it('takes an unchanged price for no change', () => {
    const test = testStrategy(quietMarket, options).trades('ES', 'b 5s c 1s c 2s c', prices).advance('2s');
    expect(test.decisions).toEqual([
      targetPosition({ instrument: 'ES', quantity: -1, reason: 'the last price change was down' }),
    ]);
  });

  it('does not probe a quiet market, nor before a price has changed', () => {
    expect(testStrategy(quietMarket, options).trades('ES', 'a 1s b', prices).advance('15s').decisions).toEqual([]);
    expect(testStrategy(quietMarket, options).trades('ES', '8s a 1s a', prices).advance('15s').decisions).toEqual([]);
  });

  it('flattens once per lull, and not at all without a position', () => {
    const test = testStrategy(quietMarket, { ...options, probe: '1h' })
      .trades('ES', 'a 1s b', prices)
      .advance('1m');
    expect(test.decisions).toEqual([]);
  });
});
