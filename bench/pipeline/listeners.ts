import { filter, ignoreElements, map, merge, Observable, scan } from 'rxjs';
import { z } from 'zod';
import { defineStrategy, type Market, type Timeframe, timeframe } from '../../core/index.ts';

/** Who listens besides the strategy that decides. */
export interface Listening {
  readonly bars: readonly Timeframe[];
  /** Nobody, a subscriber per instrument, or a chain of three operators per instrument. */
  readonly ticks: 'none' | 'subscriber' | 'operators';
}

/** Hears of bars and trades of every instrument and never decides: what it costs is what delivering costs. */
export const listeners = defineStrategy({
  type: 'listeners',
  summary: 'Listens to bars and trades, and does nothing about them.',
  options: z.strictObject({
    bars: z.array(timeframe()).describe('Timeframes to listen to.'),
    ticks: z.enum(['none', 'subscriber', 'operators']).describe('How to listen to trades.'),
  }),
  create: ({ instruments, market, options }) =>
    merge(
      ...instruments.flatMap(({ symbol }) => [
        ...options.bars.map((each) => market.bars(symbol, each).pipe(ignoreElements())),
        ...tickListeners(market, symbol, options.ticks),
      ]),
    ),
});

function tickListeners(market: Market, symbol: string, ticks: Listening['ticks']): readonly Observable<never>[] {
  if (ticks === 'none') return [];
  const trades$ = market.trades(symbol);
  const seen = { value: 0 };
  const average$ = trades$.pipe(
    map(({ price }) => price),
    scan((average, price) => average + (price - average) * 0.05, 100),
    filter((average) => average > 0),
  );
  return [
    new Observable(() =>
      ticks === 'subscriber'
        ? trades$.subscribe(({ price }) => {
            seen.value = price;
          })
        : average$.subscribe((average) => {
            seen.value = average;
          }),
    ),
  ];
}
