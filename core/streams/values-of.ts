import { defer, filter, map, type OperatorFunction } from 'rxjs';
import type { Recipe } from '../indicators/indicator.ts';

/**
 * The values of one indicator.
 *
 * In       what the indicator reads: numbers (see `pricesOf`) or bars
 * Out      its value at each input, from the first that is warm
 * Resets   never
 * Errors   INDICATOR_BAD_INPUT on NaN and infinities
 *
 * Example  market.trades('ES').pipe(pricesOf(), valuesOf(ema(500)))
 */
export function valuesOf<In, Out>(recipe: Recipe<In, Out>): OperatorFunction<In, Out> {
  // Made per subscription: two strategies on one stream must not share state.
  return (inputs$) =>
    defer(() => {
      const indicator = recipe.create();
      return inputs$.pipe(
        map((input) => indicator.update(input)),
        filter((value) => value !== undefined),
      );
    });
}
