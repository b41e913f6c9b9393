import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTo, type BarValues, rsi, Universe } from '#core';
import { barValues, gridPrice } from '../../helpers/series.ts';
import { EVERY_BAR_FORMULA, EVERY_NUMBER_FORMULA } from './every-formula.ts';

interface Formula<In> {
  readonly create: () => { readonly value: unknown; update(input: In): unknown; replace(input: In): unknown };
}

/** Steps for three instruments in any order give what an indicator for each of them gives. */
function equalsOneEach<In extends number | BarValues>(formula: Formula<In>, input: fc.Arbitrary<In>): void {
  const step = fc.record({ index: fc.integer({ min: 0, max: 2 }), input, again: fc.option(input, { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const universe = new Universe(formula as never, 3) as Universe<In, unknown>;
      const each = [formula.create(), formula.create(), formula.create()] as const;
      for (const { index, input: first, again } of steps) {
        const own = each[index as 0 | 1 | 2];
        expect(universe.update(index, first)).toEqual(own.update(first));
        if (again !== undefined) expect(universe.replace(index, again)).toEqual(own.replace(again));
        each.forEach((one, other) => {
          expect(universe.value(other)).toEqual(one.value);
        });
      }
    }),
    { numRuns: 5 },
  );
}

describe('a universe', () => {
  it.each(EVERY_NUMBER_FORMULA.map((formula) => [formula.create().name, formula] as const))(
    'of %s gives what one indicator per instrument gives',
    (_, formula) => equalsOneEach(formula, gridPrice),
  );

  it.each(EVERY_BAR_FORMULA.map((formula) => [formula.create().name, formula] as const))(
    'of %s gives what one indicator per instrument gives',
    (_, formula) => equalsOneEach(formula, barValues),
  );

  it('takes formulas that keep more than a row', () => {
    equalsOneEach(
      applyTo((bar) => bar.volume, rsi(3)),
      barValues,
    );
  });

  it('continues from a snapshot, and refuses one of another size', () => {
    const universe = new Universe(rsi(2), 2);
    for (const price of [5, 7, 6, 8]) universe.update(1, price);
    const resumed = new Universe(rsi(2), 2);
    resumed.restore(JSON.parse(JSON.stringify(universe.snapshot())));
    expect(resumed.value(1)).toBe(universe.value(1));
    expect(resumed.value(0)).toBeUndefined();
    expect(resumed.update(1, 7)).toBe(universe.update(1, 7));
    expect(() => new Universe(rsi(2), 3).restore(universe.snapshot())).toThrow(
      expect.objectContaining({ code: 'INDICATOR_BAD_SNAPSHOT' }),
    );
  });

  it('refuses an instrument that it has no place for', () => {
    const universe = new Universe(rsi(2), 2);
    for (const index of [-1, 2, Number.NaN]) {
      expect(() => universe.update(index, 1)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
    }
  });
});
