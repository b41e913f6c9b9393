import { bufferTime, debounceTime, EMPTY, filter, map, merge, mergeMap, type Observable } from 'rxjs';
import { z } from 'zod';
import {
  amendOrder,
  cancelOrders,
  type Decision,
  defineStrategy,
  flatten,
  limitOrder,
  marketOrder,
  type Random,
  stopOrder,
  targetPosition,
} from '#core';

export const STREAMS = [
  'trades',
  'quotes',
  'depth',
  'book',
  'bars',
  'forming',
  'timer',
  'quiet',
  'buffer',
  'fills',
  'equity',
] as const;
type StreamChoice = (typeof STREAMS)[number];

/** Listens to what it is told to and decides at random, also what makes no sense. Its own dice make it repeatable. */
export default defineStrategy({
  type: 'random',
  summary: 'Decides at random.',
  options: z.strictObject({
    streams: z.array(z.enum(STREAMS)),
    timeframe: z.enum(['100ms', '1s', '5s', '45s', '1m']),
    /** Share of the values that lead to a decision. */
    eagerness: z.number(),
  }),
  create: ({ options, instruments, market, account, clock, random }) => {
    const { timeframe } = options;
    const pricesOf = (symbol: string): Record<StreamChoice, Observable<number | undefined>> => ({
      trades: market.trades(symbol).pipe(map(({ price }) => price)),
      quotes: market.quotes(symbol).pipe(map(({ bid }) => bid)),
      depth: market.depth(symbol).pipe(map(({ bids }) => bids[0]?.[0])),
      book: market.book(symbol).pipe(map(({ ask }) => ask)),
      bars: market.bars(symbol, timeframe).pipe(map(({ close }) => close)),
      forming: market.forming(symbol, timeframe).pipe(map(({ high }) => high)),
      timer: clock.every('700ms').pipe(map(() => undefined)),
      // No scheduler is given: these must run on the kernel's clock.
      quiet: market.trades(symbol).pipe(
        debounceTime(150),
        map(({ price }) => price),
      ),
      buffer: market.trades(symbol).pipe(
        bufferTime(900),
        map((trades) => trades.at(-1)?.price),
      ),
      fills: account.fills().pipe(map(({ price }) => price)),
      equity: account.equity().pipe(map(() => undefined)),
    });
    return merge(
      ...instruments.flatMap(({ symbol, tickSize }) =>
        options.streams.map((stream) =>
          pricesOf(symbol)[stream].pipe(
            filter(() => random.next() < options.eagerness),
            map((price) => decision(random, symbol, tickSize, price)),
          ),
        ),
      ),
    ).pipe(mergeMap((made) => (made === undefined ? EMPTY : [made])));
  },
});

function decision(random: Random, instrument: string, tick: number, price: number | undefined): Decision | undefined {
  const side = random.below(2) === 0 ? 'buy' : 'sell';
  const quantity = random.below(4);
  const tag = `t${random.below(3)}`;
  const near = price === undefined ? undefined : price + (random.below(17) - 8) * tick;
  const order = { instrument, side, quantity, reason: 'dice' } as const;
  switch (random.below(7)) {
    case 0:
      return marketOrder(order);
    case 1:
      return near === undefined ? undefined : limitOrder({ ...order, price: near, tag });
    case 2:
      return near === undefined ? undefined : stopOrder({ ...order, price: near });
    case 3:
      return targetPosition({ instrument, quantity: random.below(7) - 3, reason: 'dice' });
    case 4:
      return cancelOrders(random.below(2) === 0 ? { instrument, reason: 'dice' } : { instrument, tag, reason: 'dice' });
    case 5:
      return near === undefined ? undefined : amendOrder({ instrument, tag, price: near, reason: 'dice' });
    default:
      return flatten({ instrument, reason: 'dice' });
  }
}
