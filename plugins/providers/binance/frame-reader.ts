import { asText, MICROS_PER_MS, type Micros, SIDE_BUY, SIDE_SELL } from '#core';
import { decimal, levelsOf, timeOf, wholeNumber } from './fields.ts';
import { FrameScanner } from './frame-scanner.ts';
import type { Tools } from './tools.ts';
import type { VenueMarket } from './venue-market.ts';

/** What is no market data: an answer to a request, or the venue's announcement that it will close the connection. */
export type Control =
  | { readonly kind: 'answer'; readonly id: unknown; readonly error: string | undefined }
  | { readonly kind: 'shutdown' };

type Raw = Readonly<Record<string, unknown>>;

/**
 * Reads frames of spot, USD-M and COIN-M, bare or in the `{"stream", "data"}` wrapper, and hands their rows to the markets
 * that they are of. Venue time is `T`, when the matching engine made the change, else `E`, when the frame was made; the best
 * quotes of spot have neither and get our own.
 *
 * Errors   none: a frame that cannot be used goes to `link.bad`
 */
export class FrameReader {
  private readonly markets: ReadonlyMap<string, VenueMarket>;
  private readonly tools: Tools;
  private readonly scanner: FrameScanner;
  private scanned = false;
  private parsedStream: unknown = undefined;

  /** @param markets by the venue's symbol, in the order of their places */
  constructor(markets: ReadonlyMap<string, VenueMarket>, tools: Tools) {
    this.markets = markets;
    this.tools = tools;
    this.scanner = new FrameScanner(markets, tools);
  }

  /** Name of the raw stream of the frame read last; cut out of it only when somebody asks. */
  get stream(): unknown {
    return this.scanned ? this.scanner.stream : this.parsedStream;
  }

  read(bytes: Uint8Array): Control | undefined {
    if (!this.scanner.scan(bytes)) return this.parse(asText(bytes));
    this.scanned = true;
    this.tools.writer.flush();
    return undefined;
  }

  private parse(text: string): Control | undefined {
    this.scanned = false;
    this.parsedStream = undefined;
    let frame: Raw | null;
    try {
      frame = JSON.parse(text) as Raw | null;
    } catch {
      return this.bad('not JSON', text);
    }
    if (typeof frame !== 'object' || frame === null) return this.bad('not an object', text);
    const { stream, data } = frame;
    this.parsedStream = stream;
    if (typeof data !== 'object' || data === null) return this.readBare(frame, text);
    return this.readData(data as Raw, text);
  }

  private readData(data: Raw, text: string): Control | undefined {
    switch (data.e) {
      case 'trade':
        this.readTrade(data, data.t, text);
        break;
      case 'aggTrade':
        this.readTrade(data, data.a, text);
        break;
      case 'bookTicker':
        this.readQuote(data, timeOf(data.T ?? data.E), text);
        break;
      case 'depthUpdate':
        this.readDepth(data, text);
        break;
      case 'kline':
        this.readBar(data, text);
        break;
      case undefined:
        // Best quotes of spot do not say what they are.
        if (data.B === undefined || data.A === undefined) return this.bad('unknown frame', text);
        this.readQuote(data, Math.round(this.tools.net.now() * MICROS_PER_MS), text);
        break;
      case 'serverShutdown':
        return { kind: 'shutdown' };
      default:
        return this.bad(`unknown event ${typeof data.e === 'string' ? data.e.slice(0, 40) : ''}`, text);
    }
    this.tools.writer.flush();
    return undefined;
  }

  private readBare(frame: Raw, text: string): Control | undefined {
    const { id, code, msg, error } = frame;
    if (error !== undefined) return { kind: 'answer', id, error: JSON.stringify(error) };
    if (code !== undefined) return { kind: 'answer', id, error: JSON.stringify({ code, msg }) };
    if ('result' in frame) return { kind: 'answer', id, error: undefined };
    return this.readData(frame, text);
  }

  private readTrade(data: Raw, number: unknown, text: string): void {
    const id = wholeNumber(number);
    const price = decimal(data.p);
    const size = decimal(data.q);
    const event = timeOf(data.T ?? data.E);
    // Of the futures' undocumented trade stream only these are trades; the rest takes a number and moves no market.
    const isTrade = data.X === undefined || data.X === 'MARKET';
    const usable = price > 0 && size >= 0 && price < Infinity && size < Infinity && typeof data.m === 'boolean';
    if (id === undefined || Number.isNaN(event) || (isTrade && !usable)) return this.bad('unusable trade', text);
    // The maker was there first: a buyer who made the price was hit by a seller.
    const side = data.m === true ? SIDE_SELL : SIDE_BUY;
    this.marketOf(data, text)?.trade(id, isTrade ? price : Number.NaN, size, side, event);
  }

  private readQuote(data: Raw, event: Micros, text: string): void {
    const id = wholeNumber(data.u);
    const bid = decimal(data.b);
    const bidSize = decimal(data.B);
    const ask = decimal(data.a);
    const askSize = decimal(data.A);
    const usable = bid >= 0 && bidSize >= 0 && ask >= 0 && askSize >= 0 && bid + bidSize + ask + askSize < Infinity;
    if (id === undefined || Number.isNaN(event) || !usable) return this.bad('unusable quote', text);
    this.marketOf(data, text)?.quote(id, bid, bidSize, ask, askSize, event);
  }

  private readDepth(data: Raw, text: string): void {
    const first = wholeNumber(data.U);
    const last = wholeNumber(data.u);
    const previous = data.pu === undefined ? undefined : wholeNumber(data.pu);
    const event = timeOf(data.T ?? data.E);
    const bids = levelsOf(data.b);
    const asks = levelsOf(data.a);
    const numbered = first !== undefined && last !== undefined && (data.pu === undefined || previous !== undefined);
    if (!numbered || Number.isNaN(event) || bids === undefined || asks === undefined) {
      return this.bad('unusable depth', text);
    }
    this.marketOf(data, text)?.depth({ first, last, previous, event, bids, asks });
  }

  private readBar(data: Raw, text: string): void {
    const bar = data.k as Raw | undefined;
    if (typeof bar !== 'object' || bar === null) return this.bad('unusable bar', text);
    if (bar.x !== true) return;
    const { o, h, l, c, v, n, t } = bar;
    if (this.marketOf(data, text)?.bar({ o, h, l, c, v, n, t }) === false) this.bad('unusable bar', text);
  }

  private marketOf(data: Raw, text: string): VenueMarket | undefined {
    const market = this.markets.get(data.s as string);
    if (market === undefined) this.bad('unknown symbol', text);
    return market;
  }

  private bad(kind: string, text: string): undefined {
    this.tools.link.bad(kind, text);
  }
}
