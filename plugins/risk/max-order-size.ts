import { z } from 'zod';
import { approve, defineRisk, reduce, refuse, signedQuantity } from '#core';

export default defineRisk({
  type: 'max-order-size',
  summary: 'Refuses, or cuts down, an order of too many contracts.',
  options: z.strictObject({
    contracts: z.number().positive().describe('Largest order, in contracts or coins.'),
    reduce: z.boolean().default(false).describe('Cut the order down to the limit instead of refusing it.'),
  }),

  create:
    ({ options }) =>
    ({ order, position }) => {
      const after = Math.abs(position.quantity + signedQuantity(order));

      // However large the position became, one order may always close it.
      if (order.quantity <= options.contracts || after < Math.abs(position.quantity)) return approve(order);
      const reason = `the order is for ${order.quantity} contracts; the limit is ${options.contracts}`;
      return options.reduce ? reduce(options.contracts, reason) : refuse(order, reason);
    },
});
