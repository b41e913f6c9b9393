/** A service reads along and cannot place orders. */
export const serviceTemplate = (type: string, core: string): string => `import { defineService } from '${core}';
import { Subscription } from 'rxjs';
import { z } from 'zod';

/** Logs every fill of the account. Replace it by an alert, a metric, a page. */
export default defineService({
  type: '${type}',
  summary: 'Logs every fill.',
  options: z.strictObject({
    prefix: z.string().default('filled').describe('First word of each line.'),
  }),

  create: ({ options, account, log }) => {
    const subscription = new Subscription();
    return {
      start: () => {
        subscription.add(
          account.fills().subscribe(({ strategy, side, quantity, instrument, price }) => {
            log.info(\`\${options.prefix}: \${strategy} \${side} \${quantity} \${instrument} at \${price}\`);
          }),
        );
      },
      stop: () => subscription.unsubscribe(),
    };
  },
});
`;
