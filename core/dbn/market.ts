import { SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN } from '../domain/chunk.ts';
import type { Micros } from '../domain/time.ts';
import { timeframeMicros } from '../domain/timeframe.ts';
import { DBN_FLAG, RTYPE, UNDEFINED_U32 } from './codes.ts';
import type { DbnFeeds } from './feeds.ts';
import { microsAt, nanosAt, priceOf, unitsAt, wholeAt } from './int64.ts';
import { LEVELS_AT } from './layouts.ts';
import { LevelBook } from './level-book.ts';
import { OrderBook } from './order-book.ts';
import type { DbnRows } from './rows.ts';

const TRADE = 0x54;
const CLEAR = 0x52;
const [ASK, BID] = [0x41, 0x42];

const BAR_SPANS: ReadonlyMap<number, Micros | undefined> = new Map([
  [RTYPE.ohlcv1s, timeframeMicros('1s')],
  [RTYPE.ohlcv1m, timeframeMicros('1m')],
  [RTYPE.ohlcv1h, timeframeMicros('1h')],
  [RTYPE.ohlcv1d, timeframeMicros('1d')],
]);

export interface DbnMarketOptions {
  /** A record that could not become a row, and why. */
  readonly leftOut?: ((reason: string, inst: number) => void) | undefined;
  /** The venue lost something: the instrument's book is suspect until it is cleared. Told once each time. */
  readonly suspect?: ((inst: number) => void) | undefined;
}

/** An instrument as one numeric id sends it. */
interface Line {
  readonly inst: number;
  readonly feeds: DbnFeeds;
  /** Books of several venues do not make one: the first venue that sends one is followed. */
  publisher: number;
  readonly orders: OrderBook;
  readonly levels: LevelBook;
  suspect: boolean;
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
}

/**
 * Makes market rows of records, straight from their bytes. Times of a row are the venue's (`ts_event`) and Databento's
 * receipt (`ts_recv`); both are the end for a bar. The id is the sequence number.
 *
 * trades  action T; the side is the aggressor's
 * quotes  level 0, or the top of the book out of orders
 * depth   absolute sizes, at the end of a venue event only; the first message of a book replaces it
 */
export class DbnMarket {
  readonly #rows: DbnRows;
  readonly #leftOut: (reason: string, inst: number) => void;
  readonly #suspect: (inst: number) => void;
  readonly #lines = new Map<number, Line>();
  #id = -1;
  #line: Line | undefined;

  constructor(rows: DbnRows, { leftOut = () => undefined, suspect = () => undefined }: DbnMarketOptions = {}) {
    this.#rows = rows;
    this.#leftOut = leftOut;
    this.#suspect = suspect;
  }

  /** Records of the id are rows of the instrument from now on. Said again, it changes nothing. */
  assign(instrumentId: number, inst: number, feeds: DbnFeeds): void {
    if (this.#lines.get(instrumentId)?.inst === inst) return;
    this.#lines.set(instrumentId, newLine(inst, feeds));
    this.#id = -1;
  }

  /** Forgets ids and books, as after a reconnect. */
  reset(): void {
    this.#lines.clear();
    this.#id = -1;
  }

  /** Takes a record of any type; false when its id is assigned to no instrument. */
  take(data: DataView, at: number): boolean {
    const id = data.getUint32(at + 4, true);
    if (id !== this.#id) {
      this.#id = id;
      this.#line = this.#lines.get(id);
    }
    const line = this.#line;
    if (line === undefined) return false;
    const rtype = data.getUint8(at + 1);
    switch (rtype) {
      case RTYPE.trades:
        if (line.feeds.trades === rtype) this.#trade(data, at, line, 16);
        break;
      case RTYPE.mbo:
        this.#order(data, at, line);
        break;
      case RTYPE.mbp10:
        this.#levels(data, at, line);
        this.#levelsAndTrade(data, at, line, rtype);
        break;
      case RTYPE.mbp1:
      case RTYPE.cmbp1:
      case RTYPE.tcbbo:
        this.#levelsAndTrade(data, at, line, rtype);
        break;
      case RTYPE.bbo1s:
      case RTYPE.bbo1m:
      case RTYPE.cbbo1s:
      case RTYPE.cbbo1m:
        if (line.feeds.quotes === rtype) this.#quote(data, at, line, rtype, true);
        break;
      default:
        this.#bar(data, at, line, rtype);
    }
    return true;
  }

  /** A quote, and the trade that follows it: the levels of a trade's record are those before it. */
  #levelsAndTrade(data: DataView, at: number, line: Line, rtype: number): void {
    const isTrade = data.getUint8(at + 28) === TRADE;
    if (line.feeds.quotes === rtype) this.#quote(data, at, line, rtype, !isTrade);
    if (isTrade && line.feeds.trades === rtype) this.#trade(data, at, line, 16);
  }

