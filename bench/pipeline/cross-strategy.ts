import { defer, filter, ignoreElements, map, merge, Observable, pairwise, scan } from 'rxjs';
import { z } from 'zod';
import {
  type Bar,
  type Decision,
  defineStrategy,
  type Instrument,
  type Market,
  Rsi,
  Sma,
  type Timeframe,
  targetPosition,
} from '../../core/index.ts';
import { FAST, RSI, reasonOf, SLOW, STRATEGY, sideOf } from './rules.ts';

/** Who listens to trades besides the strategy on bars: nobody, a subscriber per instrument, or a chain of operators. */
const TICK_LISTENERS = ['none', 'subscriber', 'operators'] as const;
export type TickListener = (typeof TICK_LISTENERS)[number];

const OTHER_TIMEFRAMES: readonly Timeframe[] = ['1s', '1m', '5m'];

/** The strategy as a plugin author would write it: nothing but RxJS and two indicators. */
export const crossStrategy = defineStrategy({
  type: STRATEGY,
  summary: 'Follows crosses of two averages of 5 s bars, unless the RSI says that the market has run too far.',
  options: z.strictObject({ ticks: z.enum(TICK_LISTENERS).describe('Who else listens to trades.') }),

  create: ({ instruments, market, options }) =>
    merge(
      ...instruments.flatMap((instrument) => [
        decisions(market.bars(instrument.symbol, '5s'), instrument),
        ...OTHER_TIMEFRAMES.map((timeframe) => market.bars(instrument.symbol, timeframe).pipe(ignoreElements())),
        ...listeners(market, instrument.symbol, options.ticks),
      ]),
    ),
});

const decisions = (bars$: Observable<Bar>, instrument: Instrument): Observable<Decision> =>
  defer(() => {
    const fast = new Sma(FAST, instrument);
    const slow = new Sma(SLOW, instrument);
    const rsi = new Rsi(RSI);
    return bars$.pipe(
      map(({ close }) => ({ fast: fast.update(close), slow: slow.update(close), rsi: rsi.update(close) ?? 0 })),
      filter((now): now is { fast: number; slow: number; rsi: number } => now.slow !== undefined),
      map((now) => ({ gap: now.fast - now.slow, rsi: now.rsi })),
      pairwise(),
      map(([before, now]) => sideOf(before.gap, now.gap, now.rsi)),
      filter((side) => side !== 0),
      map((side) => targetPosition({ instrument: instrument.symbol, quantity: side, reason: reasonOf(side) })),
    );
  });

function listeners(market: Market, symbol: string, ticks: TickListener): readonly Observable<never>[] {
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
