import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ema } from '#core';
import { indicatorContract } from '../../contracts/indicator-contract.ts';
import { smoothed, valuesFrom } from '../../helpers/series.ts';

indicatorContract('ema', {
  create: () => new Ema(6),
  input: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  bad: [Number.NaN, Infinity, -Infinity],
  naive: (series) => smoothed(series, 6, 2 / 7),
});

describe('ema', () => {
  it('starts from the simple mean and moves by 2 ÷ (period + 1)', () => {
    // By hand: (2 + 4 + 6) ÷ 3 = 4, then 4 + (8 − 4) ÷ 2 = 6, then 6 + (2 − 6) ÷ 2 = 4
    expect(valuesFrom(new Ema(3), [2, 4, 6, 8, 2])).toEqual([undefined, undefined, 4, 6, 4]);
  });

  it('takes the forming bar back and forth without trace', () => {
    const average = new Ema(3);
    valuesFrom(average, [2, 4, 6, 100]);
    expect(average.replace(8)).toBe(6);
    expect(average.update(2)).toBe(4);
  });
});
