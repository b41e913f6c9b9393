import { onTestFinished } from 'vitest';
import type { Chunk, MarketEvent, StreamDemand, StreamName } from '#core';
import binance from '../../../../plugins/providers/binance/index.ts';
import { BinanceLoopback } from '../../../../plugins/providers/binance/loopback/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';

export const SYMBOL = 'BTCUSDT';

/** A row as the tests compare it: what was sent, nothing of ours. */
export type Row = Readonly<Record<string, number | string>>;

/** The rows of chunks of one kind, in order. */
export function rowsOf(events: readonly unknown[], kind: Chunk['kind']): Row[] {
  return events.flatMap((event) => {
    const chunk = event as Chunk;
    if (chunk.kind !== kind) return [];
    return Array.from({ length: chunk.n }, (_, i) => rowOf(chunk, i));
  });
}

function rowOf(chunk: Chunk, i: number): Row {
  const columns = Object.entries(chunk as unknown as Record<string, ArrayLike<number>>);
  const own = columns.filter(([name, column]) => typeof column === 'object' && !STAMPS.has(name));
  return Object.fromEntries(own.map(([name, column]) => [name, column[i] ?? Number.NaN]));
}
const STAMPS = new Set(['seq', 'recv', 'recvNs', 'eventNs']);

export const idsOf = (events: readonly unknown[]): number[] => rowsOf(events, 'trades').map(({ id }) => Number(id));

export interface RigSettings {
  readonly market?: 'spot' | 'usd-m';
  readonly streams?: readonly StreamName[];
  readonly symbols?: readonly string[];
  readonly options?: object;
}

/** The venue on this machine, and the provider connected to it. */
export async function playBinance({ market = 'spot', streams, symbols = [SYMBOL], options = {} }: RigSettings = {}) {
  const venue = new BinanceLoopback(symbols);
  await venue.start();
  onTestFinished(() => venue.stop());
  const demand = symbols.flatMap((instrument): StreamDemand[] =>
    (streams ?? ['trades']).map((stream) => ({ stream, instrument })),
  );
  const requested = symbols.map((symbol) => ({ symbol }));
  const rig = await startProvider(binance, { market, ...venue.options(), ...options }, { requested, demand });
  onTestFinished(() => rig.stop());
  const isLive = (): boolean => rig.events.some((event) => event.kind === 'status');
  rig.connect();
  await until(isLive, 5000, 'the first connection');
  return {
    ...rig,
    venue,
    gaps: rig.link.said.gaps,
    /** Lost and connected again, as the supervisor does it. */
    reconnect: async (): Promise<void> => {
      const before = rig.events.length;
      const isBack = (): boolean => rig.events.slice(before).some((event) => event.kind === 'status');
      do {
        rig.disconnect();
        rig.errors.length = 0;
        rig.connect();
        await until(() => isBack() || rig.errors.length > 0, 5000, 'the next connection');
      } while (!isBack());
    },
  };
}

let clock = Date.UTC(2026, 6, 1);
/** Venue time goes on by a millisecond with every event. */
export const nextTime = (): number => ++clock;

export const trade = (price: number, size = 1, side: 'buy' | 'sell' = 'buy', instrument = SYMBOL): MarketEvent => ({
  kind: 'trade',
  instrument,
  price,
  size,
  side,
  tsEvent: nextTime(),
});

export const depth = (
  bids: readonly (readonly [number, number])[],
  asks: readonly (readonly [number, number])[] = [],
): MarketEvent => ({ kind: 'depth', instrument: SYMBOL, bids, asks, tsEvent: nextTime() });

/** The book that depth rows build: price to size, both sides. */
export function bookOf(rows: readonly Row[]): { bids: Map<number, number>; asks: Map<number, number> } {
  const book = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  for (const { flags, side, price, size } of rows) {
    if ((Number(flags) & 2) !== 0) {
      book.bids.clear();
      book.asks.clear();
    }
    const levels = side === 1 ? book.bids : book.asks;
    if (size === 0) levels.delete(Number(price));
    else levels.set(Number(price), Number(size));
  }
  return book;
}
