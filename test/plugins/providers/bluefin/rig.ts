import type { ProviderEvent, StreamDemand, TradeEvent } from '#core';
import bluefin from '../../../../plugins/providers/bluefin/index.ts';
import { startProvider } from '../../../helpers/provider-rig.ts';

export const SYMBOLS = ['BTC-PERP', 'ETH-PERP', 'SUI-PERP'];

export const demandOf = (...symbols: string[]): StreamDemand[] =>
  symbols.map((instrument) => ({ stream: 'trades', instrument }));

/** A connected provider. */
export async function connected(options: object, demand: readonly StreamDemand[]) {
  const rig = await startProvider(bluefin, options, { requested: SYMBOLS.map((symbol) => ({ symbol })), demand });
  rig.connect();
  return rig;
}

export interface SeenTrade {
  readonly instrument: string | undefined;
  readonly price: number;
  readonly size: number;
  readonly side: number;
  /** Microseconds. */
  readonly event: number;
}

/** The rows of all trades so far. */
export const tradesOf = (events: readonly ProviderEvent[]): SeenTrade[] =>
  events.flatMap((event) =>
    event.kind !== 'trades'
      ? []
      : Array.from({ length: event.n }, (_, i) => ({
          instrument: SYMBOLS[event.inst[i] ?? -1],
          price: event.price[i] ?? Number.NaN,
          size: event.size[i] ?? Number.NaN,
          side: event.side[i] ?? Number.NaN,
          event: event.event[i] ?? Number.NaN,
        })),
  );

export const tradeEvent = (
  instrument: string,
  price: number,
  size = 1,
  tsEvent = 1_700_000_000_000.125,
): TradeEvent => ({
  kind: 'trade',
  instrument,
  price,
  size,
  side: 'buy',
  tsEvent,
});

export const liveIn = (events: readonly ProviderEvent[]): boolean =>
  events.some((event) => event.kind === 'status' && event.state === 'live');
