import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOf } from '../places.ts';
import type { ClientsOrder, ClientsReport } from './gateway-load-clients.ts';
import type { HostOrder, HostReport } from './gateway-load-host.ts';
import { keptTrades } from './gateway-load-kept.ts';
import { messageOf } from './message-of.ts';

const HOST = fileOf('network/gateway-load-host');
const CLIENTS = fileOf('network/gateway-load-clients');
/** How much more may be alive at the end than after the first third of the time. */
const ALLOWED_MB = 5;
const LOOK_MS = 250;
/** Looks without anything new, after which what is missing counts as lost. */
const QUIET_LOOKS = 12;

interface Scenario {
  readonly name: string;
  /** Trades per second in all. */
  readonly rate: number;
  /** Trades go to the symbols in turn. */
  readonly symbols: number;
  readonly into: { readonly clients: number; readonly symbolsPerClient: number } | 'tape' | 'sqlite';
}

/** Fifty times what the replaced systems name as their limits: 500 ticks/s, 20 symbols, 100 clients, 1,000 trades/s. */
const SCENARIOS: readonly Scenario[] = [
  {
    name: '25,000 trades/s of 1,000 symbols to a client',
    rate: 25_000,
    symbols: 1000,
    into: { clients: 1, symbolsPerClient: 1000 },
  },
  {
    name: '50,000 trades/s of 1,000 symbols to a client',
    rate: 50_000,
    symbols: 1000,
    into: { clients: 1, symbolsPerClient: 1000 },
  },
  {
    name: '1,000 clients, each all 50 trades/s of one symbol',
    rate: 50,
    symbols: 1,
    into: { clients: 1000, symbolsPerClient: 1 },
  },
  {
    name: '5,000 clients on 1,000 symbols of 5 trades/s each',
    rate: 5000,
    symbols: 1000,
    into: { clients: 5000, symbolsPerClient: 1 },
  },
  { name: '50,000 trades/s onto a tape', rate: 50_000, symbols: 1000, into: 'tape' },
  { name: '50,000 trades/s into SQLite', rate: 50_000, symbols: 1000, into: 'sqlite' },
];

interface Delay {
  readonly median: number;
  readonly p99: number;
}

export interface GatewayLoad {
  readonly name: string;
  readonly seconds: number;
  /** Trades that the market made, times those who had to get each. */
  readonly offered: number;
  readonly delivered: number;
  /** Not delivered, out of order, or twice. */
  readonly lost: number;
  /** Offered per second: what the market managed. */
  readonly perSecond: number;
  /** CPU of the run's process, with provider, kernel and strategy: share of a core, and microseconds per delivery. */
  readonly cpuShare: number;
  readonly cpuUs: number;
  /** Alive after a full collection, after the first third of the time and at the end, megabytes. */
  readonly aliveMbEarly: number;
  readonly aliveMbLate: number;
  /** Milliseconds from when a trade was due: until the strategy had it, and until a client had it. */
  readonly strategyDelay: Delay;
  readonly clientDelay: Delay | undefined;
  readonly isMet: boolean;
}

/** The gateway and the recorders at fifty times the limits of the systems that they replace, `seconds` each. */
export async function measureGatewayLoad(
  seconds: number,
  note: (line: string) => void,
): Promise<readonly GatewayLoad[]> {
  const results: GatewayLoad[] = [];
  for (const scenario of SCENARIOS) {
    note(`measuring ${scenario.name} …`);
    results.push(await measure(scenario, seconds));
  }
  return results;
}

async function measure(scenario: Scenario, seconds: number): Promise<GatewayLoad> {
  const { rate, symbols, into } = scenario;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const children: ChildProcess[] = [];
  const start = (file: string, order: HostOrder | ClientsOrder): ChildProcess => {
    const child = fork(file, [JSON.stringify(order)]);
    children.push(child);
    return child;
  };
  const play = async (host: ChildProcess): Promise<number> => {
    const played = messageOf<{ sent: number }>(host);
    host.send('play');
    return (await played).sent;
  };
  const end = async (host: ChildProcess): Promise<HostReport> => {
    const ended = messageOf<HostReport>(host);
    host.send('end');
    return ended;
  };

  try {
    const host = start(HOST, { rate, seconds, symbols, into: typeof into === 'string' ? into : 'clients', folder });
    if (typeof into === 'string') {
      const offered = await play(host);
      const report = await end(host);
      return resultOf(scenario, seconds, report, { offered, trades: await keptTrades(folder, into), wrong: 0 });
    }
    const { port } = await messageOf<{ port: number }>(host);
    const clients = start(CLIENTS, { port, symbols, ...into });
    await messageOf(clients);
    const offered = ((await play(host)) * into.clients * into.symbolsPerClient) / symbols;
    const seen = await settled(clients, offered);
    return resultOf(scenario, seconds, await end(host), { offered, ...seen });
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The clients' counts, once they have got everything, or nothing more comes. */
async function settled(clients: ChildProcess, offered: number): Promise<ClientsReport> {
  const delays: number[] = [];
  let trades = 0;
  for (let quiet = 0; ; quiet++) {
    const answer = messageOf<ClientsReport>(clients);
    clients.send('count');
    const report = await answer;
    delays.push(...report.delays);
    if (report.trades >= offered || quiet === QUIET_LOOKS) return { ...report, delays };
    if (report.trades > trades) quiet = 0;
    trades = report.trades;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function resultOf(
  { name, rate }: Scenario,
  seconds: number,
  { sent, seen, tookMs, cpuMs, aliveMbEarly, aliveMbLate, delays }: HostReport,
  into: Omit<ClientsReport, 'delays'> & { readonly offered: number; readonly delays?: readonly number[] },
): GatewayLoad {
  const { offered, trades } = into;
  const lost = offered - trades + into.wrong + (sent - seen);
  return {
    name,
    seconds,
    offered,
    delivered: trades,
    lost,
    perSecond: offered / (tookMs / 1000),
    cpuShare: cpuMs / tookMs,
    cpuUs: (cpuMs * 1000) / trades,
    aliveMbEarly,
    aliveMbLate,
    strategyDelay: delayOf(delays),
    clientDelay: into.delays && delayOf(into.delays),
    isMet: lost === 0 && sent / (tookMs / 1000) > 0.98 * rate && aliveMbLate - aliveMbEarly <= ALLOWED_MB,
  };
}

function delayOf(samples: readonly number[]): Delay {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, p99: sorted[Math.floor(sorted.length * 0.99)]! };
}
