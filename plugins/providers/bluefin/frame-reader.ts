import {
  asBytes,
  asText,
  type ChunkWriter,
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  fingerprintOf,
  type Link,
  openFrame,
  type RecentFingerprints,
  SIDE_BUY,
  SIDE_SELL,
  SIDE_UNKNOWN,
  type StreamName,
} from '#core';
import { TradeScanner } from './trade-scanner.ts';

interface Message {
  readonly type?: unknown;
  readonly symbol?: unknown;
  readonly timestamp?: unknown;
  readonly data?: unknown;
  readonly message?: unknown;
  readonly items?: unknown;
}

interface ReaderParts {
  /** Place among the provider's instruments, by the service's name. */
  readonly places: ReadonlyMap<string, number>;
  readonly wants: (stream: StreamName, place: number) => boolean;
  /** The same of trades, by place: a look at the demand by name would be a tenth of the way of a trade. */
  readonly wantsTrades: readonly boolean[];
  readonly writer: ChunkWriter;
  /** Trades that were seen, over all connections. */
  readonly seen: RecentFingerprints;
  /** Number of the last change of each book of this connection; nothing where there is no book. */
  readonly books: Map<number, number>;
  readonly link: Link;
  /** Whether a price update is a trade of size 0. */
  readonly prints: boolean;
}

/** What a socket is told of the frames that are no data. */
export interface FrameEvents {
  readonly onPong: () => void;
  readonly onProblem: (message: string) => void;
  /** Changes of a book are missing. */
  readonly onBookGap: (place: number, missed: number) => void;
}

/** Seconds up to the year 2100: anything else is a time in another unit, or none. */
const LAST_SECOND = 4_102_444_800;
const MICROS = 1_000_000;

/**
 * Reads the frames of one socket into columns. No frame makes it throw: what cannot be used is reported and skipped, and
 * types that it does not know are passed over, as the protocol wants it.
 *
 * A price update's `volume` is a figure of activity. It never becomes the size of anything.
 */
export class FrameReader {
  private readonly parts: ReaderParts;
  private readonly events: FrameEvents;
  private readonly scanner: TradeScanner;

  constructor(parts: ReaderParts, events: FrameEvents) {
    this.parts = parts;
    this.events = events;
    this.scanner = new TradeScanner([...parts.places.keys()]);
  }

  read(frame: Uint8Array): void {
    if (this.scanned(frame)) return;
    const text = asText(frame);
    const message = parsed(text);
    if (message === undefined) return this.parts.link.bad('no JSON object', text.slice(0, 200));
    this.take(message);
    this.parts.writer.flush();
  }

  /** The short way, for a trade as it usually comes. */
  private scanned(frame: Uint8Array): boolean {
    const { scanner } = this;
    if (!scanner.scan(frame)) return false;
    const { place, timestamp, price, size, side } = scanner;
    // What cannot be used has to be told with a sample, and JSON.parse has one.
    if (timestamp === 0 || timestamp >= LAST_SECOND || !(price + size < Number.POSITIVE_INFINITY)) return false;
    const { seen, wantsTrades, writer } = this.parts;
    const fingerprint = scanner.fingerprint();
    if (!fingerprint.isName) return false;
    if (wantsTrades[place] !== true || seen.has(fingerprint)) return true;
    writer.trade(place, price, size, side, Math.round(timestamp * MICROS));
    writer.flush();
    // The strategies have it first.
    seen.addNew(fingerprint);
    return true;
  }

  private take(message: Message): void {
    switch (message.type) {
      case 'trade':
        return this.checked('trades', message, this.trade);
      case 'price_update':
        return this.parts.prints ? this.checked('trades', message, this.print) : undefined;
      case 'quote':
        return this.checked('quotes', message, this.quote);
      case 'depth':
        return this.checked('depth', message, this.depth);
      case 'batch':
        return this.batch(message.items);
      case 'heartbeat':
        return this.parts.link.heartbeat();
      case 'pong':
        return this.events.onPong();
      case 'error':
        return this.events.onProblem(String(message.message));
    }
  }

