import { debounceTime, filter, map, merge, type Observable, scan, withLatestFrom } from 'rxjs';
import { z } from 'zod';
import {
  type Decision,
  defineStrategy,
  duration,
  flatten,
  type Instrument,
  instrumentName,
  type StrategyContext,
  targetPosition,
} from '#core';

const options = z.strictObject({
  quiet: duration('10s').describe('Time without a trade after which the market counts as quiet.'),
  probe: duration('30s').describe('How often to take a position in the direction of the last price change.'),
  quantity: z.number().positive().default(1).describe('Position to hold, in contracts or coins.'),
  instruments: z.array(instrumentName()).min(1).optional().describe('Symbols to trade; default all of the run.'),
});

type Context = StrategyContext<z.output<typeof options>>;

export default defineStrategy({
  type: 'quiet-market',
  summary: 'Follows the last price change while the market is lively, and flattens when no trade has come for a while.',
  options,

  create: (context) => {
    const symbols = context.options.instruments ?? context.instruments.map(({ symbol }) => symbol);
    return merge(
      ...symbols.flatMap((symbol) => [
        probes(context.instrumentOf(symbol), context),
        exits(context.instrumentOf(symbol), context),
      ]),
    );
  },
});

/** Flattens once per lull. RxJS time operators run on the run's clock, so a replay finds the same lulls. */
function exits({ symbol }: Instrument, { market, account, options: given }: Context): Observable<Decision> {
  return market.trades(symbol).pipe(
    debounceTime(given.quiet / 1000),
    filter(() => account.position(symbol).quantity !== 0 || account.openOrders(symbol).length > 0),
    map(() => flatten({ instrument: symbol, reason: `no trade for ${given.quiet / 1_000_000} s` })),
  );
}

interface Move {
  readonly price: number;
  /** Of the last change: 1 up, -1 down, 0 before the first. */
  readonly direction: number;
  /** Epoch milliseconds, our clock. */
  readonly tsRecv: number;
}

function probes({ symbol }: Instrument, { market, clock, options: given }: Context): Observable<Decision> {
  const moves$ = market.trades(symbol).pipe(
    scan((last: Move | undefined, { price, tsRecv }): Move => {
      const change = Math.sign(price - (last?.price ?? price));
      return { price, tsRecv, direction: change === 0 ? (last?.direction ?? 0) : change };
    }, undefined),
    filter((move) => move !== undefined),
  );
  return clock.every(`${given.probe}us`).pipe(
    withLatestFrom(moves$),
    filter(([now, { tsRecv, direction }]) => direction !== 0 && now - tsRecv < given.quiet / 1000),
    map(([, { direction }]) =>
      targetPosition({
        instrument: symbol,
        quantity: direction * given.quantity,
        reason: `the last price change was ${direction > 0 ? 'up' : 'down'}`,
      }),
    ),
  );
}
