import { createServer, type Server } from 'node:http';
import { asyncScheduler } from 'rxjs';
import {
  type BarEvent,
  type DepthEvent,
  type LoopbackFactory,
  type MarketEvent,
  type QuoteEvent,
  type StreamDemand,
  type StreamName,
  type TradeEvent,
  timeframeMicros,
  type VenueFault,
} from '#core';
import { closeLocally, LoopbackBase, listenLocally } from '#core/testing';
import { aggTradeFrame, barFrame, depthFrame, type Form, quoteFrame, tradeFrame } from './frames.ts';
import { RestInterface } from './rest-interface.ts';
import { StreamServer } from './stream-server.ts';
import { VenueBook } from './venue-book.ts';

/** Longest that a message waits to be overtaken. */
const OVERTAKE_MS = 200;
/** How far the numbers of a book leap when it is set up anew. */
const LEAP = 1000;

const STREAM_OF: Readonly<Record<string, StreamName>> = {
  trade: 'trades',
  aggTrade: 'trades',
  bookTicker: 'quotes',
  depth: 'depth',
};

/** A frame for everybody who is subscribed to one of these streams. */
type Outgoing = readonly (readonly [name: string, frameFor: (form: Form) => unknown])[];

/**
 * Binance on this machine: spot below `/`, USD-M below `/public` and `/market`, and the REST interfaces of both. What it is
 * given goes into its books and its list of trades first, so that snapshots, gaps and streams agree.
 */
export class BinanceLoopback extends LoopbackBase {
  readonly streams: readonly StreamName[] = ['trades', 'quotes', 'depth', 'bars'];
  readonly faults: readonly VenueFault[] = [
    'malformed',
    'unknown-message',
    'silent',
    'duplicate',
    'reorder',
    'sequence-gap',
    'reset-book',
    'rate-limit',
  ];
  private readonly books: ReadonlyMap<string, VenueBook>;
  private readonly sockets = new StreamServer(() => asyncScheduler.now());
  private readonly rest: RestInterface;
  private readonly once = new Set<VenueFault>();
  private isSilent = false;
  private overtaken: { readonly key: string; readonly go: () => void } | undefined;
  private server: Server | undefined;

  constructor(instruments: readonly string[], { strict = false }: { readonly strict?: boolean } = {}) {
    super();
    this.books = new Map(instruments.map((symbol) => [symbol, new VenueBook(symbol)]));
    this.rest = new RestInterface(this.books, () => asyncScheduler.now(), strict);
  }

  options(): Readonly<Record<string, unknown>> {
    const address = `127.0.0.1:${this.port(0)}`;
    // Bars of a second, since nobody waits for one of a minute here.
    return { streamsUrl: `ws://${address}`, restUrl: `http://${address}`, ping: '1s', weight: 1_000_000, bars: '1s' };
  }

  demand(): readonly StreamDemand[] {
    const symbols = new Map([...this.books.keys()].map((symbol) => [symbol.toLowerCase(), symbol]));
    return [...this.sockets.names()].flatMap((name) => {
      const [symbol = '', channel = ''] = name.split('@');
      const stream = channel.startsWith('kline_') ? 'bars' : STREAM_OF[channel];
      const instrument = symbols.get(symbol);
      return stream === undefined || instrument === undefined ? [] : [{ stream, instrument }];
    });
  }

  /** Takes the event into the books in any case, and sends it unless a fault holds it back. */
  send(event: MarketEvent): boolean {
    const book = this.books.get(event.instrument);
    if (book === undefined) return false;
    const outgoing = this.framesOf(event, book, event.tsEvent ?? asyncScheduler.now());
    if (this.isSilent || this.once.delete('sequence-gap')) return false;
    const key = `${event.kind} ${event.instrument}`;
    if (this.once.delete('reorder')) {
      const wanted = outgoing.some(([name]) => this.sockets.names().has(name));
      if (wanted) this.holdBack(key, outgoing);
      return wanted;
    }
    const sent = this.deliver(outgoing);
    if (this.once.delete('duplicate')) this.deliver(outgoing);
    if (this.overtaken?.key === key) this.overtaken.go();
    return sent;
  }

