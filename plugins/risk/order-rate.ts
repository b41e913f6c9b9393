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

    const remember = ({ id, createdAt }: Order): void => {
      for (const [old, at] of recent) if (at <= clock.now() - windowMs) recent.delete(old);
      recent.set(id, createdAt);
    };

    return {
      review: ({ order, position }) => {
        // Getting out is never too fast; but an exit counts against what comes after it.
        if (Math.abs(position.quantity + signedQuantity(order)) < Math.abs(position.quantity)) return approve(order);

        const since = clock.now() - windowMs;
        const times = [...recent.values()].filter((at) => at > since);
        if (times.length < options.orders) return approve(order);
        const free = isoMicros(toMicros((times.at(-options.orders) ?? since) + windowMs));
        return refuse(
          order,
          `${times.length} orders in the last ${windowMs / 1000} s; the limit is ${options.orders}, free again at ${free}`,
        );
      },
      // Counted where orders are made, so that what a later rule refuses takes no place.
      actions$: account.orders().pipe(tap(remember), ignoreElements()),
    };
  },
});
