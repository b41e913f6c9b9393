import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Macd, macd } from '#core';
import { indicatorContract } from '../../contracts/indicator-contract.ts';
import { smoothed, valuesFrom } from '../../helpers/series.ts';

/** The fast average starts so late that both have their first value at the same input. */
const lineAt = (series: readonly number[], end: number): number =>
  (smoothed(series.slice(6 - 3, end), 3, 2 / 4) ?? 0) - (smoothed(series.slice(0, end), 6, 2 / 7) ?? 0);

indicatorContract('macd', {
  create: () => new Macd({ fast: 3, slow: 6, signal: 4 }),
  input: fc.double({ min: 1, max: 1e5, noNaN: true }),
  bad: [Number.NaN, Infinity, -Infinity],
  naive: (series) => {
    if (series.length < 9) return undefined;
    const line = Array.from({ length: series.length - 5 }, (_, index) => lineAt(series, index + 6));
    const signal = smoothed(line, 4, 2 / 5) ?? 0;
    const last = line.at(-1) ?? 0;
    return { macd: last, signal, histogram: last - signal };
  },
});

describe('macd', () => {
  it('starts both averages on the same input', () => {
    // By hand, 1/2/1 on 4 6 11: fast is the input itself; slow (4 + 6) ÷ 2 = 5, then 5 + (11 − 5) × 2 ÷ 3 = 9
    expect(valuesFrom(new Macd({ fast: 1, slow: 2, signal: 1 }), [4, 6, 11])).toEqual([
      undefined,
      { macd: 1, signal: 1, histogram: 0 },
      { macd: 2, signal: 2, histogram: 0 },
    ]);
  });

  it('gives 0 for all three while prices stand still', () => {
    const values = valuesFrom(new Macd(), Array<number>(40).fill(250));
    expect(values.at(-1)).toEqual({ macd: 0, signal: 0, histogram: 0 });
  });

  it('refuses a fast period that is not below the slow one', () => {
    expect(() => macd({ fast: 26, slow: 12 })).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
    expect(() => macd({ fast: 12, slow: 12 })).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
  });
});
