import { Field, Schema } from 'apache-arrow/schema';
import {
  type DataType,
  Dictionary,
  Float64,
  Int8,
  Int64,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Utf8,
} from 'apache-arrow/type';
import type { Chunk, ChunkKind } from '../domain/chunk.ts';

/** The streams of a tape, each a series of Arrow files. Inputs come last: what they refer to is on disk before them. */
export const TAPE_STREAMS = ['trades', 'quotes', 'depth', 'bars', 'decisions', 'inputs'] as const;
export type TapeStream = (typeof TAPE_STREAMS)[number];

/**
 * How a column is stored. `int64` is a whole number, `time` a timestamp in UTC nanoseconds made of microseconds and a
 * remainder, `symbol` a dictionary of instrument names; the rest as Arrow calls them.
 */
type ColumnType = 'int64' | 'time' | 'symbol' | 'float64' | 'int8' | 'uint8' | 'utf8';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** A column of market rows, and the arrays of a chunk that hold it. */
export interface MarketColumn extends Column {
  readonly field: string;
  /** Array of the nanoseconds that `field` leaves over. */
  readonly remainder?: string;
}

type Values = Float64Array | Uint16Array | Int8Array | Uint8Array;

const column = (name: string, type: ColumnType, field = name): MarketColumn => ({ name, type, field });

const STAMPS: readonly MarketColumn[] = [
  column('seq', 'int64'),
  { name: 'ts_recv', type: 'time', field: 'recv', remainder: 'recvNs' },
  { name: 'ts_event', type: 'time', field: 'event', remainder: 'eventNs' },
  column('instrument', 'symbol', 'inst'),
];
const PRICE_SIZE = [column('price', 'float64'), column('size', 'float64')];

/** Columns of each market stream, in file order. `side` is 1 for buy, -1 for sell, 0 for unknown. */
export const MARKET_COLUMNS: Readonly<Record<ChunkKind, readonly MarketColumn[]>> = {
  trades: [...STAMPS, ...PRICE_SIZE, column('side', 'int8')],
  quotes: [
    ...STAMPS,
    column('bid', 'float64'),
    column('bid_size', 'float64', 'bidSize'),
    column('ask', 'float64'),
    column('ask_size', 'float64', 'askSize'),
  ],
  depth: [...STAMPS, column('side', 'int8'), ...PRICE_SIZE, column('flags', 'uint8')],
  bars: [
    ...STAMPS,
    column('span_us', 'int64', 'span'),
    ...['open', 'high', 'low', 'close', 'volume'].map((name) => column(name, 'float64')),
    column('trades', 'int64'),
  ],
};

/** Only in segments that have a row with the venue's own number. */
export const ID_COLUMN: MarketColumn = column('id', 'int64');

export const INPUT_COLUMNS: readonly Column[] = [
  { name: 'seq', type: 'int64' },
  { name: 'ts', type: 'time' },
  { name: 'kind', type: 'utf8' },
  { name: 'payload', type: 'utf8' },
];

export const DECISION_COLUMNS: readonly Column[] = [
  { name: 'index', type: 'int64' },
  { name: 'cause', type: 'int64' },
  { name: 'ts', type: 'time' },
  { name: 'strategy', type: 'utf8' },
  { name: 'kind', type: 'utf8' },
  { name: 'text', type: 'utf8' },
];

/** The array of a chunk by the name that a `MarketColumn` gives it. */
export const valuesOf = (chunk: Chunk, field: string): Values =>
  (chunk as unknown as Readonly<Record<string, Values>>)[field]!;

export const SYMBOL_DICTIONARY_ID = 0;

/** The Arrow schema of a segment. */
export function arrowSchema(columns: readonly Column[]): Schema {
  return new Schema(columns.map(({ name, type }) => new Field(name, arrowType(type), false)));
}

function arrowType(type: ColumnType): DataType {
  switch (type) {
    case 'int64':
      return new Int64();
    case 'time':
      return new TimestampNanosecond('UTC');
    case 'symbol':
      return new Dictionary(new Utf8(), new Uint16(), SYMBOL_DICTIONARY_ID, false);
    case 'float64':
      return new Float64();
    case 'int8':
      return new Int8();
    case 'uint8':
      return new Uint8();
    case 'utf8':
      return new Utf8();
  }
}
