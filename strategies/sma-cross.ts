import { map, merge } from 'rxjs';
import { z } from 'zod';
import {
  crossings,
  defineStrategy,
  type Instrument,
  instrumentName,
  type StrategyContext,
  sma,
  targetPosition,
  timeframe,
  whenReady,
  withIndicators,
} from '#core';

const options = z
  .strictObject({
    timeframe: timeframe('1m').describe('Bars that the averages are taken over.'),
    fast: z.int().positive().default(9).describe('Length of the fast average, in bars.'),
    slow: z.int().positive().default(21).describe('Length of the slow average, in bars.'),
    quantity: z.number().positive().default(1).describe('Position to hold, in contracts or coins.'),
    side: z.enum(['both', 'long']).default('both').describe('both: go short on a cross down; long: go flat.'),
    instruments: z.array(instrumentName()).min(1).optional().describe('Symbols to trade; default all of the run.'),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], error: 'fewer bars than slow' });

export default defineStrategy({
  type: 'sma-cross',
  summary: 'Goes long when the fast average crosses above the slow one, and short or flat when it crosses below.',
  options,

  create: (context) => {
    const symbols = context.options.instruments ?? context.instruments.map(({ symbol }) => symbol);
    return merge(...symbols.map((symbol) => crossesOf(context.instrumentOf(symbol), context)));
  },
});

function crossesOf(instrument: Instrument, { market, options: given }: StrategyContext<z.output<typeof options>>) {
  const { symbol } = instrument;
  const below = given.side === 'both' ? -given.quantity : 0;
  return market.bars(symbol, given.timeframe, { warmup: given.slow + 1 }).pipe(
    // Sums in whole ticks, by the instrument's tick size: averages that are equal are a tie, not a cross.
    withIndicators({ fast: sma(given.fast, instrument), slow: sma(given.slow, instrument) }),
    whenReady(),
    crossings(
      (bar) => bar.fast,
      (bar) => bar.slow,
    ),
    map(({ crossing }) =>
      targetPosition({
        instrument: symbol,
        quantity: crossing === 'up' ? given.quantity : below,
        reason: `SMA ${given.fast} crossed SMA ${given.slow} ${crossing === 'up' ? 'upwards' : 'downwards'} on ${given.timeframe}`,
      }),
    ),
  );
}
