import { describe, expect, it } from 'vitest';
import { Atr, type BarValues } from '#core';
import { indicatorContract } from '../../contracts/indicator-contract.ts';
import { barValues, smoothed, valuesFrom } from '../../helpers/series.ts';

const bar = (high: number, low: number, close: number): BarValues => ({ open: close, high, low, close, volume: 1 });

indicatorContract('atr', {
  create: () => new Atr(4),
  input: barValues,
  bad: [bar(Number.NaN, 1, 1), bar(1, -Infinity, 1), bar(2, 1, Number.NaN)],
  naive: (bars) => {
    const ranges = bars.slice(1).map(({ high, low }, index) => {
      const before = bars[index]?.close ?? 0;
      return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    });
    return smoothed(ranges, 4, 1 / 4);
  },
});

describe('atr', () => {
  it('counts gaps from the close before', () => {
    // By hand, period 2: ranges 3 (11 to 8 against close 8), 4 (gap from 9 up to 13), mean 3.5; then 1, so 3.5 − 2.5 ÷ 2
    const bars = [bar(10, 7, 8), bar(11, 9, 9), bar(13, 12, 13), bar(13, 12, 12)];
    expect(valuesFrom(new Atr(2), bars)).toEqual([undefined, undefined, 3.5, 2.25]);
  });
});
