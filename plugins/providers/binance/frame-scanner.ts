import * as core from '#core';
import { areLevels, timeOf, wholeNumber } from './fields.ts';
import type { Tools } from './tools.ts';
import type { TradeTails } from './trade-tails.ts';
import type { VenueMarket } from './venue-market.ts';

// Constants of this file: the engine builds them into the code, where it looks an imported one up each time.
const {
  areThirteenDigits,
  endOfDecimal,
  endOfFrame,
  endOfNumber,
  endOfText,
  FlatFrame,
  lastNumber,
  openFrame,
  Phrase,
  SymbolFinder,
} = core;
const { MICROS_PER_MS, SIDE_BUY, SIDE_SELL, textBetween, thirteenDigits } = core;

/** Keys by the code of their letter, and the one of two letters by its place. */
const A = 65;
const B = 66;
const E = 69;
const T = 84;
const U = 85;
const X = 88;
const a = 97;
const b = 98;
const e = 101;
const m = 109;
const p = 112;
const q = 113;
const s = 115;
const t = 116;
const u = 117;
const LONG_KEYS = ['pu'];
const pu = 0;

const STREAM = new Phrase('{"stream":"');
const DATA = new Phrase('","data":');
const TAIL = new Phrase('}');
const TRADE = new Phrase('trade');
const AGG_TRADE = new Phrase('aggTrade');
const BOOK_TICKER = new Phrase('bookTicker');
const DEPTH_UPDATE = new Phrase('depthUpdate');
const MARKET = new Phrase('MARKET');

/** A trade of spot as the venue writes it, from value to value. */
const EVENT = new Phrase('","data":{"e":"');
const MADE_AT = new Phrase('trade","E":');
const SYMBOL = new Phrase(',"s":"');
const ID = new Phrase('","t":');
const PRICE = new Phrase(',"p":"');
const SIZE = new Phrase('","q":"');
const TIME = new Phrase('","T":');
const SELLS = new Phrase(',"m":true,"M":true}}');
const BUYS = new Phrase(',"m":false,"M":true}}');
const DIGITS = 13;

/**
 * Reads the wrapped frames of trades, best quotes and changes of the book in half the time of JSON.parse. A frame with
 * anything in it that is not as usual is left alone, so that there is one place that tells what is wrong with a frame.
 */
export class FrameScanner {
  private readonly frame = new FlatFrame(LONG_KEYS);
  private readonly symbols: core.SymbolFinder;
  /** Names of the raw streams of trades. */
  private readonly streams: core.SymbolFinder;
  private readonly markets: readonly VenueMarket[];
  private readonly net: core.Net;
  private readonly tails: TradeTails;
  private readonly writer: core.ChunkWriter;

  /** @param markets by the venue's symbol, in the order of their places */
  constructor(markets: ReadonlyMap<string, VenueMarket>, { net, tails, writer }: Tools) {
    this.symbols = new SymbolFinder([...markets.keys()]);
    this.streams = new SymbolFinder([...markets.keys()].map((symbol) => `${symbol.toLowerCase()}@trade`));
    this.markets = [...markets.values()];
    this.net = net;
    this.tails = tails;
    this.writer = writer;
  }

  /** Name of the raw stream of the frame scanned last. */
  get stream(): string {
    return textBetween(STREAM.length, endOfText(STREAM.length));
  }

  /** Hands the rows of a frame to its market; false for one that it does not read. */
  scan(bytes: Uint8Array): boolean {
    return openFrame(bytes) && STREAM.isAt(0) && (this.usualTrade() || this.other());
  }

