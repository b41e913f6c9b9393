import {
  type BarChunk,
  type Chunk,
  type ChunkKind,
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  type DepthChunk,
  type QuoteChunk,
  SIDE_BUY,
  SIDE_SELL,
  type TradeChunk,
} from '../domain/chunk.ts';
import { timeframeName } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { BookSide } from './book-side.ts';
import { DBN_FLAG, DBN_SCHEMAS, type DbnSchema, RTYPE, UNDEFINED_I64 } from './codes.ts';
import { encodeRecord } from './encode-record.ts';
import type { DbnRecord } from './record.ts';

const LEVELS = 10;
const BAR_TYPES: Readonly<Record<string, number>> = {
  '1s': RTYPE.ohlcv1s,
  '1m': RTYPE.ohlcv1m,
  '1h': RTYPE.ohlcv1h,
  '1d': RTYPE.ohlcv1d,
};
const NO_LEVEL = { bidPx: UNDEFINED_I64, askPx: UNDEFINED_I64, bidSz: 0, askSz: 0, bidCt: 0, askCt: 0 };
/** The cause of a quote or a book is not known any more: no action of an order. */
const NO_CAUSE = {
  price: UNDEFINED_I64,
  size: 0,
  action: 'M',
  side: 'N',
  flags: DBN_FLAG.last,
  depth: 0,
  tsInDelta: 0,
};

/** The schema of a stream; bars have one per length, `undefined` for a length that DBN does not have. */
export function schemaOf(kind: ChunkKind, span: number): DbnSchema | undefined {
  if (kind !== 'bars') return ({ trades: 'trades', quotes: 'mbp-1', depth: 'mbp-10' } as const)[kind];
  return DBN_SCHEMAS.find(
    (schema) => schema === `ohlcv-${timeframeName(span)}` && `${timeframeName(span)}` in BAR_TYPES,
  );
}

/**
 * Makes records of rows: trades, quotes as mbp-1, bars as ohlcv, depth as mbp-10: the ten best levels at the end of each
 * message. Instrument ids are the numbers of the rows, from 1.
 *
 * Errors: DBN_VALUE for what DBN cannot hold, such as a size that is not whole
 */
export class DbnRowEncoder {
  readonly #books = new Map<number, { readonly bids: BookSide; readonly asks: BookSide }>();

  /** The bytes of a row; `undefined` for one that is not the last of its message. */
  encode(chunk: Chunk, row: number): Uint8Array | undefined {
    switch (chunk.kind) {
      case 'trades':
        return encodeRecord(tradeOf(chunk, row));
      case 'quotes':
        return encodeRecord(quoteOf(chunk, row));
      case 'bars':
        return encodeRecord(barOf(chunk, row));
      case 'depth':
        return this.#depth(chunk, row);
    }
  }

  #depth(chunk: DepthChunk, row: number): Uint8Array | undefined {
    const inst = chunk.inst[row] ?? 0;
    const book = this.#books.get(inst) ?? { bids: new BookSide(true), asks: new BookSide(false) };
    this.#books.set(inst, book);
    const flags = chunk.flags[row] ?? 0;
    if ((flags & DEPTH_SNAPSHOT) !== 0) {
      book.bids.clear();
      book.asks.clear();
    }
    const side = chunk.side[row] === SIDE_BUY ? book.bids : book.asks;
    const level = side.at(Number(unitsOf(chunk.price[row])));
    level.size = wholeOf('size', chunk.size[row]);
    if (level.size === 0) side.remove(level);
    if ((flags & DEPTH_LAST) === 0) return undefined;
    const levels = Array.from({ length: LEVELS }, (_, k) => levelOf(book.bids, book.asks, k));
    return encodeRecord({ ...stampsOf(chunk, row), ...NO_CAUSE, kind: 'mbp-10', rtype: RTYPE.mbp10, levels });
  }
}

function tradeOf(chunk: TradeChunk, row: number): DbnRecord {
  const side = chunk.side[row];
  return {
    ...stampsOf(chunk, row),
    ...NO_CAUSE,
    kind: 'trade',
    rtype: RTYPE.trades,
    price: unitsOf(chunk.price[row]),
    size: wholeOf('size', chunk.size[row]),
    action: 'T',
    side: side === SIDE_BUY ? 'B' : side === SIDE_SELL ? 'A' : 'N',
  };
}

function quoteOf(chunk: QuoteChunk, row: number): DbnRecord {
  const level = {
    ...NO_LEVEL,
    bidPx: unitsOf(chunk.bid[row]),
    askPx: unitsOf(chunk.ask[row]),
    bidSz: wholeOf('bid size', chunk.bidSize[row]),
    askSz: wholeOf('ask size', chunk.askSize[row]),
  };
  return { ...stampsOf(chunk, row), ...NO_CAUSE, kind: 'mbp-1', rtype: RTYPE.mbp1, levels: [level] };
}

function barOf(chunk: BarChunk, row: number): DbnRecord {
  const span = chunk.span[row] ?? 0;
  return {
    kind: 'ohlcv',
    rtype: BAR_TYPES[timeframeName(span)] ?? RTYPE.ohlcv,
    publisherId: 0,
    instrumentId: (chunk.inst[row] ?? 0) + 1,
    tsEvent: nanosOf((chunk.event[row] ?? 0) - span, 0),
    open: unitsOf(chunk.open[row]),
    high: unitsOf(chunk.high[row]),
    low: unitsOf(chunk.low[row]),
    close: unitsOf(chunk.close[row]),
    volume: BigInt(wholeOf('volume', chunk.volume[row])),
  };
}

function levelOf(bids: BookSide, asks: BookSide, k: number): typeof NO_LEVEL {
  const [bid, ask] = [bids.levels.at(-1 - k), asks.levels.at(-1 - k)];
  return {
    ...NO_LEVEL,
    ...(bid && { bidPx: BigInt(bid.units), bidSz: bid.size }),
    ...(ask && { askPx: BigInt(ask.units), askSz: ask.size }),
  };
}

const stampsOf = ({ inst, event, eventNs, recv, recvNs, id }: Chunk, row: number) => ({
  publisherId: 0,
  instrumentId: (inst[row] ?? 0) + 1,
  tsEvent: nanosOf(event[row] ?? 0, eventNs[row] ?? 0),
  tsRecv: nanosOf(recv[row] ?? 0, recvNs[row] ?? 0),
  // 32 bits are all that DBN has for the venue's number.
  sequence: (id[row] ?? 0) % 2 ** 32,
});

const nanosOf = (us: number, ns: number): bigint => BigInt(us) * 1000n + BigInt(ns);

/** NaN is a side without a price. */
function unitsOf(price = Number.NaN): bigint {
  return Number.isNaN(price) ? UNDEFINED_I64 : BigInt(Math.round(price * 1e9));
}

function wholeOf(what: string, size = 0): number {
  if (Number.isInteger(size)) return size;
  throw new MillraceError({
    code: 'DBN_VALUE',
    where: {},
    was: `a ${what} of ${size}`,
    expected: 'a whole number: DBN has no fractions of a size',
    fix: 'export the stream as parquet, arrow or csv',
  });
}
