import { fork } from 'node:child_process';
import type { InstrumentSpec } from '../../core/index.ts';
import finnhub from '../../plugins/providers/finnhub/index.ts';
import { fileOf } from '../places.ts';
import { aliveMb } from './alive-mb.ts';
import { inMemory } from './in-memory.ts';
import { messageOf } from './message-of.ts';

const SERVER = fileOf('network/load-server');
/** Trades in a frame, as a busy venue packs them. */
const PER_FRAME = 10;
const RATE = 100_000;
const SYMBOLS = 1000;
/** How much more may be alive at the end than after the first third of the time. */
const ALLOWED_MB = 5;

export interface LoadResult {
  readonly rate: number;
  readonly seconds: number;
  readonly symbols: number;
  readonly sent: number;
  readonly seen: number;
  /** What the server managed to send, trades per second. */
  readonly sentPerSecond: number;
  /** CPU of the receiving process, share of one core. */
  readonly cpuShare: number;
  /** Alive after a full collection, after the first third of the time and at the end, megabytes. */
  readonly aliveMbEarly: number;
  readonly aliveMbLate: number;
  readonly isMet: boolean;
}

/** A venue in another process sends trades as JSON over a WebSocket; every one has to reach a strategy here. */
export async function measureLoad(seconds: number): Promise<LoadResult> {
  const server = fork(SERVER, [RATE, seconds, SYMBOLS, PER_FRAME].map(String));
  try {
    const { port } = await messageOf<{ port: number }>(server);
    const instruments: InstrumentSpec[] = Array.from({ length: SYMBOLS }, (_, i) => ({
      symbol: `BINANCE:COIN${i}USDT`,
      tickSize: 0.01,
    }));
    const options = {
      apiKey: 'bench',
      wsUrl: `ws://127.0.0.1:${port}`,
      maxSymbols: SYMBOLS,
      subscriptionsPerSecond: 10_000,
      checkSymbols: false,
    };
    const run = await inMemory(finnhub, options, instruments, undefined, 'real');
    let aliveMbEarly = Number.NaN;
    const sampling = setTimeout(
      () => {
        aliveMbEarly = aliveMb();
      },
      (seconds * 1000) / 3,
    );
    const before = process.cpuUsage();
    const { sent, tookMs } = await messageOf<{ sent: number; tookMs: number }>(server);
    for (let wait = 0; wait < 200 && run.seen() < sent; wait++) await new Promise((resolve) => setTimeout(resolve, 25));
    const { user, system } = process.cpuUsage(before);
    clearTimeout(sampling);
    const seen = run.seen();
    const aliveMbLate = aliveMb();
    await run.stop();
    const sentPerSecond = sent / (tookMs / 1000);
    return {
      rate: RATE,
      seconds,
      symbols: SYMBOLS,
      sent,
      seen,
      sentPerSecond,
      cpuShare: (user + system) / 1000 / tookMs,
      aliveMbEarly,
      aliveMbLate,
      isMet: seen === sent && sentPerSecond > 0.98 * RATE && aliveMbLate - aliveMbEarly <= ALLOWED_MB,
    };
  } finally {
    server.kill();
  }
}
