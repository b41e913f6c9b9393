import { EMPTY, merge, type Observable, type Subscription, sampleTime, tap } from 'rxjs';
import { z } from 'zod';
import { defineService, duration, type Equity, type Fill, isoMicros, type Order, toMicros } from '#core';

const money = (amount: number): string => amount.toFixed(2);

/** `limit buy 2 MNQ @ 21000.25` */
const describe = ({ type, side, quantity, instrument, price }: Order): string =>
  `${type} ${side} ${quantity} ${instrument}${price === undefined ? '' : ` @ ${price}`}`;

const orderLine = (order: Order): string =>
  `${order.strategy}: ${describe(order)} is ${order.status} (${order.note ?? order.reason})`;

const fillLine = ({ strategy, side, quantity, instrument, price, fee, ts }: Fill): string =>
  `${strategy}: ${side === 'buy' ? 'bought' : 'sold'} ${quantity} ${instrument} at ${price}, fee ${money(fee)}, ${isoMicros(toMicros(ts))}`;

const equityLine = ({ net, realised, open, fees }: Equity): string =>
  `net ${money(net)} (realised ${money(realised)}, open ${money(open)}, fees ${money(fees)})`;

export default defineService({
  type: 'console',
  summary: "Writes the account's orders, fills and PnL to the log as lines that a trader can read.",
  options: z.strictObject({
    orders: z.boolean().default(true).describe('A line at every change of an order.'),
    fills: z.boolean().default(true).describe('A line for every fill.'),
    equityEvery: duration()
      .refine((us) => us > 0, 'an interval above 0')
      .optional()
      .describe('A line with the PnL this often while it changes, on the clock of the run. Default: none.'),
  }),

  create: ({ options, account, clock, log }) => {
    const lines$ = <T>(wanted: boolean, source$: Observable<T>, line: (value: T) => string): Observable<T> =>
      wanted ? source$.pipe(tap((value) => log.info(line(value)))) : EMPTY;
    const everyMs = (options.equityEvery ?? 0) / 1000;
    let printing: Subscription | undefined;

    return {
      start: () => {
        printing = merge(
          lines$(options.orders, account.orders(), orderLine),
          lines$(options.fills, account.fills(), fillLine),
          everyMs > 0 ? lines$(true, account.equity().pipe(sampleTime(everyMs, clock.scheduler)), equityLine) : EMPTY,
        ).subscribe();
      },
      stop: () => printing?.unsubscribe(),
    };
  },
});
