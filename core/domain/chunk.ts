import type { Micros } from './time.ts';

/**
 * Columns of market rows. Rows travel in these from the intake to the kernel and the tape; objects are built only for
 * subscribers. All columns of a chunk have the same capacity; the first `n` rows are filled. Times are whole microseconds;
 * the `…Ns` columns hold the remaining 0 to 999 nanoseconds, for identity only.
 */
export type Chunk = TradeChunk | QuoteChunk | DepthChunk | BarChunk;
export type ChunkKind = Chunk['kind'];
export const CHUNK_KINDS: readonly ChunkKind[] = ['trades', 'quotes', 'depth', 'bars'];

export const SIDE_UNKNOWN = 0;
export const SIDE_BUY = 1;
export const SIDE_SELL = -1;

/** Depth flags. A venue message is a run of rows whose last carries LAST; SNAPSHOT on its first clears the book. */
export const DEPTH_LAST = 1;
export const DEPTH_SNAPSHOT = 2;

class Rows {
  readonly capacity: number;
  n = 0;
  /** Sequence number of the event within the run; orders rows of all kinds. */
  readonly seq: Float64Array;
  /** Our receipt time. */
  readonly recv: Float64Array;
  readonly recvNs: Uint16Array;
  /** Venue time. */
  readonly event: Float64Array;
  readonly eventNs: Uint16Array;
  /** Instrument number. */
  readonly inst: Uint16Array;
  /** The venue's own trade or update number; 0 where it has none. */
  readonly id: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.seq = new Float64Array(capacity);
    this.recv = new Float64Array(capacity);
    this.recvNs = new Uint16Array(capacity);
    this.event = new Float64Array(capacity);
    this.eventNs = new Uint16Array(capacity);
    this.inst = new Uint16Array(capacity);
    this.id = new Float64Array(capacity);
  }
}

export class TradeChunk extends Rows {
  readonly kind = 'trades';
  readonly price: Float64Array;
  readonly size: Float64Array;
  /** Aggressor: SIDE_BUY, SIDE_SELL or SIDE_UNKNOWN. */
  readonly side: Int8Array;

  constructor(capacity: number) {
    super(capacity);
    this.price = new Float64Array(capacity);
    this.size = new Float64Array(capacity);
    this.side = new Int8Array(capacity);
  }
}

export class QuoteChunk extends Rows {
  readonly kind = 'quotes';
  /** NaN when the side is empty. */
  readonly bid: Float64Array;
  readonly bidSize: Float64Array;
  readonly ask: Float64Array;
  readonly askSize: Float64Array;

  constructor(capacity: number) {
    super(capacity);
    this.bid = new Float64Array(capacity);
    this.bidSize = new Float64Array(capacity);
    this.ask = new Float64Array(capacity);
    this.askSize = new Float64Array(capacity);
  }
}

export class DepthChunk extends Rows {
  readonly kind = 'depth';
  /** SIDE_BUY for a bid level, SIDE_SELL for an ask level. */
  readonly side: Int8Array;
  readonly price: Float64Array;
  /** Absolute resting size; 0 removes the level. */
  readonly size: Float64Array;
  /** DEPTH_LAST and DEPTH_SNAPSHOT, or-ed. */
  readonly flags: Uint8Array;

  constructor(capacity: number) {
    super(capacity);
    this.side = new Int8Array(capacity);
    this.price = new Float64Array(capacity);
    this.size = new Float64Array(capacity);
    this.flags = new Uint8Array(capacity);
  }
}

/** Bars that a venue or a file delivers ready made. `event` is the bar's end. */
export class BarChunk extends Rows {
  readonly kind = 'bars';
  /** Length of the interval in microseconds. */
  readonly span: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly trades: Float64Array;

  constructor(capacity: number) {
    super(capacity);
    this.span = new Float64Array(capacity);
    this.open = new Float64Array(capacity);
    this.high = new Float64Array(capacity);
    this.low = new Float64Array(capacity);
    this.close = new Float64Array(capacity);
    this.volume = new Float64Array(capacity);
    this.trades = new Float64Array(capacity);
  }
}

/**
 * Anything but a market row that enters a run from outside: a broker's answer, a manual command, history loaded at start,
 * a connection's state, a stop. It is recorded and replayed at its place in the sequence.
 */
export interface InputRow {
  readonly seq: number;
  readonly recv: Micros;
  readonly kind: string;
  /** Plain JSON. */
  readonly payload: unknown;
}
