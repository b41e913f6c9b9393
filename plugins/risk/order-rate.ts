import { ignoreElements, tap } from 'rxjs';
import { z } from 'zod';
import {
  approve,
  defineRisk,
  duration,
  isoMicros,
  type Order,
  refuse,
  signedQuantity,
  toMicros,
  toMillis,
} from '#core';

export default defineRisk({
  type: 'order-rate',
  summary: 'Refuses orders that come too fast; orders that shrink the position always pass.',
  options: z.strictObject({
    orders: z.int().positive().describe('Most orders of the whole account in any window of this length.'),
    per: duration('1m').describe('Length of the window on the clock of the run, for example 1s or 1m.'),
  }),

  create: ({ options, account, clock }) => {
    const windowMs = toMillis(options.per);
    /** When the orders of the last window were made, by order id: an order is told of at each of its changes. */
    const recent = new Map<string, number>();

    const forget = (): void => {
      const since = clock.now() - windowMs;
      // In order of making, so the first that is young enough ends the search.
      for (const [id, at] of recent) {
        if (at > since) return;
        recent.delete(id);
      }
    };
    const remember = ({ id, createdAt }: Order): void => {
      if (recent.has(id)) return;
      forget();
      recent.set(id, createdAt);
    };

    return {
      review: ({ order, position }) => {
        // Getting out is never too fast; but an exit counts against what comes after it.
        if (Math.abs(position.quantity + signedQuantity(order)) < Math.abs(position.quantity)) return approve(order);

        forget();
        const count = recent.size;
        if (count < options.orders) return approve(order);
        const oldestThatCounts = [...recent.values()].at(-options.orders) ?? clock.now();
        const free = isoMicros(toMicros(oldestThatCounts + windowMs));
        return refuse(
          order,
          `${count} orders in the last ${windowMs / 1000} s; the limit is ${options.orders}, free again at ${free}`,
        );
      },
      // Counted where orders are made, so that what a later rule refuses takes no place.
      actions$: account.orders().pipe(tap(remember), ignoreElements()),
    };
  },
});
