import { resolve } from 'node:path';
import { filter, type Observable, Subject, VirtualTimeScheduler } from 'rxjs';
import {
  type Bar,
  type Clock,
  type DecisionRecord,
  durationMicros,
  type Fill,
  type JournalEntry,
  type Log,
  type Market,
  makeInstrument,
  type Order,
  type Persistence,
  type PersistencePlugin,
  type Position,
  type RunInfo,
  type RunSummaryRecord,
  TradeChunk,
} from '#core';

/** 2024-08-08T23:54:15Z */
export const START_MS = 1_723_161_255_000;
export const START_US = START_MS * 1_000;
export const instruments = [
  makeInstrument({ symbol: 'BTCUSDT', tickSize: 0.1, lotSize: 0.001 }, 0),
  makeInstrument({ symbol: 'ESZ5', tickSize: 0.25, pointValue: 50 }, 1),
];

/** A persistence plugin with hands on its clock and its market, and its log lines. */
export interface Rig {
  readonly persistence: Persistence;
  readonly lines: string[];
  advance(ms: number): void;
  emit(bar: Bar): void;
}

export function rigOf(
  plugin: PersistencePlugin,
  options: object,
  baseDir: string,
  runId = 'run-1',
  traded = instruments,
): Rig {
  let now = START_MS;
  const ticks$ = new Subject<number>();
  const bars$ = new Subject<Bar>();
  const lines: string[] = [];
  const line = (message: string): void => void lines.push(message);
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const clock: Clock = { now: () => now, every: everyOf(ticks$), scheduler: new VirtualTimeScheduler() };
  const instrumentOf = (symbol: string) => {
    const found = instruments.find((instrument) => instrument.symbol === symbol);
    if (found === undefined) throw new Error(`no instrument ${symbol}`);
    return found;
  };
  const persistence = plugin.create({
    name: plugin.type,
    options: plugin.options.parse(options),
    instruments: traded,
    instrumentOf,
    log,
    clock,
    market: marketOf(bars$),
    baseDir: resolve(baseDir),
    runId,
  });
  return {
    persistence,
    lines,
    advance: (ms) => {
      now += ms;
      ticks$.next(now);
    },
    emit: (bar) => bars$.next(bar),
  };
}

/** A timer that fires when the test says so, for an interval that the real clock would take too. */
const everyOf =
  (ticks$: Observable<number>): Clock['every'] =>
  (interval) => {
    if (durationMicros(interval) === undefined) throw new Error(`no interval: ${interval}`);
    return ticks$;
  };

function marketOf(bars$: Subject<Bar>): Market {
  const none = <T>(): Observable<T> => new Subject<T>();
  return {
    trades: none,
    quotes: none,
    depth: none,
    book: none,
    forming: none,
    session: none,
    rolls: none,
    status: none,
    gaps: none,
    bars: (instrument, timeframe) =>
      bars$.pipe(filter((bar) => bar.instrument === instrument && bar.timeframe === timeframe)),
  };
}

export const runInfo = (id = 'run-1', mode: RunInfo['mode'] = 'paper'): RunInfo => ({
  id,
  mode,
  startedAt: START_US,
  configFile: 'config/demo.yaml',
  config: { instrument: 'BTCUSDT', run: { onStop: 'keep' } },
  instruments,
  plugins: { simulator: '0.1.0' },
  seed: 7,
  versions: { millrace: '0.1.0', node: 'v24.0.0' },
});

export const summary: RunSummaryRecord = {
  stopped: 'the test is over',
  endedAt: START_US + 60_000_000,
  decisions: 2,
  decisionHash: 'c0ffee',
  strategyHashes: { 'sma-cross': 'c0ffee' },
};

export const order = (change: Partial<Order> = {}): Order => ({
  id: 'sma-cross-1',
  strategy: 'sma-cross',
  instrument: 'ESZ5',
  side: 'buy',
  quantity: 3,
  type: 'limit',
  price: 5000.25,
  reason: 'fast average crossed above slow',
  tag: 'entry',
  status: 'working',
  filled: 0,
  averagePrice: undefined,
  note: undefined,
  createdAt: START_MS + 0.125,
  updatedAt: START_MS + 1.5,
  ...change,
});

export const fill = (change: Partial<Fill> = {}): Fill => ({
  id: 'F1',
  orderId: 'sma-cross-1',
  strategy: 'sma-cross',
  instrument: 'ESZ5',
  side: 'buy',
  price: 5000.25,
  quantity: 1,
  fee: 2.05,
  ts: START_MS + 2.001,
  ...change,
});

export const decision = (change: Partial<DecisionRecord> = {}): DecisionRecord => ({
  index: 0,
  cause: 41,
  ts: START_US + 125,
  strategy: 'sma-cross',
  kind: 'order',
  text: '{"side":"buy","quantity":3}',
  ...change,
});

export const position = (change: Partial<Position> & { strategy?: string; ts?: number } = {}): JournalEntry => {
  const { strategy = 'sma-cross', ts = START_MS, ...rest } = change;
  const flat = { instrument: 'ESZ5', quantity: 2, averagePrice: 5000.25, realised: -12.5, open: 25, fees: 4.1 };
  return { type: 'position', strategy, position: { ...flat, ...rest }, ts };
};

/** Trades 1, 2, 3 … of BTCUSDT: one every millisecond, priced 60,000.1, 60,000.2 … */
export function trades(first: number, count: number): JournalEntry {
  const chunk = new TradeChunk(count + 1);
  for (let row = 0; row < count; row += 1) {
    const seq = first + row;
    chunk.seq[row] = seq;
    chunk.recv[row] = START_US + seq * 1_000 + 7;
    chunk.event[row] = START_US + seq * 1_000;
    chunk.price[row] = (600_000 + seq) / 10;
    chunk.size[row] = 0.001;
    chunk.side[row] = seq % 2 === 0 ? 1 : -1;
    chunk.id[row] = 9_000_000_000 + seq;
  }
  chunk.n = count;
  return { type: 'market', chunk, from: 0, to: count };
}
