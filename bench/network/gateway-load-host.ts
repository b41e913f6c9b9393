/** A run with a strategy, and with a gateway or a recorder, in a process of its own. Started by gateway-load.ts. */
import { join } from 'node:path';
import { pino } from 'pino';
import type { LoadedPlugin } from '../../core/config/run-config.ts';
import type { InstrumentSpec } from '../../core/index.ts';
import sqlite from '../../plugins/persistence/sqlite/index.ts';
import tape from '../../plugins/persistence/tape.ts';
import gateway from '../../plugins/services/gateway/index.ts';
import { aliveMb } from './alive-mb.ts';
import { LoadMarket } from './gateway-load-market.ts';
import { startLiveRun } from './live-run.ts';

/** What the host is told on its command line. */
export interface HostOrder {
  readonly rate: number;
  readonly seconds: number;
  readonly symbols: number;
  /** Who gets the trades, besides a strategy. */
  readonly into: 'clients' | 'tape' | 'sqlite';
  readonly folder: string;
}

/** What it says at the end. */
export interface HostReport {
  readonly sent: number;
  readonly seen: number;
  readonly tookMs: number;
  /** CPU of the process, from the first trade until the last has arrived. */
  readonly cpuMs: number;
  readonly aliveMbEarly: number;
  readonly aliveMbLate: number;
  /** Milliseconds from when a trade was due until the strategy had it, the longest of each beat of the market. */
  readonly delays: readonly number[];
}

/** Queues for four seconds at the highest rate: with the default thousand frames a client may pause for 20 ms. */
const GATEWAY = { port: 0, maxClients: 5000, maxSymbols: 1000, queueFrames: 200_000, queueBytes: 64 * 2 ** 20 };

const order = JSON.parse(process.argv[2] ?? '{}') as HostOrder;
const instruments: InstrumentSpec[] = Array.from({ length: order.symbols }, (_, i) => ({
  symbol: `S${String(i).padStart(4, '0')}`,
  tickSize: 0.01,
}));
const market = new LoadMarket(order.rate, instruments);
const loaded = <P extends LoadedPlugin['plugin']>(plugin: P, options: object) => ({
  key: plugin.type,
  plugin,
  options: plugin.options.parse(options),
  version: 'bench',
});
const logger = pino(
  { level: 'info', base: null },
  {
    write: (text: string) => {
      const { level, msg } = JSON.parse(text) as { level: number; msg: string };
      const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(msg) ?? [];
      if (port !== undefined) process.send?.({ port: Number(port) });
      if (level >= 40) process.stderr.write(`${msg}\n`);
    },
  },
);
const plugins = {
  clients: { services: [loaded(gateway, GATEWAY)], persistence: [] },
  tape: { services: [], persistence: [loaded(tape, { folder: order.folder, record: ['trades'] })] },
  sqlite: {
    services: [],
    persistence: [loaded(sqlite, { file: join(order.folder, 'journal.sqlite'), ticks: ['trades'] })],
  },
};
const stop = await startLiveRun({
  name: 'load',
  instruments,
  provider: market.provider,
  onTrade: market.see,
  logger,
  rest: { baseDir: order.folder, ...plugins[order.into] },
});

let before = process.cpuUsage();
let aliveMbEarly = Number.NaN;
process.on('message', (message) => void (message === 'play' ? play() : end()));
process.on('disconnect', () => process.exit());

async function play(): Promise<void> {
  setTimeout(
    () => {
      aliveMbEarly = aliveMb();
    },
    (order.seconds * 1000) / 3,
  );
  before = process.cpuUsage();
  await market.play(order.seconds);
  process.send?.({ sent: market.sent });
}

async function end(): Promise<void> {
  const { user, system } = process.cpuUsage(before);
  const aliveMbLate = aliveMb();
  await stop();
  const report: HostReport = {
    sent: market.sent,
    seen: market.seen,
    tookMs: market.tookMs,
    cpuMs: (user + system) / 1000,
    aliveMbEarly,
    aliveMbLate,
    delays: market.delays,
  };
  process.send?.(report, () => process.exit());
}
