import type { BarEvent, DepthEvent, QuoteEvent, TradeEvent } from '../../domain/event.ts';
import type { Level } from '../../domain/market.ts';
import type { SeededRandom } from '../../domain/random.ts';
import { type Timeframe, timeframeMicros } from '../../domain/timeframe.ts';
import type { StreamName } from '../../plugin/demand.ts';
import type { MarketEvent } from '../../plugin/loopback.ts';
import { wallMicros } from '../../runtime/wall.ts';
import { PlainBook } from './plain-book.ts';

/** First price, in ticks: far from 0, and not where invented markets like to begin. */
const BASE = 61_313;
const LEVELS = 5;
const REACH = 7;

/**
 * Events for the venue to send. No two of a kind and instrument have the same price, so that each is known again wherever
 * it comes out, whatever else a provider does to it. Times are the wall clock's, in whole milliseconds.
 */
export class TestMarket {
  private readonly random: SeededRandom;
  private readonly tickOf: (symbol: string) => number;
  private readonly counters = new Map<string, number>();
  private readonly books = new Map<string, PlainBook>();

  constructor(random: SeededRandom, tickOf: (symbol: string) => number) {
    this.random = random;
    this.tickOf = tickOf;
  }

  /** @param timeframe of bars */
  next(stream: StreamName, symbol: string, timeframe: Timeframe = '1m'): MarketEvent {
    if (stream === 'trades') return this.trade(symbol);
    if (stream === 'quotes') return this.quote(symbol);
    return stream === 'bars' ? this.bar(symbol, timeframe) : this.change(symbol);
  }

  trade(symbol: string): TradeEvent {
    const id = this.count(`trade ${symbol}`);
    const side = this.random.next() < 0.5 ? 'buy' : 'sell';
    const size = 1 + this.random.below(9);
    return { kind: 'trade', instrument: symbol, price: this.price(symbol, id), size, side, tsEvent: now(), id };
  }

  quote(symbol: string): QuoteEvent {
    const id = this.count(`quote ${symbol}`);
    const bidSize = 1 + this.random.below(9);
    const askSize = 1 + this.random.below(9);
    const bid = this.price(symbol, id);
    const ask = this.price(symbol, id + 1);
    return { kind: 'quote', instrument: symbol, bid, bidSize, ask, askSize, tsEvent: now(), id };
  }

  /** @param back how many intervals before the present one the first bar lies */
  bar(symbol: string, timeframe: Timeframe, back = 0): BarEvent {
    const n = this.count(`bar ${symbol} ${timeframe}`);
    const spanMs = (timeframeMicros(timeframe) ?? 60_000_000) / 1000;
    const start = (Math.floor(now() / spanMs) - back + n - 1) * spanMs;
    const [open, close] = [this.price(symbol, 2 * n), this.price(symbol, 2 * n + 1 + this.random.below(3))];
    const [low, high] = [this.price(symbol, 2 * n - 2), this.price(symbol, 2 * n + 6)];
    const volume = 10 + this.random.below(90);
    const trades = 1 + this.random.below(9);
    const tsEvent = start + spanMs;
    return { kind: 'bar', instrument: symbol, timeframe, start, open, high, low, close, volume, trades, tsEvent };
  }

  /** The whole book. */
  snapshot(symbol: string): DepthEvent {
    const level = (ticks: number): Level => [this.price(symbol, ticks), 1 + this.random.below(9)];
    const bids = Array.from({ length: LEVELS }, (_, i) => level(-1 - i));
    const asks = Array.from({ length: LEVELS }, (_, i) => level(1 + i));
    return this.intoBook({ ...this.depthHead(symbol), bids, asks, snapshot: true });
  }

  /** A level that comes, goes or changes. */
  change(symbol: string): DepthEvent {
    const book = this.book(symbol);
    if (book.isEmpty) return this.snapshot(symbol);
    const away = 1 + this.random.below(REACH);
    const isBid = this.random.next() < 0.5;
    const price = this.price(symbol, isBid ? -away : away);
    const before = book.sizeAt(isBid ? 'bids' : 'asks', price);
    // A venue does not send a change that changes nothing. The best stay, so that no side runs empty.
    const gone = before > 0 && away > 1 && this.random.next() < 0.3;
    const level: Level = [price, gone ? 0 : before + 1 + this.random.below(5)];
    return this.intoBook({
      ...this.depthHead(symbol),
      bids: isBid ? [level] : [],
      asks: isBid ? [] : [level],
    });
  }

  /** What the venue's book holds after all that was sent. */
  book(symbol: string): PlainBook {
    const known = this.books.get(symbol) ?? new PlainBook();
    this.books.set(symbol, known);
    return known;
  }

  private intoBook(event: DepthEvent): DepthEvent {
    this.book(event.instrument).apply(event);
    return event;
  }

  private depthHead(symbol: string): Pick<DepthEvent, 'kind' | 'instrument' | 'tsEvent' | 'id'> {
    return { kind: 'depth', instrument: symbol, tsEvent: now(), id: this.count(`depth ${symbol}`) };
  }

  private count(name: string): number {
    const next = (this.counters.get(name) ?? 0) + 1;
    this.counters.set(name, next);
    return next;
  }

  private price(symbol: string, ticks: number): number {
    return Number(((BASE + ticks) * this.tickOf(symbol)).toFixed(8));
  }
}

const now = (): number => Math.floor(wallMicros() / 1000);
