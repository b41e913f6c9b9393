import { describe, expect, it } from 'vitest';
import { Bar, targetPosition } from '#core';
import { testStrategy } from '#core/testing';
import smaCross from '../../strategies/sma-cross.ts';
import { strategyContract } from '../contracts/strategy-contract.ts';

const short = { fast: 2, slow: 3 };

strategyContract(smaCross, {
  options: short,
  badOptions: [{ fast: 0 }, { fast: 21, slow: 9 }, { timeframe: '7m' }, { quantity: -1 }, { side: 'short' }],
  scenario: (test) => void test.bars('ES', '1m', [4, 3, 2, 5, 6, 1, 0]),
});

describe('sma-cross', () => {
  it('turns long and short where the averages cross', () => {
    const test = testStrategy(smaCross, { ...short, quantity: 2 });
    // By hand, fast − slow from the third bar on: 2.5 − 3, 3.5 − 3.33 (up), 5.5 − 4.33, 3.5 − 4 (down)
    test.bars('ES', '1m', [4, 3, 2, 5, 6, 1]);
    expect(test.decisions).toEqual([
      targetPosition({ instrument: 'ES', quantity: 2, reason: 'SMA 2 crossed SMA 3 upwards on 1m' }),
      targetPosition({ instrument: 'ES', quantity: -2, reason: 'SMA 2 crossed SMA 3 downwards on 1m' }),
    ]);
    // Bars close at the end of their minute: the fourth and the sixth.
    expect(test.timeline.map(({ at }) => at)).toEqual([240_000, 360_000]);
  });

  it('goes flat instead of short when it may only be long', () => {
    const test = testStrategy(smaCross, { ...short, side: 'long' }).bars('ES', '1m', [4, 3, 2, 5, 6, 1, 1]);
    expect(test.decisions.map((decision) => decision.kind === 'target' && decision.quantity)).toEqual([1, 0]);
    expect(test.position('ES').quantity).toBe(0);
    expect(test.fills.map(({ side, price }) => [side, price])).toEqual([
      ['buy', 6],
      ['sell', 1],
    ]);
  });

  it('takes averages that are equal on paper for a tie, not for a cross', () => {
    const setup = { instruments: [{ symbol: 'X', tickSize: 0.1 }] };
    // By hand, fast against slow: 0.65 and 0.667, 0.7 and 0.7, 0.6 and 0.6, 0.4 and 0.533: below, two ties, below.
    // In floating point (0.6 + 0.8) ÷ 2 is above (0.7 + 0.6 + 0.8) ÷ 3.
    const test = testStrategy(smaCross, short, setup).bars('X', '1m', [0.7, 0.7, 0.6, 0.8, 0.4, 0.4]);
    expect(test.decisions).toEqual([]);
  });

  it('warms up on history and decides nothing about the past', () => {
    const past = (count: number, until: number) =>
      [4, 3, 2, 5, 6, 1].slice(-count).map((close, index, all) => {
        const start = until - (all.length - index) * 60_000;
        return new Bar('ES', '1m', start, start + 60_000, close, close, close, close, 1, 1);
      });
    const test = testStrategy(smaCross, short, { history: ({ count, until }) => past(count, until) });
    expect(test.decisions).toEqual([]);
    // The last known side is down, from history, so the first live bar can already be a cross.
    test.bars('ES', '1m', [20]);
    expect(test.decisions).toHaveLength(1);
  });

  it('trades every instrument, or only those that it is given', () => {
    const setup = { instruments: [{ symbol: 'ES' }, { symbol: 'NQ' }] };
    const closes = [4, 3, 2, 5];
    const feed = (options: object) =>
      testStrategy(smaCross, { ...short, ...options }, setup)
        .bars('ES', '1m', closes)
        .bars('NQ', '1m', closes)
        .decisions.map(({ instrument }) => instrument);
    expect(feed({})).toEqual(['ES', 'NQ']);
    expect(feed({ instruments: ['NQ'] })).toEqual(['NQ']);
  });
});
