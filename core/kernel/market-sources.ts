import {
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  type DepthChunk,
  type QuoteChunk,
  SIDE_BUY,
  type TradeChunk,
} from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type AggressorSide, type Bar, DepthUpdate, type Level, Quote, Trade } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import type { BookView } from '../plugin/context.ts';
import type { BarForest } from './bar-forest.ts';
import { MadeBars } from './bars/made-bars.ts';
import { DepthBook } from './book/depth-book.ts';
import type { DemandBoard } from './demand-board.ts';
import { HotSource } from './hot-source.ts';
import type { TimerHeap } from './scheduler.ts';

/** Bits of `tradeWants`: why a trade row must be looked at. */
export const WANT_TRADES = 1;
const WANT_FORMING = 2;
const WANT_MARKS = 4;
const WANT_MADE = 8;
/** The forest has trees that the loop does not accumulate. */
const WANT_LATER_TREES = 16;
/** Bits of `quoteWants`. */
const WANT_QUOTES = 1;
const WANT_MADE_OF_QUOTES = 2;
/** Bits of `depthWants`. */
const WANT_DEPTH = 1;
const WANT_BOOK = 2;

interface Forming {
  readonly span: Micros;
  readonly source: HotSource<Bar>;
}

/** The sources that subscribers hang on, per instrument, and the demand bytes by which the loop knows of them. */
export class MarketSources {
  readonly tradeWants: Uint8Array;
  readonly quoteWants: Uint8Array;
  readonly depthWants: Uint8Array;
  /** Told after each trade of an instrument whose marks are wanted. */
  onMark: (k: number) => void = () => undefined;
  /** Bars that are made of single trades or quotes. */
  readonly made: MadeBars;
  private readonly instruments: readonly Instrument[];
  private readonly bars: BarForest;
  readonly symbols: readonly string[];
  private readonly tradeSources: HotSource<Trade>[];
  /** The function of an instrument's only listener to trades, for the kernel's loop to call. */
  readonly tradeListeners: (((trade: Trade) => void) | undefined)[];
  private readonly quoteSources: HotSource<Quote>[];
  private readonly depthSources: HotSource<DepthUpdate>[];
  private readonly bookSources: HotSource<BookView>[];
  private readonly books: (DepthBook | undefined)[];
  private readonly forming: Map<Micros, Forming>[];
  /** Levels of the depth message that is being received. */
  private readonly pending: { bids: Level[]; asks: Level[]; snapshot: boolean }[];

  constructor(instruments: readonly Instrument[], demand: DemandBoard, bars: BarForest, timers: TimerHeap) {
    this.instruments = instruments;
    this.bars = bars;
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.tradeWants = new Uint8Array(instruments.length);
    this.quoteWants = new Uint8Array(instruments.length);
    this.depthWants = new Uint8Array(instruments.length);
    this.made = new MadeBars(instruments, bars, timers, (k) => {
      this.setWant(this.tradeWants, k, WANT_MADE, this.made.wants('trades', k));
      this.setWant(this.quoteWants, k, WANT_MADE_OF_QUOTES, this.made.wants('quotes', k));
    });
    bars.onLaterTree = () => {
      for (const { index } of instruments) this.setWant(this.tradeWants, index, WANT_LATER_TREES, true);
    };
    const trades = (i: Instrument): (() => void) => demand.add('trades', i);
    this.tradeListeners = instruments.map(() => undefined);
    this.tradeSources = instruments.map((i) =>
      this.demanded(() => trades(i), this.tradeWants, i, WANT_TRADES, this.tradeListeners),
    );
    const quotes = (i: Instrument): (() => void) => demand.add('quotes', i);
    this.quoteSources = instruments.map((i) => this.demanded(() => quotes(i), this.quoteWants, i, WANT_QUOTES));
    const depth = (i: Instrument): (() => void) => demand.add('depth', i);
    this.depthSources = instruments.map((i) => this.demanded(() => depth(i), this.depthWants, i, WANT_DEPTH));
    this.bookSources = instruments.map((i) => this.demanded(() => depth(i), this.depthWants, i, WANT_BOOK));
    this.books = instruments.map(() => undefined);
    this.forming = instruments.map(() => new Map<number, Forming>());
    this.pending = instruments.map(() => ({ bids: [], asks: [], snapshot: false }));
  }

  trades = (k: number): HotSource<Trade> => this.tradeSources[k] as HotSource<Trade>;
  quotes = (k: number): HotSource<Quote> => this.quoteSources[k] as HotSource<Quote>;
  depth = (k: number): HotSource<DepthUpdate> => this.depthSources[k] as HotSource<DepthUpdate>;
  book = (k: number): HotSource<BookView> => this.bookSources[k] as HotSource<BookView>;

  /** The bar under construction after each trade. Its timeframe is built as if closed bars were wanted. */
  formingBars(k: number, span: Micros): HotSource<Bar> {
    const known = this.forming[k]?.get(span);
    if (known !== undefined) return known.source;
    const source = new HotSource<Bar>(() => {
      const observed = [...(this.forming[k]?.values() ?? [])].some((entry) => entry.source.observed);
      this.setWant(this.tradeWants, k, WANT_FORMING, observed);
    });
    this.forming[k]?.set(span, { span, source });
    return source;
  }

