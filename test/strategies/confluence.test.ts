import { describe, expect, it } from 'vitest';
import { Bar, type HistoryRequest } from '#core';
import { testStrategy } from '#core/testing';
import confluence from '../../strategies/confluence.ts';
import { strategyContract } from '../contracts/strategy-contract.ts';

const small = { timeframes: ['1m', '2m'], trend: 2, momentum: 2 };
const rising = Array.from({ length: 12 }, (_, index) => 100 + index);
const falling = Array.from({ length: 12 }, (_, index) => 111 - index);

strategyContract(confluence, {
  options: small,
  badOptions: [
    { timeframes: [] },
    { timeframes: ['1m', '1m'] },
    { timeframes: ['1x'] },
    { agreement: 50 },
    { trend: 0 },
  ],
  scenario: (test) => void test.bars('ES', '1m', [...rising, ...falling]),
});

describe('confluence', () => {
  it('acts once when all agree, and says how the vote went', () => {
    const test = testStrategy(confluence, { ...small, quantity: 3 }).bars('ES', '1m', rising);
    expect(test.decisions).toEqual([
      {
        kind: 'target',
        instrument: 'ES',
        quantity: 3,
        reason: '4 of 4 votes up, trend and momentum: 1m ++, 2m ++',
      },
    ]);
  });

  it('knows the slower bar that closes at the same instant', () => {
    const test = testStrategy(confluence, small).bars('ES', '1m', rising);
    // RSI 2 of the 2-minute bars needs three of them: warm at minute 6, and the 1-minute bar of minute 6 asks.
    expect(test.timeline.map(({ at }) => at)).toEqual([6 * 60_000]);
  });

  it('knows it too when a trade closes both bars before the clock does', () => {
    const byTrades = testStrategy(confluence, small);
    const letters = Object.fromEntries([...'abcdefghijkl'].map((letter, index) => [letter, 100 + index]));
    // One trade at the start of every minute; each letter lets one millisecond pass.
    byTrades.trades('ES', [...'abcdefghijkl'].join(' 59999ms '), letters);
    byTrades.advance('1ms');
    expect(byTrades.timeline.map(({ at }) => at)).toEqual([6 * 60_000]);
  });

  it('keeps its side until enough votes are for the other', () => {
    const test = testStrategy(confluence, { ...small, agreement: 100 }).bars('ES', '1m', [
      ...rising,
      110,
      111,
      ...falling,
    ]);
    expect(test.decisions.map((decision) => decision.kind === 'target' && decision.quantity)).toEqual([1, -1]);
  });

  it.each([
    // By hand: 1m up on both counts, 2m trend up but RSI below 50 → 3 of 4 votes.
    { agreement: 75, decided: 1 },
    { agreement: 76, decided: 0 },
  ])('counts three of four votes as 75 % ($agreement % asked)', ({ agreement, decided }) => {
    // 2-minute closes 100, 90, 92: above their mean of two, RSI 2 ÷ (10 + 2) = 16.7. 1-minute closes end 89, 90 91, 92.
    const test = testStrategy(confluence, { ...small, agreement }).bars('ES', '1m', [100, 100, 89, 90, 91, 92]);
    expect(test.decisions).toHaveLength(decided);
  });

  it('counts a vote for neither side as one that does not agree', () => {
    const test = testStrategy(confluence, { ...small, timeframes: ['1m'], agreement: 60 });
    // Close on its own average of 2: trend votes for neither; RSI of +4 then 0 is 100. One of two votes is not 60 %.
    test.bars('ES', '1m', [96, 100, 100]);
    expect(test.decisions).toEqual([]);
  });

  it('votes without the slow ones when it need not wait for them', () => {
    const waiting = testStrategy(confluence, { ...small, timeframes: ['1m', '1h'] }).bars('ES', '1m', rising);
    const early = testStrategy(confluence, { ...small, timeframes: ['1m', '1h'], requireAll: false });
    early.bars('ES', '1m', rising);
    expect(waiting.decisions).toEqual([]);
    expect(early.decisions).toHaveLength(1);
  });

  it('asks on bars of the shortest timeframe only, however the list is ordered', () => {
    const test = testStrategy(confluence, { ...small, timeframes: ['2m', '1m'] }).bars('ES', '1m', rising);
    expect(test.timeline.map(({ at }) => at)).toEqual([6 * 60_000]);
  });

  it('warms up on history and decides nothing about the past', () => {
    const minute = 60_000;
    const history = ({ timeframe, until, count }: HistoryRequest) =>
      Array.from({ length: count }, (_, index) => {
        const length = timeframe === '1m' ? minute : 2 * minute;
        const start = until - (count - index) * length;
        const close = 50 + index;
        return new Bar('ES', timeframe, start, start + length, close, close, close, close, 1, 1);
      });
    const test = testStrategy(confluence, small, { history }).advance('30s');
    expect(test.decisions).toEqual([]);
    test.bars('ES', '1m', [60]);
    expect(test.timeline.map(({ at }) => at)).toEqual([2 * minute]);
  });
});
