import { interval, NEVER, of, Subject, VirtualTimeScheduler } from 'rxjs';
import {
  type ConnectionStatus,
  type Equity,
  type Fill,
  makeInstrument,
  type Order,
  type Position,
  type ServicePlugin,
} from '#core';

const MNQ = makeInstrument({ symbol: 'MNQ', tickSize: 0.25, pointValue: 2 }, 0);

/** An account that a test moves, a market in which nothing happens, and the lines that the service wrote. */
export function serviceWorld(plugin: ServicePlugin, options: unknown) {
  const scheduler = new VirtualTimeScheduler();
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const orders = new Subject<Order>();
  const fills = new Subject<Fill>();
  const equity = new Subject<Equity>();
  const positions = new Subject<Position>();
  const status = new Subject<ConnectionStatus>();
  const silence = () => NEVER;
  const service = plugin.create({
    name: plugin.type,
    options: plugin.options.parse(options),
    instruments: [MNQ],
    instrumentOf: () => MNQ,
    log: { debug: write, info: write, warn: write, error: write },
    clock: { now: () => scheduler.now(), every: (ms) => interval(Number(ms)), scheduler },
    market: {
      trades: silence,
      quotes: silence,
      depth: silence,
      book: silence,
      bars: silence,
      forming: silence,
      session: silence,
      rolls: silence,
      status: () => status,
      gaps: silence,
    },
    account: {
      orders: () => orders,
      fills: () => fills,
      positions: () => positions,
      equity: () => equity,
      reports: () => NEVER,
      position: (instrument) => ({ instrument, quantity: 0, realised: 0, open: 0, fees: 0 }),
      openOrders: () => [],
    },
    baseDir: process.cwd(),
    mode: 'paper',
    connections: () => of([]),
    wall: scheduler,
    later: (work) => void scheduler.schedule(work),
  });
  return {
    service,
    scheduler,
    lines,
    orders,
    fills,
    equity,
    /** How many streams are being listened to. */
    listening: () => [orders, fills, equity, positions, status].filter(({ observed }) => observed).length,
    pass: (ms: number): void => {
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.flush();
      scheduler.frame = scheduler.maxFrames;
    },
  };
}
