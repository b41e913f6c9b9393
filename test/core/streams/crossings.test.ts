import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { crossings } from '#core';
import { collect } from '../../helpers/collect.ts';

/** Crossings of a series over 0, as `index:direction`. */
const over0 = (...values: number[]): string[] =>
  collect(
    from(values.map((value, index) => ({ value, index }))).pipe(
      crossings(
        (event) => event.value,
        () => 0,
      ),
    ),
  ).map(({ index, crossing }) => `${index}:${crossing}`);

describe('crossings', () => {
  it('emits the event at which the first series is on the other side', () => {
    expect(over0(-1, 2, 3, -4, 5)).toEqual(['1:up', '3:down', '4:up']);
  });

  it('does not count the side at the start', () => {
    expect(over0(5, 6)).toEqual([]);
    expect(over0(0, 5, 6)).toEqual([]);
  });

  it('counts a tie once, when the series has come out on the other side', () => {
    expect(over0(-1, 0, 0, 1)).toEqual(['3:up']);
    expect(over0(1, 0, 1, 0, -1)).toEqual(['4:down']);
  });

  it('ignores values that cannot be compared', () => {
    expect(over0(-1, Number.NaN, -1, Number.NaN, 1)).toEqual(['4:up']);
  });

  it('starts afresh with every subscription', () => {
    const stream$ = from([{ value: -1 }, { value: 1 }]).pipe(
      crossings(
        (event) => event.value,
        () => 0,
      ),
    );
    expect(collect(stream$)).toEqual(collect(stream$));
  });

  it('alternates, whatever the series', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 2 })), (values) => {
        const directions = over0(...values).map((text) => text.split(':')[1]);
        for (const [index, direction] of directions.entries()) expect(direction).not.toBe(directions[index - 1]);
        // Out of the series without its ties: one crossing per change of sign.
        const signs = values.filter((value) => value !== 0).map(Math.sign);
        expect(directions).toHaveLength(signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length);
      }),
    );
  });
});
