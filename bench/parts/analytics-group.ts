import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BookAnalytics } from '../../core/analytics/book-analytics.ts';
import { BookFollower } from '../../core/analytics/book-follower.ts';
import { makeInstrument } from '../../core/domain/instrument.ts';
import { DepthUpdate, type Level, Trade } from '../../core/domain/market.ts';
import type { Group } from '../figure.ts';
import { shared } from '../places.ts';

const recording = shared('data/hftbacktest/usdm_btcusdt_20240808.gz');
/** 300 times real time, as nanoseconds of work per millisecond of market. */
const ALLOWED_NS = 1e6 / 300;
const REPORT_MS = 1000;

interface Message {
  readonly stream?: string;
  readonly lastUpdateId?: number;
  readonly bids?: readonly (readonly string[])[];
  readonly asks?: readonly (readonly string[])[];
  readonly data?: Readonly<Record<string, unknown>> & { readonly u: number; readonly T: number };
}

/** All analytics over six recorded minutes of BTCUSDT, a whole report each second. Nothing where the recording is absent. */
export function analyticsGroups(rounds: number): readonly Group[] {
  if (!existsSync(recording)) return [];
  const events = eventsOf(readFileSync(recording));
  const instrument = makeInstrument({ symbol: 'BTCUSDT', tickSize: 0.1, lotSize: 0.001 }, 0);
  const span = events.at(-1)!.tsEvent - events[0]!.tsEvent;
  const follow = (): void => {
    const follower = new BookFollower(instrument, []);
    for (const event of events) follower.take(event);
  };
  const analyse = (): void => {
    const analytics = new BookAnalytics(instrument);
    let next = 0;
    for (const event of events) {
      analytics.take(event);
      if (event.tsEvent < next) continue;
      analytics.report();
      next = event.tsEvent + REPORT_MS;
    }
  };
  return [
    {
      name: 'analytics of a recorded market',
      per: 'ms of market',
      rounds: Math.min(rounds, 5),
      cases: [
        { name: 'limit: the book alone', operations: span, start: () => ({ run: follow }) },
        { name: 'all analytics', operations: span, start: () => ({ run: analyse }), atMostNs: ALLOWED_NS },
      ],
    },
  ];
}

function eventsOf(packed: Buffer): readonly (DepthUpdate | Trade)[] {
  const messages = gunzipSync(packed)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)) as Message);
  const snapshot = messages.find(({ lastUpdateId }) => lastUpdateId !== undefined)!;
  const start = messages.find(({ data }) => data !== undefined)!.data!.T;
  const [bids, asks] = [levelsOf(snapshot.bids), levelsOf(snapshot.asks)];
  const events: (DepthUpdate | Trade)[] = [new DepthUpdate('BTCUSDT', bids, asks, true, start, start)];
  for (const { stream, data } of messages) {
    if (data === undefined) continue;
    const { T: ts } = data;
    if (stream?.includes('@depth') && data.u >= snapshot.lastUpdateId!) {
      events.push(new DepthUpdate('BTCUSDT', levelsOf(data.b), levelsOf(data.a), false, ts, ts));
    } else if (stream?.includes('@trade') && data.X === 'MARKET') {
      events.push(new Trade('BTCUSDT', Number(data.p), Number(data.q), data.m === true ? 'sell' : 'buy', ts, ts));
    }
  }
  return events;
}

const levelsOf = (rows: unknown): Level[] =>
  (rows as readonly (readonly string[])[]).map(([price, size]) => [Number(price), Number(size)]);
