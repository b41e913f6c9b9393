import { firstValueFrom, interval, race, Subject, Subscription, timer } from 'rxjs';
import { type Demand, MICROS_PER_MS, type ProviderEvent, type StreamDemand } from '#core';
import { can, type Exchange, wayTo } from './exchange.ts';
import type { InstrumentFeeds } from './instrument-feeds.ts';
import { Pump, type PumpParts } from './pump.ts';
import type { Tools } from './tools.ts';

const LOOK_MS = 1000;

type Line = 'trades' | 'book' | 'bars';
const CALLS = { trades: 'Trades', book: 'OrderBook', bars: 'OHLCV' } as const;

export interface SessionParts {
  readonly tools: Tools;
  readonly feeds: ReadonlyMap<string, InstrumentFeeds>;
  readonly demand: Demand;
  readonly emit: (event: ProviderEvent) => void;
  readonly onLost: (error: unknown) => void;
}

/**
 * One connection as the runtime sees it: a pump per stream and instrument. One call for several instruments would need fewer
 * sockets on some exchanges, but delivers an instrument's trade only with its next one when two come in one packet.
 */
export class Session {
  private readonly parts: SessionParts;
  private readonly pumps = new Map<string, Pump>();
  private readonly all = new Subscription();
  private readonly closed$ = new Subject<void>();
  private isLive = false;
  private lastPong = 0;

  constructor(parts: SessionParts) {
    this.parts = parts;
  }

  open(): void {
    const { demand, feeds, tools } = this.parts;
    for (const { book } of feeds.values()) book.reset('reconnect');
    this.follow(demand.current());
    if (this.pumps.size === 0) this.live();
    this.all.add(demand.changes$.subscribe((demands) => this.follow(demands)));
    this.all.add(interval(LOOK_MS, tools.wall).subscribe(() => this.look()));
  }

  close(): void {
    this.all.unsubscribe();
    for (const pump of this.pumps.values()) pump.stop();
    this.pumps.clear();
    this.closed$.next();
    for (const { trades } of this.parts.feeds.values()) trades.pause();
  }

  private follow(demands: readonly StreamDemand[]): void {
    const { feeds, tools } = this.parts;
    const taken = demands.filter(({ stream }) => tools.options.streams.includes(stream));
    const has = (stream: StreamDemand['stream'], symbol: string): boolean =>
      taken.some((each) => each.stream === stream && each.instrument === symbol);
    for (const { symbol, book } of feeds.values()) {
      // A book that is wanted anew begins with a snapshot, whatever went out before.
      if (!book.wantsDepth && has('depth', symbol)) book.reset();
      book.wantsDepth = has('depth', symbol);
      book.wantsQuotes = has('quotes', symbol);
      this.keep('trades', symbol, has('trades', symbol));
      this.keep('book', symbol, book.wantsDepth || book.wantsQuotes);
      this.keep('bars', symbol, has('bars', symbol));
    }
  }

  private keep(line: Line, symbol: string, wanted: boolean): void {
    const key = `${line} ${symbol}`;
    const pump = this.pumps.get(key);
    if (pump === undefined && wanted) this.start(line, symbol, key);
    if (pump === undefined || wanted) return;
    pump.stop();
    this.pumps.delete(key);
    this.leave(line, symbol);
  }

  private start(line: Line, symbol: string, key: string): void {
    const { tools, feeds, onLost } = this.parts;
    const feed = feeds.get(symbol);
    const way = wayTo(tools.exchange, CALLS[line]);
    if (feed === undefined || way === undefined) return;
    const { next, take, onBroken } = way === 'watch' ? this.watched(line, feed) : this.polled(line, feed);
    const pump = new Pump({
      link: tools.link,
      next,
      take: (answer) => {
        take(answer);
        this.live();
      },
      onUnsupported: (error) => tools.log.warn(`${line} of ${symbol} cannot be had`, { err: error }),
      onLost,
      ...(onBroken === undefined ? {} : { onBroken }),
    });
    this.pumps.set(key, pump);
    if (line === 'trades' && way === 'watch') void feed.trades.resume();
    if (line === 'bars') void feed.bars.begin();
    void pump.run();
  }

  private watched(line: Line, { symbol, trades, book, bars }: InstrumentFeeds): Ways {
    const { exchange, options } = this.parts.tools;
    switch (line) {
      case 'trades':
        return { next: () => exchange.watchTrades(symbol), take: (answer) => trades.take(answer) };
      case 'book':
        return {
          // Without a limit: with a small one ccxt asks for a small snapshot, and never learns of the levels below.
          next: () => exchange.watchOrderBook(symbol),
          take: (answer) => book.take(answer),
          onBroken: (reason) => book.reset(reason),
        };
      case 'bars':
        return { next: () => exchange.watchOHLCV(symbol, options.bars), take: (answer) => bars.take(answer) };
    }
  }

  private polled(line: Line, { symbol, trades, book, bars }: InstrumentFeeds): Ways {
    const { exchange, options } = this.parts.tools;
    const soon = options.poll / MICROS_PER_MS;
    switch (line) {
      case 'trades':
        return {
          next: () => this.after(soon, () => exchange.fetchTrades(symbol, trades.since)),
          take: (answer) => trades.takePage(answer),
        };
      case 'book':
        return {
          next: () => this.after(soon, () => exchange.fetchOrderBook(symbol)),
          take: (answer) => book.take(answer),
        };
      case 'bars':
        return {
          next: () => this.after(soon, () => exchange.fetchOHLCV(symbol, options.bars, bars.since)),
          take: (answer) => bars.takePage(answer),
        };
    }
  }

  /** Waits, but not beyond the end of the connection. */
  private async after(ms: number, ask: () => Promise<unknown>): Promise<unknown> {
    await firstValueFrom(race(timer(ms, this.parts.tools.wall), this.closed$));
    return this.all.closed ? [] : ask();
  }

  /** Tells the exchange, where it can be told; otherwise what still comes is ignored. */
  private leave(line: Line, symbol: string): void {
    const { exchange, options } = this.parts.tools;
    if (!can(exchange, `unWatch${CALLS[line]}`)) return;
    const left = {
      trades: () => exchange.unWatchTrades?.(symbol),
      book: () => exchange.unWatchOrderBook?.(symbol),
      bars: () => exchange.unWatchOHLCV?.(symbol, options.bars),
    }[line]();
    left?.catch(() => undefined);
  }

  private live(): void {
    if (this.isLive) return;
    this.isLive = true;
    this.parts.emit({ kind: 'status', state: 'live' });
  }

  /** Once a second: signs of life of the sockets, and bars that are due. */
  private look(): void {
    const { tools, feeds } = this.parts;
    const pong = latestPong(tools.exchange);
    if (pong > this.lastPong) {
      if (this.lastPong > 0) tools.link.heartbeat();
      this.lastPong = pong;
    }
    for (const { symbol, bars } of feeds.values()) if (this.pumps.has(`bars ${symbol}`)) void bars.catchUp();
  }
}

type Ways = Pick<PumpParts, 'next' | 'take' | 'onBroken'>;

const latestPong = ({ clients = {} }: Exchange): number =>
  Object.values(clients).reduce(
    (latest, { lastPong }) => (typeof lastPong === 'number' && lastPong > latest ? lastPong : latest),
    0,
  );
