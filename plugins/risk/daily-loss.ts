import { concatMap, defer, EMPTY, expand, from, merge, type Observable, type SchedulerLike, timer } from 'rxjs';
import { z } from 'zod';
import {
  approve,
  type Calendar,
  calendarOf,
  defineRisk,
  type Equity,
  type Instrument,
  MillraceError,
  type RiskAction,
  refuse,
  signedQuantity,
  toMicros,
  toMillis,
} from '#core';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Milliseconds from `now` to the next `minutes` past midnight UTC, above 0. */
function untilNext(minutes: number, now: number): number {
  const passed = (now - minutes * MINUTE_MS) % DAY_MS;
  return passed < 0 ? -passed : DAY_MS - passed;
}

/** The instants at which the trading date changes: the close of each trading date. */
function newTradingDates(
  calendar: Calendar,
  clock: { now(): number; readonly scheduler: SchedulerLike },
): Observable<number> {
  const next = (): Observable<number> => {
    const now = toMicros(clock.now());
    const day = calendar.tradingDay(now);
    let { end } = calendar.spanAt(now);
    while (Number.isFinite(end) && calendar.tradingDay(end) === day) ({ end } = calendar.spanAt(end));
    return Number.isFinite(end) ? timer(toMillis(end - now), clock.scheduler) : EMPTY;
  };
  return defer(next).pipe(expand(next));
}

/** The one calendar of the instruments: with several, nobody could say when the day ends. */
function commonCalendar(instruments: readonly Instrument[]): Calendar {
  const names = [...new Set(instruments.map(({ calendar }) => calendar ?? 'none'))];
  const calendar = names.length === 1 ? instruments.map(calendarOf)[0] : undefined;
  if (calendar !== undefined) return calendar;
  throw new MillraceError({
    code: 'CALENDAR_NONE',
    where: { path: 'risk.daily-loss.resetAt' },
    was: `session, with instruments whose calendars are ${names.join(', ')}`,
    expected: 'instruments with one calendar, the same for all',
    fix: 'give each instrument its calendar, for example calendar: cme-equity, or write resetAt as HH:MM',
  });
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
    resetAt: z
      .union([z.string().regex(CLOCK_TIME), z.literal('session')])
      .default('00:00')
      .describe('When a new day begins: HH:MM in UTC, or session for the trading date of the instruments’ calendar.'),
  }),

  create: ({ options, account, clock, instruments }) => {
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
      return wasEnded ? [{ kind: 'resume', reason: newDay() }] : [];
    };

    const calendar = options.resetAt === 'session' ? commonCalendar(instruments) : undefined;
    const newDay = (): string =>
      calendar === undefined
        ? `a new day began at ${options.resetAt} UTC`
        : `the trading date ${calendar.tradingDate(toMicros(clock.now()))} began`;
    const newDay$ =
      calendar === undefined
        ? defer(() => timer(untilNext(minutesOf(options.resetAt), clock.now()), DAY_MS, clock.scheduler))
        : newTradingDates(calendar, clock);

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
