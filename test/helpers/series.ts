import fc from 'fast-check';
import type { BarValues } from '#core';

/** Prices on a grid of 0.25 around an index level. */
export const gridPrice = fc.integer({ min: 4_000, max: 4_400 }).map((ticks) => ticks / 4);

/** A bar whose parts are in order. */
export const barValues: fc.Arbitrary<BarValues> = fc
  .tuple(gridPrice, gridPrice, gridPrice, gridPrice, fc.integer({ min: 0, max: 500 }))
  .map(([a, b, c, d, volume]) => ({
    open: a,
    high: Math.max(a, b, c, d),
    low: Math.min(a, b, c, d),
    close: b,
    volume,
  }));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The definition of exponential smoothing in TA-Lib: the mean of the first `period`, then weighted steps. */
export function smoothed(values: readonly number[], period: number, weight: number): number | undefined {
  if (values.length < period) return undefined;
  return values
    .slice(period)
    .reduce((average, value) => average + weight * (value - average), mean(values.slice(0, period)));
}

/** Differences from one value to the next. */
export const changes = (values: readonly number[]): number[] =>
  values.slice(1).map((value, index) => value - (values[index] ?? 0));

/** Feeds all inputs and gives all values. */
export const valuesFrom = <In, Out>(indicator: { update(input: In): Out }, inputs: readonly In[]): Out[] =>
  inputs.map((input) => indicator.update(input));