  /** @param priceAt where the price lies: size, side and the rest are at fixed distances in all but mbo */
  #trade(data: DataView, at: number, line: Line, priceAt: number): void {
    const isMbo = priceAt !== 16;
    const units = unitsAt(data, at + priceAt);
    const size = data.getUint32(at + priceAt + 8, true);
    if (Number.isNaN(units) || size === UNDEFINED_U32) return this.#leftOut('a trade without price or size', line.inst);
    if (!this.#time(data, at, isMbo ? 40 : 32, line.inst)) return;
    const side = data.getUint8(at + (isMbo ? 39 : 29));
    const aggressor = side === BID ? SIDE_BUY : side === ASK ? SIDE_SELL : SIDE_UNKNOWN;
    this.#rows.trade(line.inst, sequenceOf(data, at), priceOf(units), size, aggressor);
  }

  #quote(data: DataView, at: number, line: Line, rtype: number, always: boolean): void {
    if (!isConsolidated(rtype) && !follows(line, data.getUint16(at + 2, true))) return;
    const bid = unitsAt(data, at + LEVELS_AT);
    const ask = unitsAt(data, at + LEVELS_AT + 8);
    const bidSize = Number.isNaN(bid) ? 0 : data.getUint32(at + LEVELS_AT + 16, true);
    const askSize = Number.isNaN(ask) ? 0 : data.getUint32(at + LEVELS_AT + 20, true);
    if (!isNews(line, bid, bidSize, ask, askSize) && !always) return;
    if (!this.#time(data, at, 32, line.inst)) return;
    this.#rows.quote(line.inst, sequenceOf(data, at), priceOf(bid), bidSize, priceOf(ask), askSize);
  }

