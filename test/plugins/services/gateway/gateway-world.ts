import { asyncScheduler, EMPTY, Subject } from 'rxjs';
import {
  type Bar,
  type BookView,
  type ConnectionStatus,
  type DepthUpdate,
  type Equity,
  type Fill,
  makeInstrument,
  type Order,
  type Position,
  type Quote,
  Trade,
} from '#core';
import gateway from '../../../../plugins/services/gateway/index.ts';

export const SYMBOLS = ['BTC-PERP', 'ETH-PERP', 'SUI-PERP'];

/** Streams by name, made when first asked for. */
class Streams<T> {
  readonly #all = new Map<string, Subject<T>>();
  of = (name: string): Subject<T> => {
    const stream = this.#all.get(name) ?? new Subject<T>();
    this.#all.set(name, stream);
    return stream;
  };
  get observed(): readonly string[] {
    return [...this.#all].filter(([, stream]) => stream.observed).map(([name]) => name);
  }
}

/** A gateway on a port of its own, over a market that a test moves. */
export async function gatewayWorld(options: object = {}) {
  const [trades, quotes, depth, books, bars] = [
    new Streams<Trade>(),
    new Streams<Quote>(),
    new Streams<DepthUpdate>(),
    new Streams<BookView>(),
    new Streams<Bar>(),
  ];
  const [status, positions, equity] = [new Subject<ConnectionStatus>(), new Subject<Position>(), new Subject<Equity>()];
  const held = new Map<string, Position>();
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const instruments = SYMBOLS.map((symbol, index) => makeInstrument({ symbol, lotSize: 0.001 }, index));
  const service = gateway.create({
    name: 'gateway',
    options: gateway.options.parse({ port: 0, ...options }),
    instruments,
    instrumentOf: (symbol) => instruments.find((one) => one.symbol === symbol) ?? makeInstrument({ symbol }, 9),
    log: { debug: () => undefined, info: write, warn: write, error: write },
    clock: { now: () => 1_700_000_000_000, every: () => EMPTY, scheduler: asyncScheduler },
    market: {
      trades: trades.of,
      quotes: quotes.of,
      depth: depth.of,
      book: books.of,
      bars: (symbol, spec) => bars.of(`${symbol} ${typeof spec === 'string' ? spec : JSON.stringify(spec)}`),
      forming: () => EMPTY,
      session: () => EMPTY,
      rolls: () => EMPTY,
      status: () => status,
      gaps: () => EMPTY,
    },
    account: {
      orders: () => new Subject<Order>(),
      fills: () => new Subject<Fill>(),
      positions: () => positions,
      equity: () => equity,
      reports: () => EMPTY,
      position: (instrument) => held.get(instrument) ?? { instrument, quantity: 0, realised: 0, open: 0, fees: 0 },
      openOrders: () => [],
    },
    baseDir: process.cwd(),
    connections: () => EMPTY,
    wall: asyncScheduler,
    later: (work) => void setImmediate(work),
    mode: 'paper',
  });
  await service.start();
  const http = lines.map((line) => /http:\/\/\S+/.exec(line)?.[0]).find((url) => url !== undefined) ?? '';
  return {
    service,
    http,
    ws: http.replace('http', 'ws'),
    lines,
    trades,
    quotes,
    depth,
    books,
    bars,
    status,
    positions,
    held,
    equity,
    stop: async () => {
      await service.stop();
    },
  };
}

/** A trade at whole milliseconds. */
export const trade = (symbol: string, price: number, size = 1, ts = 1_700_000_000_000): Trade =>
  new Trade(symbol, price, size, 'buy', ts, ts + 5);
