import { it } from 'vitest';
import type { BarValues, Recipe } from '#core';
import { expectSeries, type Series } from './reference-data.ts';

export interface VectorCase {
  readonly what: string;
  /** What reads the bars: an indicator on bars, or one on numbers, which is fed closes. */
  readonly recipe: Recipe<never, unknown>;
  /** Field of its result, when that is an object. */
  readonly field?: string | undefined;
  readonly bars: readonly BarValues[];
  readonly expected: Series;
  /** Relative above 1, absolute below. */
  readonly tolerance: number;
  /** First index that is compared. Everything from the source's first value by default. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Bars fed first, to stand for a start that the source defines in another way. */
  readonly before?: readonly BarValues[] | undefined;
}

/** The results of an indicator over bars. */
function resultsOf(recipe: Recipe<never, unknown>, bars: readonly BarValues[], field?: string): Series {
  const indicator = (recipe as unknown as Recipe<number | BarValues, unknown>).create();
  return bars.map((bar) => {
    const value = indicator.update(recipe.input === 'number' ? bar.close : bar);
    return (field === undefined ? value : (value as Record<string, number> | undefined)?.[field]) as number | undefined;
  });
}

/** Bars without a range at the first close: an average that starts as the mean of them starts from the first close. */
export function standing(bars: readonly BarValues[], count = 400): BarValues[] {
  const { close = 0, volume = 0 } = bars[0] ?? {};
  return Array.from({ length: count }, () => ({ open: close, high: close, low: close, close, volume }));
}

/** One bar whose close is inside the first: its whole range is then a true range. */
export const insideOf = ([first]: readonly BarValues[]): BarValues[] =>
  first === undefined ? [] : [{ ...first, close: first.low }];

export function vectorCase(make: () => VectorCase, name: string): void {
  it(name, () => {
    const { recipe, field, bars, expected, tolerance, from = 0, until, before = [] } = make();
    const actual = resultsOf(recipe, [...before, ...bars], field).slice(before.length);
    expectSeries(actual, expected.slice(0, until), { tolerance, from, least: 1 });
  });
}
