import { performance } from 'node:perf_hooks';
import type { InstrumentSpec, Net, ProviderPlugin } from '../../core/index.ts';
import binance from '../../plugins/providers/binance/index.ts';
import bluefin from '../../plugins/providers/bluefin/index.ts';
import finnhub from '../../plugins/providers/finnhub/index.ts';
import type { Group } from '../figure.ts';
import { inMemory } from './in-memory.ts';

/** Nanoseconds of one trade among many in a frame; and from a frame in memory to the call, where it is scanned or parsed. */
const MOST_NS = { amongMany: 400, scanned: 400, parsed: 1500 };

interface Venue {
  readonly plugin: ProviderPlugin;
  readonly options: object;
  readonly perFrame: number;
  readonly json?: Net['json'];
  readonly frame: (symbols: readonly string[], first: number) => string;
  /** The frames are none that a scanner takes. */
  readonly isParsed?: boolean;
}

const finnhubVenue = (perFrame: number): Venue => ({
  plugin: finnhub,
  options: { apiKey: 'bench', maxSymbols: 1000, checkSymbols: false },
  perFrame,
  frame: (symbols, first) =>
    JSON.stringify({
      type: 'trade',
      data: Array.from({ length: perFrame }, (_, i) => ({
        c: null,
        p: 60_000 + ((first + i) % 500) / 100,
        s: symbols[(first + i) % symbols.length],
        t: 1_767_000_000_000 + first + i,
        v: 1 + ((first + i) % 7),
      })),
    }),
});

/** The same with a blank, as the venue does not send it: JSON.parse has to read it. */
const unusualVenue: Venue = {
  ...finnhubVenue(1),
  frame: (symbols, first) => finnhubVenue(1).frame(symbols, first).replace(':', ': '),
  isParsed: true,
};

const binanceVenue: Venue = {
  plugin: binance,
  options: { market: 'spot', fillWait: '1ms' },
  perFrame: 1,
  json: ({ url }) =>
    Promise.resolve({
      symbols: (JSON.parse(new URL(url).searchParams.get('symbols') ?? '[]') as string[]).map((symbol) => ({
        symbol,
        status: 'TRADING',
        filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.01' }],
      })),
    }),
  frame: (symbols, first) => {
    const symbol = symbols[first % symbols.length] ?? '';
    return JSON.stringify({
      stream: `${symbol.toLowerCase()}@trade`,
      data: {
        e: 'trade',
        E: 1_767_000_000_000 + first,
        s: symbol,
        t: 1 + Math.floor(first / symbols.length),
        p: (60_000 + (first % 500) / 100).toFixed(8),
        q: (1 + (first % 7)).toFixed(8),
        T: 1_767_000_000_000 + first,
        m: first % 2 === 0,
        M: true,
      },
    });
  },
};

const bluefinVenue: Venue = {
  plugin: bluefin,
  options: {},
  perFrame: 1,
  json: () => Promise.resolve({ status: 'healthy', connected: true }),
  frame: (symbols, first) =>
    JSON.stringify({
      type: 'trade',
      symbol: symbols[first % symbols.length],
      timestamp: (1_767_000_000_000 + first) / 1000,
      data: {
        price: 60_000 + (first % 500) / 100,
        size: 1 + (first % 7),
        side: first % 2 === 0 ? 'buy' : 'sell',
        trade_id: `trade_${1_767_000_000_000 + first}_${1000 + (first % 9000)}`,
      },
    }),
};

/** Frames as the venues send them, from memory into a strategy. The limit is parsing them. */
export function framesGroups(trades: number, rounds: number): readonly Group[] {
  return [
    group('Finnhub frames of one trade', finnhubVenue(1), trades, rounds),
    group('Finnhub frames of ten trades', finnhubVenue(10), trades, rounds),
    group('Finnhub frames of another form', unusualVenue, trades, rounds),
    group('Binance spot frames', binanceVenue, trades, rounds),
    group('Bluefin frames', bluefinVenue, trades, rounds),
  ];
}

function group(name: string, venue: Venue, trades: number, rounds: number): Group {
  const instruments: InstrumentSpec[] = Array.from({ length: 20 }, (_, i) => ({
    symbol: venue.plugin === finnhub ? `BINANCE:COIN${i}USDT` : `COIN${i}USDT`,
    tickSize: 0.01,
  }));
  const symbols = instruments.map(({ symbol }) => symbol);
  const frames = Array.from({ length: Math.ceil(trades / venue.perFrame) }, (_, i) =>
    venue.frame(symbols, i * venue.perFrame),
  );
  // As they come from a socket.
  const received = frames.map((frame) => Buffer.from(frame));
  const operations = frames.length * venue.perFrame;
  const untilCalled = {
    name: 'until the strategy is called, at the median',
    operations,
    atMostNs: venue.isParsed === true ? MOST_NS.parsed : MOST_NS.scanned,
    start: async () => {
      const { feed, stop } = await timed(venue, instruments);
      return { run: () => feed(received), finish: stop };
    },
  };
  return {
    name: `${name}, from memory into a strategy`,
    per: 'trade',
    rounds,
    cases: [
      {
        name: 'limit: JSON.parse',
        operations,
        start: () => ({
          run: () => {
            for (const frame of frames) kept.push(JSON.parse(frame));
            kept.length = 0;
          },
        }),
      },
      {
        name: `${venue.plugin.type} → intake → kernel → strategy`,
        operations,
        atMostNs: venue.perFrame === 1 ? undefined : MOST_NS.amongMany,
        start: async () => {
          const made = await inMemory(venue.plugin, venue.options, instruments, venue.json);
          return {
            run: () => {
              for (const frame of received) made.feed(frame);
            },
            finish: async () => {
              if (made.seen() !== operations)
                throw new Error(`the strategy saw ${made.seen()} of ${operations} trades`);
              await made.stop();
            },
          };
        },
      },
      ...(venue.perFrame === 1 ? [untilCalled] : []),
    ],
  };
}

/** Feeds frames of one trade and answers the median time from there to the strategy's function, less that of reading the clock. */
async function timed({ plugin, options, json }: Venue, instruments: readonly InstrumentSpec[]) {
  const state = { began: 0, calls: 0 };
  let latencies = new Float64Array(0);
  const made = await inMemory(plugin, options, instruments, json, 'in memory', () => {
    latencies[state.calls++] = performance.now() - state.began;
  });
  const feed = (frames: readonly Uint8Array[]): number => {
    latencies = new Float64Array(frames.length);
    const clock = new Float64Array(frames.length);
    for (const [i, frame] of frames.entries()) {
      const began = performance.now();
      clock[i] = performance.now() - began;
      state.began = performance.now();
      made.feed(frame);
    }
    if (state.calls !== frames.length) throw new Error(`the strategy saw ${state.calls} of ${frames.length} trades`);
    return (medianOf(latencies) - medianOf(clock)) * 1e6;
  };
  return { feed, stop: made.stop };
}

const medianOf = (times: Float64Array): number => times.toSorted()[times.length >> 1]!;

/** Where parsed frames go, so that none is optimised away. */
const kept: unknown[] = [];
