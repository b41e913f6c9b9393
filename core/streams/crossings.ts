import { defer, filter, map, type OperatorFunction } from 'rxjs';

export type Crossing = 'up' | 'down';

/**
 * The events at which one series crosses another.
 *
 * In       events that carry both series
 * Out      only the events at which `first` has got to the other side of `second`, plus `crossing`: `up` when it is now
 *          above. Touching is not crossing: equal values keep the side of the event before, so a tie counts once at most,
 *          when the series has come out on the other side. The side at the start is not a crossing
 * Ties     are told apart by `===`, so give averages of prices a `tickSize`
 *
 * Example  bars$.pipe(withIndicators({ fast: sma(9), slow: sma(21) }), whenReady(),
 *            crossings((bar) => bar.fast, (bar) => bar.slow))
 */
export function crossings<T extends object>(
  first: (event: T) => number,
  second: (event: T) => number,
): OperatorFunction<T, T & { readonly crossing: Crossing }> {
  return (events$) =>
    defer(() => {
      let side: Crossing | undefined;
      return events$.pipe(
        map((event) => {
          const before = side;
          side = sideOf(first(event), second(event)) ?? before;
          const crossed = before !== undefined && side !== undefined && side !== before;
          return crossed ? { ...event, crossing: side as Crossing } : undefined;
        }),
        filter((event) => event !== undefined),
      );
    });
}

function sideOf(first: number, second: number): Crossing | undefined {
  if (first === second) return undefined;
  return first > second ? 'up' : 'down';
}
