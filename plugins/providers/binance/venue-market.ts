import { type ChunkWriter, type Link, type Micros, type StreamName, toMillis } from '#core';
import type { BarFeed, RawBar } from './bar-feed.ts';
import type { BookFeed } from './book-feed.ts';
import type { DepthMessage } from './depth-sync.ts';
import type { TradeFlow } from './trade-flow.ts';

export interface VenueMarketParts {
  readonly symbol: string;
  /** Place in the provider's instruments. */
  readonly inst: number;
  readonly writer: ChunkWriter;
  readonly link: Link;
  readonly trades: TradeFlow;
  readonly book: BookFeed;
  readonly bars: BarFeed;
}

const NOTHING: Readonly<Record<StreamName, boolean>> = { trades: false, quotes: false, depth: false, bars: false };

/** One instrument: takes what frames say of it, as far as somebody wants it. */
export class VenueMarket {
  readonly symbol: string;
  private readonly parts: VenueMarketParts;
  private readonly wanted: Record<StreamName, boolean> = { ...NOTHING };
  private lastQuote = 0;
  private lastQuoteEvent: Micros | undefined;
  private quoteIsFirst = true;

  constructor(parts: VenueMarketParts) {
    this.symbol = parts.symbol;
    this.parts = parts;
  }

  trade(id: number, price: number, size: number, side: number, event: Micros): void {
    if (this.wanted.trades) this.parts.trades.take(id, price, size, side, event);
  }

  /** Binance writes 0 for the price of an empty side. */
  quote(id: number, bid: number, bidSize: number, ask: number, askSize: number, event: Micros): void {
    if (!this.wanted.quotes || (id <= this.lastQuote && !this.quoteIsFirst)) return;
    if (this.quoteIsFirst) this.noteFirstQuote(event);
    this.lastQuote = id;
    this.lastQuoteEvent = event;
    this.parts.writer.quote(this.parts.inst, bid || Number.NaN, bidSize, ask || Number.NaN, askSize, event, 0, id);
  }

  depth(message: DepthMessage): void {
    if (this.wanted.depth) this.parts.book.sync.change(message);
  }

  /** @returns false when it is no bar */
  bar(raw: RawBar): boolean {
    return !this.wanted.bars || this.parts.bars.take(raw);
  }

  want(stream: StreamName): void {
    this.wanted[stream] = true;
  }

  unwant(stream: StreamName): void {
    this.wanted[stream] = false;
    if (stream === 'trades') this.parts.trades.forget();
    else if (stream === 'depth') this.parts.book.forget();
    else if (stream === 'bars') this.parts.bars.forget();
    else this.lastQuoteEvent = undefined;
  }

  /** The venue has confirmed that it sends the stream from now on. */
  opened(stream: StreamName): void {
    if (!this.wanted[stream]) return;
    if (stream === 'trades') this.parts.trades.resume();
    else if (stream === 'depth') this.parts.book.begin();
    else if (stream === 'bars') this.parts.bars.begin();
  }

  /** The connection has ended. */
  closed(): void {
    Object.assign(this.wanted, NOTHING);
    this.quoteIsFirst = true;
    this.parts.trades.pause();
    this.parts.book.end();
    this.parts.bars.end();
  }

  /** Two connections carry the same streams until this is called with false. */
  doubled(on: boolean): void {
    if (on) this.parts.book.sync.patient = true;
    else this.parts.book.sync.endPatience();
  }

  private noteFirstQuote(event: Micros): void {
    this.quoteIsFirst = false;
    if (this.lastQuoteEvent === undefined) return;
    const { link, symbol } = this.parts;
    const from = toMillis(this.lastQuoteEvent);
    link.gap({
      instrument: symbol,
      stream: 'quotes',
      from,
      until: toMillis(event),
      filled: 'none',
      reason: 'reconnect',
    });
  }
}
