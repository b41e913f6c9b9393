import type { Chunk, InstrumentSpec, MarketEvent, ProviderEvent, StreamDemand, StreamName } from '#core';
import databento from '../../../../plugins/providers/databento/index.ts';
import { DatabentoVenue } from '../../../../plugins/providers/databento/loopback/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';

export const NQ: InstrumentSpec = { symbol: 'NQ.v.0', tickSize: 0.25, pointValue: 20 };
export const ES: InstrumentSpec = { symbol: 'ESZ6', tickSize: 0.25, pointValue: 50 };
/** 2026-03-02 14:30:00 UTC, milliseconds. */
export const OPEN = Date.UTC(2026, 2, 2, 14, 30);

export const want = (stream: StreamName, ...instruments: readonly string[]): StreamDemand[] =>
  instruments.map((instrument) => ({ stream, instrument }));

/** A venue, and a provider that is led to it but not connected. */
export async function open(
  options: object,
  demand: readonly StreamDemand[],
  requested: readonly InstrumentSpec[] = [NQ, ES],
) {
  const venue = new DatabentoVenue(requested.map(({ symbol }) => symbol));
  await venue.start();
  const rig = await startProvider(databento, { ...venue.options(), ...options }, { requested, demand });
  return {
    venue,
    rig,
    close: async (): Promise<void> => {
      await rig.stop();
      await venue.stop();
    },
  };
}

/** Connects, and again whenever the connection is lost, as the runtime would: until it is live, or refused. */
export async function connect({ rig }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const [before, failed] = [lives(rig.events), rig.errors.length];
  rig.connect();
  await until(() => lives(rig.events) > before || rig.errors.length > failed, 5000, 'a live connection');
}

const lives = (events: readonly ProviderEvent[]): number => events.filter(({ kind }) => kind === 'status').length;

export type Row = Readonly<Record<string, unknown>>;

/** Rows of one kind out of the chunks that a provider emitted, as plain objects. */
export function rowsOf(events: readonly ProviderEvent[], kind: Chunk['kind'], columns: readonly string[]): Row[] {
  return events
    .filter((event): event is Chunk => event.kind === kind)
    .flatMap((chunk) =>
      Array.from({ length: chunk.n }, (_, i) => {
        const cells = chunk as unknown as Record<string, ArrayLike<number>>;
        return Object.fromEntries(columns.map((column) => [column, cells[column]?.[i]]));
      }),
    );
}

export const trade = (i: number, more: object = {}): MarketEvent => ({
  kind: 'trade',
  instrument: NQ.symbol,
  price: 20_000 + (i % 40) * 0.25,
  size: 1 + (i % 5),
  side: i % 2 === 0 ? 'buy' : 'sell',
  tsEvent: OPEN + i,
  id: i,
  ...more,
});
