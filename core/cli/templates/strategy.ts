/** A strategy that trades at once on any market, so that its author sees every change. */
export const strategyTemplate = (
  type: string,
  core: string,
): string => `import { defineStrategy, targetPosition, timeframe } from '${core}';
import { distinctUntilChanged, filter, map } from 'rxjs';
import { z } from 'zod';

/** Long after a bar that rose, short after one that fell. Replace the rule by your own. */
export default defineStrategy({
  type: '${type}',
  summary: 'Long after a bar that rose, short after one that fell.',
  options: z.strictObject({
    timeframe: timeframe('1s').describe('Interval of the bars.'),
    quantity: z.number().positive().default(1).describe('Contracts to hold.'),
  }),

  create: ({ options, instrument, market }) =>
    market.bars(instrument.symbol, options.timeframe).pipe(
      map((bar) => Math.sign(bar.close - bar.open)),
      filter((direction) => direction !== 0),
      distinctUntilChanged(),
      map((direction) =>
        targetPosition({
          instrument: instrument.symbol,
          quantity: direction * options.quantity,
          reason: \`the last \${options.timeframe} bar \${direction > 0 ? 'rose' : 'fell'}\`,
        }),
      ),
    ),
});
`;