  #levels(data: DataView, at: number, line: Line): void {
    const flags = data.getUint8(at + 30);
    if (line.feeds.depth !== RTYPE.mbp10 || !follows(line, data.getUint16(at + 2, true))) return;
    this.#watch(flags, data.getUint8(at + 28) === CLEAR, line);
    if ((flags & DBN_FLAG.last) === 0 || !this.#time(data, at, 32, line.inst)) return;
    line.levels.publish(data, at, this.#rows, line.inst, sequenceOf(data, at));
  }

  #order(data: DataView, at: number, line: Line): void {
    const { feeds, orders, inst } = line;
    const action = data.getUint8(at + 38);
    if (action === TRADE && feeds.trades === RTYPE.mbo) this.#trade(data, at, line, 24);
    if (feeds.depth !== RTYPE.mbo && feeds.quotes !== RTYPE.mbo) return;
    if (!follows(line, data.getUint16(at + 2, true))) return;
    const flags = data.getUint8(at + 36);
    this.#watch(flags, action === CLEAR, line);
    if (!orders.apply(data, at)) this.#leftOut('a change of an order that is not known', inst);
    if ((flags & DBN_FLAG.last) === 0 && !orders.isFull) return;
    if (!this.#time(data, at, 40, inst)) return;
    if (feeds.depth === RTYPE.mbo) orders.publish(this.#rows, inst, sequenceOf(data, at));
    else orders.settle();
    if (feeds.quotes === RTYPE.mbo) this.#topOfBook(data, at, line);
  }

  #topOfBook(data: DataView, at: number, line: Line): void {
    const [bid, ask] = [line.orders.bids.best(), line.orders.asks.best()];
    const [bidUnits, askUnits] = [bid?.units ?? Number.NaN, ask?.units ?? Number.NaN];
    const [bidSize, askSize] = [bid?.size ?? 0, ask?.size ?? 0];
    if (!isNews(line, bidUnits, bidSize, askUnits, askSize)) return;
    this.#rows.quote(line.inst, sequenceOf(data, at), priceOf(bidUnits), bidSize, priceOf(askUnits), askSize);
  }

  #bar(data: DataView, at: number, { inst, feeds }: Line, rtype: number): void {
    if (feeds.bars !== true || (rtype & 0xf0) !== 0x20) return;
    const span = BAR_SPANS.get(rtype);
    if (span === undefined) return this.#leftOut('a bar of a session, whose length is not told', inst);
    const [open, high, low, close] = [16, 24, 32, 40].map((place) => priceOf(unitsAt(data, at + place)));
    const end = microsAt(data, at + 8) + span;
    if (open === undefined || high === undefined || low === undefined || close === undefined) return;
    if (!Number.isFinite(open + high + low + close + end) || high < low)
      return this.#leftOut('a bar that cannot be', inst);
    this.#rows.time(end, 0, end, 0);
    this.#rows.bar(inst, span, open, high, low, close, wholeAt(data, at + 48), 0);
  }

  /** Sets the times of the rows that follow; false when the record has none. */
  #time(data: DataView, at: number, recvAt: number, inst: number): boolean {
    const event = microsAt(data, at + 8);
    const recv = microsAt(data, at + recvAt);
    if (Number.isNaN(event) && Number.isNaN(recv)) {
      this.#leftOut('a record without a time', inst);
      return false;
    }
    const [eventAt, receivedAt] = [Number.isNaN(event) ? recvAt : 8, Number.isNaN(recv) ? 8 : recvAt];
    this.#rows.time(
      Number.isNaN(recv) ? event : recv,
      nanosAt(data, at + receivedAt),
      Number.isNaN(event) ? recv : event,
      nanosAt(data, at + eventAt),
    );
    return true;
  }

  #watch(flags: number, isClear: boolean, line: Line): void {
    if (isClear) line.suspect = false;
    if ((flags & DBN_FLAG.maybeBadBook) === 0 || line.suspect) return;
    line.suspect = true;
    this.#suspect(line.inst);
  }
}

const newLine = (inst: number, feeds: DbnFeeds): Line => ({
  inst,
  feeds,
  publisher: -1,
  orders: new OrderBook(),
  levels: new LevelBook(),
  suspect: false,
  bid: Number.NaN,
  bidSize: -1,
  ask: Number.NaN,
  askSize: -1,
});

function follows(line: Line, publisher: number): boolean {
  if (line.publisher === -1) line.publisher = publisher;
  return line.publisher === publisher;
}

/** Remembers a quote; whether it differs from the one before. NaN is an empty side. */
function isNews(line: Line, bid: number, bidSize: number, ask: number, askSize: number): boolean {
  const isSame =
    Object.is(line.bid, bid) && line.bidSize === bidSize && Object.is(line.ask, ask) && line.askSize === askSize;
  line.bid = bid;
  line.bidSize = bidSize;
  line.ask = ask;
  line.askSize = askSize;
  return !isSame;
}

const isConsolidated = (rtype: number): boolean =>
  rtype === RTYPE.cmbp1 || rtype === RTYPE.tcbbo || rtype === RTYPE.cbbo1s || rtype === RTYPE.cbbo1m;

/** Where a type has no sequence number its place is padding, which holds leftovers in some files. */
function sequenceOf(data: DataView, at: number): number {
  const rtype = data.getUint8(at + 1);
  if (isConsolidated(rtype)) return 0;
  return data.getUint32(at + (rtype === RTYPE.mbo ? 52 : 44), true);
}