  private batch(items: unknown): void {
    if (!Array.isArray(items)) return this.parts.link.bad('batch', items);
    for (const item of items as readonly unknown[]) {
      // A batch in a batch is nobody's message, and could be deeper than the stack.
      if (!isObject(item) || item['type'] === 'batch') this.parts.link.bad('batch', item);
      else this.take(item);
    }
  }

  private checked(
    stream: StreamName,
    message: Message,
    write: (place: number, data: Record<string, unknown>, event: number) => boolean,
  ): void {
    const { symbol, timestamp, data } = message;
    const place = typeof symbol === 'string' ? this.parts.places.get(symbol) : undefined;
    const timed = typeof timestamp === 'number' && timestamp > 0 && timestamp < LAST_SECOND;
    if (place === undefined || !timed || !isObject(data)) this.parts.link.bad(stream, message);
    else if (!this.parts.wants(stream, place)) return;
    else if (!write(place, data, Math.round(timestamp * MICROS))) this.parts.link.bad(stream, message);
  }

  private readonly trade = (place: number, data: Record<string, unknown>, event: number): boolean => {
    const { price, size, side, trade_id: id } = data;
    if (!isNumber(price) || !isNumber(size) || size < 0) return false;
    if (typeof id === 'string' && this.isRepeated(id, place)) return true;
    return this.parts.writer.trade(place, price, size, sideOf(side), event);
  };

  private isRepeated(id: string, place: number): boolean {
    return openFrame(asBytes(id)) && !this.parts.seen.add(fingerprintOf(0, undefined, place));
  }

  private readonly print = (place: number, { price }: Record<string, unknown>, event: number): boolean =>
    isNumber(price) && this.parts.writer.trade(place, price, 0, SIDE_UNKNOWN, event);

  private readonly quote = (place: number, data: Record<string, unknown>, event: number): boolean => {
    const [bid, ask] = [priceOf(data['bid']), priceOf(data['ask'])];
    const { bid_size: bidSize, ask_size: askSize } = data;
    if (bid === undefined || ask === undefined || !isNumber(bidSize) || !isNumber(askSize)) return false;
    return this.parts.writer.quote(place, bid, bidSize, ask, askSize, event);
  };

  private readonly depth = (place: number, data: Record<string, unknown>, event: number): boolean => {
    const { seq, snapshot, bids, asks } = data;
    if (!isNumber(seq) || typeof snapshot !== 'boolean' || !areLevels(bids) || !areLevels(asks)) return false;
    if (!this.follows(place, seq, snapshot)) return true;
    this.parts.books.set(place, seq);
    const { writer } = this.parts;
    const last = bids.length + asks.length - 1;
    const flags = (i: number): number => (i === 0 && snapshot ? DEPTH_SNAPSHOT : 0) | (i === last ? DEPTH_LAST : 0);
    bids.forEach(([price, size], i) => void writer.depth(place, SIDE_BUY, price, size, flags(i), event));
    asks.forEach(([price, size], i) => void writer.depth(place, SIDE_SELL, price, size, flags(bids.length + i), event));
    return true;
  };

  /** Whether a change fits on the book that we have. Without a book changes mean nothing, so they are passed over. */
  private follows(place: number, seq: number, snapshot: boolean): boolean {
    const before = this.parts.books.get(place);
    if (snapshot || before === undefined) return snapshot;
    if (seq === before + 1) return true;
    // It came over another socket already, or twice.
    if (seq <= before) return false;
    this.parts.books.delete(place);
    this.events.onBookGap(place, seq - before - 1);
    return false;
  }
}

function parsed(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const priceOf = (value: unknown): number | undefined =>
  value === null ? Number.NaN : isNumber(value) ? value : undefined;
const sideOf = (side: unknown): number => (side === 'buy' ? SIDE_BUY : side === 'sell' ? SIDE_SELL : SIDE_UNKNOWN);

const areLevels = (value: unknown): value is readonly (readonly [number, number])[] =>
  Array.isArray(value) &&
  value.every((level: unknown) => Array.isArray(level) && isNumber(level[0]) && isNumber(level[1]) && level[1] >= 0);
