/** One invented connection; a real one opens a socket where this one starts a timer. */
export const providerTemplate = (
  type: string,
  core: string,
): string => `import { defineProvider, duration, type TradeEvent } from '${core}';
import { interval, map } from 'rxjs';
import { z } from 'zod';

/** Trades of an invented market, one per interval and instrument in turn. Replace it by a real connection. */
export default defineProvider({
  type: '${type}',
  summary: 'Invents one trade per interval.',
  options: z.strictObject({
    every: duration('200ms').describe('Time between two trades.'),
    price: z.number().positive().default(100).describe('First price.'),
  }),

  create: ({ options, requested, random, wall }) => {
    let price = options.price;
    return {
      instruments: requested,
      // Subscribing connects, unsubscribing closes, an error means lost. Reconnecting is the runtime's business.
      events: () =>
        interval(options.every / 1000, wall).pipe(
          map((count): TradeEvent => {
            price = Math.max(1, price + (random.below(3) - 1) * 0.25);
            const instrument = requested[count % requested.length]?.symbol ?? 'DEMO';
            return { kind: 'trade', instrument, price, size: 1 + random.below(5) };
          }),
        ),
    };
  },
});
`;
