import { concatMap, defer, from, merge, timer } from 'rxjs';
import { z } from 'zod';
import { approve, defineRisk, type Equity, type RiskAction, refuse, signedQuantity } from '#core';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Milliseconds from `now` to the next `minutes` past midnight UTC, above 0. */
function untilNext(minutes: number, now: number): number {
  const passed = (now - minutes * MINUTE_MS) % DAY_MS;
  return passed < 0 ? -passed : DAY_MS - passed;
}

const money = (amount: number): string => amount.toFixed(2);

export default defineRisk({
  type: 'daily-loss',
  summary: 'Ends the trading day at a loss: closes everything and refuses new risk until the next day.',
  options: z.strictObject({
    limit: z
      .number()
      .positive()
      .describe('Largest loss of a day in account currency, without a sign: realised and open, fees included.'),
    action: z
      .enum(['refuse', 'flatten'])
      .default('flatten')
      .describe('At the limit: only refuse new risk, or close all positions as well.'),
    resetAt: z.string().regex(CLOCK_TIME).default('00:00').describe('Time at which a new day begins, HH:MM in UTC.'),
  }),

  create: ({ options, account, clock }) => {
    /** Net PnL when the day began; a run begins at 0. */
    let dayStart = 0;
    let latest = 0;
    let ended: string | undefined;

    const lossBy = (net: number): string | undefined => {
      const loss = dayStart - net;
      return loss >= options.limit
        ? `the day's loss is ${money(loss)}; the limit is ${money(options.limit)}`
        : undefined;
    };

    const watch = ({ net }: Equity): readonly RiskAction[] => {
      latest = net;
      const reason = lossBy(net);
      if (ended !== undefined || reason === undefined) return [];
      ended = reason;
      const halt: RiskAction = { kind: 'halt', reason };
      return options.action === 'flatten' ? [halt, { kind: 'flatten', reason }] : [halt];
    };

    const beginDay = (): readonly RiskAction[] => {
      const wasEnded = ended !== undefined;
      dayStart = latest;
      ended = undefined;
      return wasEnded ? [{ kind: 'resume', reason: `a new day began at ${options.resetAt} UTC` }] : [];
    };

    const newDay$ = defer(() => timer(untilNext(minutesOf(options.resetAt), clock.now()), DAY_MS, clock.scheduler));

    return {
      review: ({ order, position, equity }) => {
        if (Math.abs(position.quantity + signedQuantity(order)) < Math.abs(position.quantity)) return approve(order);
        // A loss ends the day even if it is won back: closing out at the limit moves the price of what is left.
        const reason = ended ?? lossBy(equity.net);
        return reason === undefined ? approve(order) : refuse(order, reason);
      },
      actions$: merge(
        newDay$.pipe(concatMap(() => from(beginDay()))),
        account.equity().pipe(concatMap((equity) => from(watch(equity)))),
      ),
    };
  },
});
