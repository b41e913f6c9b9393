import { ChunkWriter, type InstrumentSpec, makeInstrument, type ProviderEvent, type StreamDemand } from '#core';
import type { Contract } from '../../../../plugins/providers/projectx/contracts.ts';
import projectx from '../../../../plugins/providers/projectx/index.ts';
import { ProjectxVenue } from '../../../../plugins/providers/projectx/loopback/index.ts';
import { MarketFeed } from '../../../../plugins/providers/projectx/market-feed.ts';
import { startProvider, testLink } from '../../../helpers/provider-rig.ts';

export const MNQ = 'CON.F.US.MNQ.U26';
export const MES = 'CON.F.US.MES.U26';
export const SECRET = 'planted-key-4f1d9c';

/** A row of any kind, as plain values. */
export interface PlainRow {
  readonly kind: string;
  readonly inst: number;
  readonly event: number;
  readonly ns: number;
  readonly values: readonly number[];
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  trades: ['price', 'size', 'side'],
  quotes: ['bid', 'bidSize', 'ask', 'askSize'],
  depth: ['side', 'price', 'size', 'flags'],
};

/** The rows of everything that a provider emitted, in order. */
export function rowsOf(events: readonly ProviderEvent[]): readonly PlainRow[] {
  return events.flatMap((event) => {
    if (!('capacity' in event)) return [];
    const columns = event as unknown as Record<string, ArrayLike<number>>;
    return Array.from({ length: event.n }, (_, i) => ({
      kind: event.kind,
      inst: event.inst[i] ?? -1,
      event: event.event[i] ?? 0,
      ns: event.eventNs[i] ?? 0,
      values: (COLUMNS[event.kind] ?? []).map((name) => columns[name]?.[i] ?? Number.NaN),
    }));
  });
}

const contractOf = (id: string, symbol: string, inst: number, tickSize = 0.25): Contract => ({
  id,
  symbol,
  inst,
  name: symbol,
  description: '',
  tickSize,
  tickValue: 0.5,
  active: true,
  spec: { symbol, tickSize },
  grid: makeInstrument({ symbol, tickSize }, inst),
});

/** A feed of MNQ and MES that wants everything. */
export function feedOf(options: { depthSize?: 'volume' | 'currentVolume'; repeatedTrades?: 'keep' | 'drop' } = {}) {
  const events: ProviderEvent[] = [];
  const link = testLink();
  const feed = new MarketFeed({
    contracts: [contractOf(MNQ, 'MNQ', 0), contractOf(MES, 'MES', 1)],
    writer: new ChunkWriter((chunk) => events.push(structuredClone(chunk))),
    link,
    now: () => 1_000,
    wants: () => true,
    options: { depthSize: 'volume', repeatedTrades: 'keep', ...options },
  });
  return { feed, link, rows: () => rowsOf(events), events };
}

export const everything = (...symbols: string[]): readonly StreamDemand[] =>
  symbols.flatMap((instrument) => (['trades', 'quotes', 'depth'] as const).map((stream) => ({ stream, instrument })));

/** A gateway on this machine that lets in one key, and a provider that is led there. */
export async function world(
  symbols: readonly string[],
  {
    options = {},
    demand = everything(...symbols),
    requested,
  }: {
    readonly options?: object;
    readonly demand?: readonly StreamDemand[];
    readonly requested?: readonly InstrumentSpec[];
  } = {},
) {
  const venue = new ProjectxVenue(symbols, { userName: 'trader', apiKey: SECRET });
  await venue.start();
  const provider = () =>
    startProvider(
      projectx,
      { userName: 'trader', apiKey: SECRET, ...venue.options(), ...options },
      { requested: requested ?? symbols.map((symbol) => ({ symbol })), demand },
    );
  return { venue, provider };
}

export const isLive = (events: readonly ProviderEvent[]): boolean =>
  events.some((event) => event.kind === 'status' && event.state === 'live');
