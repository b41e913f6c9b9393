import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bollinger, bollinger, Sma } from '#core';
import { indicatorContract } from '../../contracts/indicator-contract.ts';
import { gridPrice, mean, valuesFrom } from '../../helpers/series.ts';

const naive = (series: readonly number[]) => {
  if (series.length < 6) return undefined;
  const window = series.slice(-6);
  const middle = mean(window);
  const distance = 2 * Math.sqrt(mean(window.map((value) => (value - middle) ** 2)));
  return { upper: middle + distance, middle, lower: middle - distance };
};

indicatorContract('bollinger', {
  create: () => new Bollinger({ period: 6 }),
  // Integers around zero, the series that technicalindicators gets wrong.
  input: fc.integer({ min: -9, max: 9 }),
  bad: [Number.NaN, Infinity, -Infinity],
  naive,
});

indicatorContract('bollinger with a tick size', {
  create: () => new Bollinger({ period: 6, tickSize: 0.25 }),
  input: gridPrice,
  bad: [Number.NaN, Infinity, -Infinity],
  naive,
});

describe('bollinger', () => {
  it('puts the bands at population standard deviations', () => {
    // By hand: 2 4 4 4 5 5 7 9 have mean 5 and population deviation 2
    const bands = valuesFrom(new Bollinger({ period: 8, deviations: 1.5 }), [2, 4, 4, 4, 5, 5, 7, 9]).at(-1);
    expect(bands).toEqual({ upper: 8, middle: 5, lower: 2 });
  });

  it('keeps its digits when a large price moves by one tick', () => {
    // By hand: half at p, half at p + 0.01 have deviation 0.005
    const prices = Array.from({ length: 1_000 }, (_, index) => 1_000_000 + (index % 2) / 100);
    const bands = valuesFrom(new Bollinger({ period: 20, deviations: 1 }), prices).at(-1);
    expect(bands?.upper).toBeCloseTo(1_000_000.01, 8);
    expect(bands?.lower).toBeCloseTo(1_000_000, 8);
  });

  it.each([0, 1, 2, 3])(
    'closes the bands on a flat price once far ones have left the window (%i inputs late)',
    (late) => {
      const bands = new Bollinger({ period: 5, deviations: 1 });
      valuesFrom(bands, Array<number>(late).fill(1.1));
      const values = valuesFrom(bands, [1.1e9, 3.3e9, 2.7e9, 9.1e9, 5.3e9, 7.7, 7.7, 7.7, 7.7, 7.7, 7.7, 7.7]);
      // The first of the flat windows ends at the tenth input; what has left it may not count.
      expect(values.at(-1)).toEqual({ upper: 7.7, middle: 7.7, lower: 7.7 });
      expect(values.at(-2)).toEqual({ upper: 7.7, middle: 7.7, lower: 7.7 });
    },
  );

  it('has the simple average of the same tick size in its middle, to the bit', () => {
    const cents = fc.array(
      fc.integer({ min: 1, max: 10_000_000 }).map((n) => n / 100),
      { minLength: 7, maxLength: 40 },
    );
    fc.assert(
      fc.property(cents, (prices) => {
        const middle = valuesFrom(new Bollinger({ period: 7, tickSize: 0.01 }), prices).at(-1)?.middle;
        expect(middle).toBe(valuesFrom(new Sma(7, { tickSize: 0.01 }), prices).at(-1));
      }),
    );
  });

  it('refuses a distance that is not above 0', () => {
    for (const deviations of [0, -1, Number.NaN]) {
      expect(() => bollinger({ deviations })).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
    }
  });
});