  /** Asks for `onMark` after each trade of the instrument, or no longer. */
  wantMarks(k: number, wanted: boolean): void {
    this.setWant(this.tradeWants, k, WANT_MARKS, wanted);
  }

  deliverTrade(chunk: TradeChunk, i: number, k: number, wants: number): void {
    if ((wants & WANT_MADE) === 0) return this.tellTrade(chunk, i, k, wants);
    this.made.takeTrade(chunk, i, k);
    // Whoever began to listen because of a bar hears the trade, as with bars that a tree made.
    this.tellTrade(chunk, i, k, this.tradeWants[k]!);
  }

  private tellTrade(chunk: TradeChunk, i: number, k: number, wants: number): void {
    if ((wants & WANT_TRADES) !== 0) {
      const side = SIDES[chunk.side[i]! + 1]!;
      const event = chunk.event[i]! / 1000;
      const recv = chunk.recv[i]! / 1000;
      const size = chunk.size[i]!;
      // A whole number below 2^31 needs no box of its own in the object.
      const plain = (size | 0) === size ? size | 0 : size;
      this.tradeSources[k]!.emit(new Trade(this.symbols[k]!, chunk.price[i]!, plain, side, event, recv));
    }
    if (wants > WANT_TRADES) this.deliverState(k, wants);
  }

  private deliverState(k: number, wants: number): void {
    if ((wants & WANT_FORMING) !== 0) this.deliverForming(k);
    if ((wants & WANT_MARKS) !== 0) this.onMark(k);
  }

  deliverQuote(chunk: QuoteChunk, i: number, k: number): void {
    if ((this.quoteWants[k]! & WANT_MADE_OF_QUOTES) !== 0) this.made.takeQuote(chunk, i, k);
    if ((this.quoteWants[k]! & WANT_QUOTES) === 0) return;
    (this.quoteSources[k] as HotSource<Quote>).emit(
      new Quote(
        (this.instruments[k] as Instrument).symbol,
        chunk.bid[i]!,
        chunk.bidSize[i]!,
        chunk.ask[i]!,
        chunk.askSize[i]!,
        chunk.event[i]! / 1000,
        chunk.recv[i]! / 1000,
      ),
    );
  }

  /**
   * Books are kept for whoever asks later: the snapshot that begins them comes only once.
   *
   * @returns whether somebody listens to the row
   */
  keepBook(chunk: DepthChunk, i: number, k: number): boolean {
    const book = this.books[k] ?? new DepthBook(this.instruments[k] as Instrument);
    this.books[k] = book;
    book.applyRow(chunk, i);
    return this.depthWants[k] !== 0;
  }

  /** Whether the best bid is at or above the best ask, as far as depth rows have come. */
  isCrossed(k: number): boolean {
    return this.books[k]?.crossed === true;
  }

  /** One level of a depth message; subscribers hear of the message at its last level. */
  deliverDepth(chunk: DepthChunk, i: number, k: number): void {
    const wants = this.depthWants[k]!;
    const flags = chunk.flags[i]!;
    const instrument = this.instruments[k] as Instrument;
    if ((wants & WANT_DEPTH) !== 0) {
      const message = this.pending[k]!;
      if ((flags & DEPTH_SNAPSHOT) !== 0) message.snapshot = true;
      const side = chunk.side[i] === SIDE_BUY ? message.bids : message.asks;
      side.push([chunk.price[i]!, chunk.size[i]!]);
    }
    if ((flags & DEPTH_LAST) === 0) return;
    if ((wants & WANT_DEPTH) !== 0) {
      const { bids, asks, snapshot } = this.pending[k]!;
      this.pending[k] = { bids: [], asks: [], snapshot: false };
      const [event, recv] = [chunk.event[i]! / 1000, chunk.recv[i]! / 1000];
      const update = new DepthUpdate(instrument.symbol, bids, asks, snapshot, event, recv);
      (this.depthSources[k] as HotSource<DepthUpdate>).emit(update);
    }
    const book = this.books[k];
    if ((wants & WANT_BOOK) !== 0 && book !== undefined) (this.bookSources[k] as HotSource<BookView>).emit(book);
  }

  private deliverForming(k: number): void {
    for (const { span, source } of this.forming[k]?.values() ?? []) {
      if (!source.observed) continue;
      const home = this.bars.levelOf(span);
      const bar = home?.tree.forming(home.level, k);
      if (bar !== undefined) source.emit(bar);
    }
  }

  /** A source whose first subscriber raises a demand and sets a bit, and whose last one takes both back. */
  private demanded<T>(
    add: () => () => void,
    wants: Uint8Array,
    { index }: Instrument,
    bit: number,
    listeners: (((value: T) => void) | undefined)[] = [],
  ): HotSource<T> {
    let release: (() => void) | undefined;
    return new HotSource<T>((count, only) => {
      listeners[index] = only;
      this.setWant(wants, index, bit, count > 0);
      if (count > 0) release ??= add();
      else {
        release?.();
        release = undefined;
      }
    });
  }

  private setWant(wants: Uint8Array, k: number, bit: number, wanted: boolean): void {
    wants[k] = wanted ? wants[k]! | bit : wants[k]! & ~bit;
  }
}

/** By column value plus one: SIDE_SELL, SIDE_UNKNOWN, SIDE_BUY. */
export const SIDES: readonly AggressorSide[] = ['sell', 'unknown', 'buy'];