  /** The most frequent of all, read word for word in its only order. */
  private usualTrade(): boolean {
    const inst = this.streams.find(STREAM.length);
    if (inst < 0) return false;
    let i = this.streams.end;
    if (!EVENT.isAt(i) || !MADE_AT.isAt(i + EVENT.length)) return false;
    i += EVENT.length + MADE_AT.length;
    if (!areThirteenDigits(i) || !SYMBOL.isAt(i + DIGITS)) return false;
    i = this.symbols.endOf(inst, i + DIGITS + SYMBOL.length);
    if (i < 0 || !ID.isAt(i)) return false;
    i = endOfNumber(i + ID.length);
    const id = lastNumber();
    if (i < 0 || !PRICE.isAt(i)) return false;
    i = endOfDecimal(i + PRICE.length);
    const price = lastNumber();
    if (i < 0 || !SIZE.isAt(i)) return false;
    i = endOfDecimal(i + SIZE.length);
    const size = lastNumber();
    if (i < 0 || !TIME.isAt(i)) return false;
    const ms = thirteenDigits(i + TIME.length);
    i += TIME.length + DIGITS;
    const sells = SELLS.isAt(i);
    if (ms < 0 || !(sells || BUYS.isAt(i)) || i + (sells ? SELLS : BUYS).length !== endOfFrame()) return false;
    if (!(Number.isSafeInteger(id) && price > 0 && price + size < Number.POSITIVE_INFINITY)) return false;
    const side = sells ? SIDE_SELL : SIDE_BUY;
    const event = ms * MICROS_PER_MS;
    if (this.tails.follow(inst, id, event)) this.writer.trade(inst, price, size, side, event, 0, id);
    else this.markets[inst]?.trade(id, price, size, side, event);
    return true;
  }

  /** Whatever else is read, with its keys in any order. */
  private other(): boolean {
    const { frame } = this;
    const start = endOfText(STREAM.length);
    if (start < 0 || !DATA.isAt(start)) return false;
    frame.begin(start + DATA.length);
    if (!frame.readObject() || !frame.skip(TAIL) || !frame.ended) return false;
    const market = this.markets[frame.symbol(s, this.symbols)];
    if (market === undefined) return false;
    if (frame.says(e, TRADE)) return this.trade(market, t);
    if (frame.says(e, AGG_TRADE)) return this.trade(market, a);
    if (frame.says(e, DEPTH_UPDATE)) return this.depth(market);
    if (frame.says(e, BOOK_TICKER)) return this.quote(market, this.event());
    // Best quotes of spot do not say what they are, nor when they were.
    return !frame.has(e) && this.quote(market, Math.round(this.net.now() * MICROS_PER_MS));
  }

  private trade(market: VenueMarket, number: number): boolean {
    const { frame } = this;
    const id = wholeNumber(frame.number(number));
    const price = frame.quoted(p);
    const size = frame.quoted(q);
    const event = this.event();
    const maker = frame.flag(m);
    const usable = price > 0 && size >= 0 && price + size + event < Infinity && maker !== undefined;
    if (id === undefined || !usable || (frame.has(X) && !frame.says(X, MARKET))) return false;
    market.trade(id, price, size, maker ? SIDE_SELL : SIDE_BUY, event);
    return true;
  }

  private quote(market: VenueMarket, event: core.Micros): boolean {
    const { frame } = this;
    const id = wholeNumber(frame.number(u));
    const bid = frame.quoted(b);
    const bidSize = frame.quoted(B);
    const ask = frame.quoted(a);
    const askSize = frame.quoted(A);
    if (id === undefined || !(bid + bidSize + ask + askSize + event < Infinity)) return false;
    market.quote(id, bid, bidSize, ask, askSize, event);
    return true;
  }

  private depth(market: VenueMarket): boolean {
    const { frame } = this;
    const first = wholeNumber(frame.number(U));
    const last = wholeNumber(frame.number(u));
    const previous = frame.has(pu) ? wholeNumber(frame.number(pu)) : undefined;
    const event = this.event();
    const bids = frame.quotedPairs(b);
    const asks = frame.quotedPairs(a);
    const numbered = first !== undefined && last !== undefined && frame.has(pu) === (previous !== undefined);
    if (!numbered || Number.isNaN(event) || !areLevels(bids) || !areLevels(asks)) return false;
    market.depth({ first, last, previous, event, bids, asks });
    return true;
  }

  private event(): core.Micros {
    return timeOf(this.frame.number(this.frame.has(T) ? T : E));
  }
}
