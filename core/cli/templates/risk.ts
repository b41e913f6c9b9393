/** A rule about the order alone, as the smallest complete example. */
export const riskTemplate = (
  type: string,
  core: string,
): string => `import { approve, defineRisk, refuse } from '${core}';
import { z } from 'zod';

/** Refuses an order when the account has lost too much. Replace the rule by your own. */
export default defineRisk({
  type: '${type}',
  summary: 'Refuses orders while the account is down by more than a limit.',
  options: z.strictObject({
    limit: z.number().positive().default(1000).describe('Loss after which orders are refused, in account currency.'),
  }),

  // Pure: the answer depends on the question alone. A refusal is a value with a reason, not an exception.
  create:
    ({ options }) =>
    ({ order, equity }) => {
      const loss = -(equity.realised + equity.open - equity.fees);
      return loss <= options.limit ? approve(order) : refuse(order, \`down by \${loss.toFixed(2)}; the limit is \${options.limit}\`);
    },
});
`;