  /** The announcement before a planned shutdown; `closeOldest` follows it. */
  announceShutdown(): void {
    const data = { e: 'serverShutdown', E: asyncScheduler.now() };
    this.sockets.sendText(JSON.stringify({ stream: '!serverShutdown', data }));
  }

  /** Ends the connection that has been open the longest, as the venue does after 24 hours. */
  closeOldest(): void {
    this.sockets.closeOldest();
  }

  /** Connections that were cut for breaking the venue's limits. */
  get offences(): number {
    return this.sockets.offences;
  }

  protected override async open(): Promise<readonly number[]> {
    const server = createServer((request, response) => this.rest.answer(request, response));
    server.on('upgrade', (request, socket, head) => this.sockets.upgrade(request, socket, head));
    this.server = server;
    this.sockets.open();
    return [await listenLocally(server)];
  }

  protected override async shut(): Promise<void> {
    this.sockets.shut();
    await closeLocally(this.server);
  }

  protected override play(fault: VenueFault): void {
    if (fault === 'silent') this.isSilent = true;
    else if (fault === 'rate-limit') this.rest.refusing = true;
    else if (fault === 'malformed') this.sockets.sendText('{"stream":"btcusdt@trade","data":{"e":"trade","s":"BTC');
    else if (fault === 'unknown-message')
      this.sockets.sendText('{"stream":"a@novelty","data":{"e":"novelty","s":"A"}}');
    else if (fault === 'reset-book') for (const book of this.books.values()) book.lastUpdate += LEAP;
    else this.once.add(fault);
  }

  protected override behaveAgain(): void {
    this.isSilent = false;
    this.rest.refusing = false;
    this.once.clear();
  }

  protected override closeAll(): void {
    this.sockets.closeAll();
  }

  private deliver(outgoing: Outgoing): boolean {
    return outgoing.map(([name, frameFor]) => this.sockets.broadcast(name, frameFor)).some((sent) => sent > 0);
  }

  private holdBack(key: string, outgoing: Outgoing): void {
    const waiting = {
      key,
      go: () => {
        if (this.overtaken !== waiting) return;
        this.overtaken = undefined;
        this.deliver(outgoing);
      },
    };
    this.overtaken = waiting;
    asyncScheduler.schedule(waiting.go, OVERTAKE_MS);
  }

  private framesOf(event: MarketEvent, book: VenueBook, time: number): Outgoing {
    if (event.kind === 'trade') return tradeFrames(event, book, time);
    if (event.kind === 'quote') return quoteFrames(event, book, time);
    return event.kind === 'depth' ? depthFrames(event, book, time) : barFrames(event, book);
  }
}

function tradeFrames(event: TradeEvent, book: VenueBook, time: number): Outgoing {
  const { symbol } = book;
  const trade = book.addTrade(event, time);
  return [
    [`${symbol.toLowerCase()}@trade`, (form) => tradeFrame(symbol, trade, form)],
    [`${symbol.toLowerCase()}@aggTrade`, (form) => aggTradeFrame(symbol, trade, form)],
  ];
}

function quoteFrames(event: QuoteEvent, book: VenueBook, time: number): Outgoing {
  const id = ++book.quoteId;
  return [[`${book.symbol.toLowerCase()}@bookTicker`, (form) => quoteFrame(book.symbol, id, event, time, form)]];
}

/** Changes go out as they come, whatever speed was asked for, so that each event is a frame. */
function depthFrames(event: DepthEvent, book: VenueBook, time: number): Outgoing {
  const change = book.change(event, time);
  const symbol = book.symbol.toLowerCase();
  return [`${symbol}@depth`, `${symbol}@depth@100ms`].map((name) => [
    name,
    (form) => depthFrame(book.symbol, change, form),
  ]);
}

function barFrames(event: BarEvent, book: VenueBook): Outgoing {
  book.addBar(event);
  const spanMs = (timeframeMicros(event.timeframe) ?? 0) / 1000;
  const name = `${book.symbol.toLowerCase()}@kline_${event.timeframe}`;
  return [[name, (form) => barFrame(book.symbol, event, spanMs, form)]];
}

/** Two that it lists, as a configuration names them. */
export const instruments: readonly string[] = ['BTCUSDT', 'ETHUSDT'];

const create: LoopbackFactory = ({ instruments }) => new BinanceLoopback(instruments);
export default create;
