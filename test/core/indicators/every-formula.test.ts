import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarValues, RevisableIndicator } from '#core';
import { behaviourContract } from '../../contracts/indicator-contract.ts';
import { barValues, gridPrice } from '../../helpers/series.ts';
import { EVERY_BAR_FORMULA, EVERY_NUMBER_FORMULA, POSITIVE_ONLY } from './every-formula.ts';

const bar = (high: number, low: number, close: number, volume = 1): BarValues => ({
  open: close,
  high,
  low,
  close,
  volume,
});
const badNumbers = [Number.NaN, Infinity, -Infinity];
const badBars = [bar(Number.NaN, 1, 1), bar(1, -Infinity, 1), bar(2, 1, Number.NaN), bar(2, 1, 1, Number.NaN)];

for (const recipe of [...EVERY_NUMBER_FORMULA, ...POSITIVE_ONLY]) {
  behaviourContract(recipe.create().name, { create: recipe.create, input: gridPrice, bad: badNumbers });
}
// With a range and some volume: without, some formulas have nothing to divide by, which has its own tests below.
const lively = barValues.map((each) => ({ ...each, high: each.high + 0.25, volume: each.volume + 1 }));
for (const recipe of EVERY_BAR_FORMULA) {
  const { name } = recipe.create();
  // A fractal need not come at the first chance.
  behaviourContract(name, { create: recipe.create, input: lively, bad: badBars, sure: !name.startsWith('fractal') });
}

/** Small whole numbers around zero, with runs: every kind of tie, zero and division by nothing. */
const rough = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: 1, max: 6 })), { maxLength: 40 });
const numbers = rough.map((runs) => runs.flatMap(([value, length]) => Array<number>(length).fill(value)));
const bars = numbers.map((closes) =>
  closes.map((close, index) => bar(close + (index % 3), close - ((index * 7) % 2), close, index % 4)),
);

function neverNotANumber<In>(indicator: RevisableIndicator<In, unknown>, inputs: readonly In[]): void {
  for (const input of inputs) {
    const value = indicator.update(input);
    const parts = typeof value === 'object' && value !== null ? Object.values(value) : [value];
    for (const part of parts) expect(part === undefined || Number.isFinite(part), `${part}`).toBe(true);
  }
}

/** Trading as usual after whatever came before; long enough for every average to forget. */
const usual = Array.from({ length: 1_200 }, (_, index) => 100 + Math.sin(index / 7) + ((index * 13) % 5) / 4);
const usualBars = usual.map((close, index) => bar(close + (index % 3), close - (index % 2), close, 1 + (index % 4)));

describe('on zeros, negatives, ties and standing prices', () => {
  it.each(EVERY_NUMBER_FORMULA.map((recipe) => [recipe.create().name, recipe] as const))(
    '%s gives finite numbers or nothing, and is well afterwards',
    (_, { create }) => {
      fc.assert(
        fc.property(numbers, (inputs) => {
          neverNotANumber(create(), inputs);
        }),
        { numRuns: 30 },
      );
      const hurt = create();
      neverNotANumber(hurt, [...Array<number>(40).fill(0), ...Array<number>(40).fill(-3), ...usual]);
      expect(hurt.value).toBeDefined();
    },
  );

  it.each(EVERY_BAR_FORMULA.map((recipe) => [recipe.create().name, recipe] as const))(
    '%s gives finite numbers or nothing, and is well afterwards',
    (_, { create }) => {
      fc.assert(
        fc.property(bars, (inputs) => {
          neverNotANumber(create(), inputs);
        }),
        { numRuns: 30 },
      );
      const hurt = create();
      neverNotANumber(hurt, [...Array<BarValues>(40).fill(bar(0, 0, 0, 0)), ...usualBars]);
      expect(hurt.value).toBeDefined();
    },
  );

  it('refuses prices of 0 and below where a formula divides by their ratio', () => {
    for (const recipe of POSITIVE_ONLY) {
      const indicator = recipe.create();
      for (const wrong of [0, -1]) {
        expect(() => indicator.update(wrong)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' }));
      }
      expect(indicator.update(5)).toBe(5);
    }
  });
});
