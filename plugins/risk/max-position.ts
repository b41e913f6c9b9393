import { z } from 'zod';
import { approve, defineRisk, type Order, refuse, signedQuantity } from '#core';

/** Signed quantity that is still to be filled. */
const unfilled = ({ side, quantity, filled }: Order): number => signedQuantity({ side, quantity: quantity - filled });

export default defineRisk({
  type: 'max-position',
  summary: 'Refuses an order that could leave too many contracts open.',
  options: z.strictObject({
    contracts: z.number().positive().describe('Largest position per instrument, long or short, in contracts or coins.'),
    per: z
      .enum(['account', 'strategy'])
      .default('account')
      .describe('Whether the limit is for the whole account or for each strategy by itself.'),
  }),

  create:
    ({ options, account }) =>
    ({ order, instrument, strategy, position, strategyPosition }) => {
      const own = options.per === 'strategy';
      const before = own ? strategyPosition.quantity : position.quantity;
      const change = signedQuantity(order);

      // A position already over the limit must still be able to shrink.
      if (Math.abs(before + change) < Math.abs(before)) return approve(order);

      // The worst case: everything on this side is filled, and nothing on the other side.
      const ahead = account
        .openOrders(order.instrument)
        .filter((open) => open.side === order.side && (!own || open.strategy === strategy))
        .reduce((sum, open) => sum + unfilled(open), 0);
      // Counted in lots, for 0.1 + 0.2 coins are not more than 0.3.
      const after = instrument.lots(Math.abs(before + ahead + change));
      if (after <= instrument.lots(options.contracts)) return approve(order);
      return refuse(order, `${instrument.quantity(after)} contracts could be open; the limit is ${options.contracts}`);
    },
});
