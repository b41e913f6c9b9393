import { defer, filter, map, merge, type Observable, pairwise } from 'rxjs';
import { z } from 'zod';
import {
  type Bar,
  type Decision,
  defineStrategy,
  type Instrument,
  Rsi,
  Sma,
  targetPosition,
} from '../../core/index.ts';
import { FAST, RSI, reasonOf, SLOW, STRATEGY, sideOf } from './rules.ts';

/** The strategy as a plugin author would write it: nothing but RxJS and two indicators. */
export const crossStrategy = defineStrategy({
  type: STRATEGY,
  summary: 'Follows crosses of two averages of 5 s bars, unless the RSI says that the market has run too far.',
  options: z.strictObject({}),
  create: ({ instruments, market }) =>
    merge(...instruments.map((instrument) => decisions(market.bars(instrument.symbol, '5s'), instrument))),
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
