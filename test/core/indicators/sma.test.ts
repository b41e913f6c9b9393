import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sma, sma } from '#core';
import { indicatorContract } from '../../contracts/indicator-contract.ts';
import { gridPrice, mean, valuesFrom } from '../../helpers/series.ts';

indicatorContract('sma', {
  create: () => new Sma(7),
  input: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  bad: [Number.NaN, Infinity, -Infinity],
  naive: (series) => (series.length < 7 ? undefined : mean(series.slice(-7))),
});

indicatorContract('sma with a tick size', {
  create: () => new Sma(5, { tickSize: 0.25 }),
  input: gridPrice,
  bad: [Number.NaN, Infinity, -Infinity],
  naive: (series) => (series.length < 5 ? undefined : mean(series.slice(-5))),
});

describe('sma', () => {
  it('is the mean of the last inputs', () => {
    // By hand: (1 + 2 + 3) ÷ 3 = 2, then (2 + 3 + 7) ÷ 3 = 4
    expect(valuesFrom(new Sma(3), [1, 2, 3, 7])).toEqual([undefined, undefined, 2, 4]);
    expect(valuesFrom(new Sma(1), [5, 6])).toEqual([5, 6]);
  });

  it('compares averages that are equal on paper as equal, whatever came before', () => {
    // Cents: 10 × 0.1 = 1.0, in floating point 0.9999999999999999. Both windows below hold 60 cents over 3 or 6 prices.
    const short = new Sma(3, { tickSize: 0.01 });
    const long = new Sma(6, { tickSize: 0.01 });
    for (const price of [0.07, 1.13, 0.29, 0.1, 0.3, 0.2, 0.3, 0.1, 0.2]) {
      short.update(price);
      long.update(price);
    }
    expect(short.value).toBe(0.2);
    expect(long.value).toBe(0.2);
  });

  it('depends on nothing but the window when it has a tick size', () => {
    const cents = fc.integer({ min: 1, max: 10_000_000 }).map((n) => n / 100);
    fc.assert(
      fc.property(
        fc.array(cents, { maxLength: 60 }),
        fc.array(cents, { minLength: 9, maxLength: 9 }),
        (history, window) => {
          const used = new Sma(9, { tickSize: 0.01 });
          const fresh = new Sma(9, { tickSize: 0.01 });
          for (const price of [...history, ...window]) used.update(price);
          for (const price of window) fresh.update(price);
          expect(used.value).toBe(fresh.value);
          const sumOfCents = window.reduce((sum, price) => sum + Math.round(price * 100), 0);
          expect(used.value).toBe(sumOfCents / 9 / 100);
        },
      ),
    );
  });

  it('sheds the rounding errors of fractional inputs once per window', () => {
    const average = new Sma(4);
    // Without the fresh sum, 0.1 is lost while 1e17 is in the window and never comes back.
    for (const value of [1e17, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) average.update(value);
    expect(average.value).toBeCloseTo(0.1, 12);
  });

  it('refuses a period that is not a whole number where it is written', () => {
    for (const period of [0, -1, 2.5, Number.NaN]) {
      expect(() => sma(period)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
    }
  });

  it('takes an instrument for its tick size', () => {
    const average = sma(2, { tickSize: 0.25 }).create();
    expect(valuesFrom(average, [4000.25, 4000.75])).toEqual([undefined, 4000.5]);
  });

  it('does not continue in ticks what was summed in prices', () => {
    const inTicks = new Sma(3, { tickSize: 0.25 });
    expect(() => inTicks.restore(new Sma(3).snapshot())).toThrow(
      expect.objectContaining({ code: 'INDICATOR_BAD_SNAPSHOT' }),
    );
  });
});
