import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridGuess } from '../../../../core/cli/import/grid-guess.ts';

function guess(values: readonly string[]): GridGuess {
  const grid = new GridGuess();
  for (const value of values) grid.add(value);
  return grid;
}

const walk = (step: number, decimals: number): string[] =>
  Array.from({ length: 30 }, (_, i) => (5000 + ((i * 7) % 30) * step).toFixed(decimals));

describe('GridGuess', () => {
  it.each([
    [0.25, 2],
    [0.1, 2],
    [0.1, 8],
    [5, 0],
    [0.03125, 5],
  ])('finds a step of %f in prices written with %i decimals', (step, decimals) => {
    expect(guess(walk(step, decimals)).step()).toBe(step);
  });

  it('trusts no divisor of a few prices, only their decimals', () => {
    expect(guess(['9682', '9684']).step()).toBe(1);
    expect(guess(['9682.50', '9684.25']).step()).toBe(0.01);
    expect(guess([]).step()).toBeUndefined();
  });

  it('finds round lots of 100 to be made of single shares', () => {
    expect(guess(walk(100, 0)).decimalStep()).toBe(1);
    expect(guess(['0.014', '2.5']).decimalStep()).toBe(0.001);
  });

  it('gives a step that every price is a multiple of', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 60 }), (cents) => {
        const step = Math.round((guess(cents.map((value) => (value / 100).toFixed(2))).step() ?? Number.NaN) * 100);
        for (const value of cents) expect(value % step).toBe(0);
      }),
    );
  });
});
