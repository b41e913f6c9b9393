import { defer, map, type OperatorFunction } from 'rxjs';
import { SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN } from '../domain/chunk.ts';
import type { AggressorSide, Trade } from '../domain/market.ts';
import { type Micros, toMicros } from '../domain/time.ts';

/**
 * What takes trades as plain numbers: the columns of a tape need no object per row. `us` is venue time, `side` is SIDE_BUY,
 * SIDE_SELL or SIDE_UNKNOWN, `size` is in contracts or coins; one of size 0 sets a price and is no volume.
 */
export interface TradeSink {
  add(us: Micros, price: number, size: number, side: number): void;
}

const NUMBER_OF = { buy: SIDE_BUY, sell: SIDE_SELL, unknown: SIDE_UNKNOWN } as const satisfies Record<
  AggressorSide,
  number
>;

export function sideName(side: number): AggressorSide {
  if (side === SIDE_BUY) return 'buy';
  return side === SIDE_SELL ? 'sell' : 'unknown';
}

export function addTrade(sink: TradeSink, { tsEvent, price, size, side }: Trade): void {
  sink.add(toMicros(tsEvent), price, size, NUMBER_OF[side]);
}

/** An operator that feeds a fresh sink per subscription and tells what it says after each trade. */
export const afterEach =
  <Sink extends TradeSink, Out>(create: () => Sink, read: (sink: Sink) => Out): OperatorFunction<Trade, Out> =>
  (trades$) =>
    defer(() => {
      const sink = create();
      return trades$.pipe(
        map((trade) => {
          addTrade(sink, trade);
          return read(sink);
        }),
      );
    });
