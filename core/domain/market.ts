import type { Timeframe } from './timeframe.ts';

export type Side = 'buy' | 'sell';
/** The side that crossed the spread. */
export type AggressorSide = Side | 'unknown';

/** One print. Times are epoch milliseconds, UTC. */
export class Trade {
  readonly instrument: string;
  readonly price: number;
  /** Contracts or coins; 0 for a print that only sets the price. */
  readonly size: number;
  readonly side: AggressorSide;
  /** Venue time. */
  readonly tsEvent: number;
  /** Our time. */
  readonly tsRecv: number;

  constructor(instrument: string, price: number, size: number, side: AggressorSide, tsEvent: number, tsRecv: number) {
    this.instrument = instrument;
    this.price = price;
    this.size = size;
    this.side = side;
    this.tsEvent = tsEvent;
    this.tsRecv = tsRecv;
  }
}

/** Best bid and ask with sizes. A missing side is NaN with size 0. */
export class Quote {
  readonly instrument: string;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly tsEvent: number;
  readonly tsRecv: number;

  constructor(
    instrument: string,
    bid: number,
    bidSize: number,
    ask: number,
    askSize: number,
    tsEvent: number,
    tsRecv: number,
  ) {
    this.instrument = instrument;
    this.bid = bid;
    this.bidSize = bidSize;
    this.ask = ask;
    this.askSize = askSize;
    this.tsEvent = tsEvent;
    this.tsRecv = tsRecv;
  }
}

/** Open, high, low, close and volume over one interval [start, end), by venue time. */
export class Bar {
  readonly instrument: string;
  readonly timeframe: Timeframe;
  /** Epoch milliseconds, UTC, inclusive. */
  readonly start: number;
  /** Epoch milliseconds, UTC, exclusive. */
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Number of trades. */
  readonly trades: number;
  /** Loaded as warm-up, before the first live value. Decisions made on it are dropped. */
  readonly historical: boolean;

  constructor(
    instrument: string,
    timeframe: Timeframe,
    start: number,
    end: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    trades: number,
    historical = false,
  ) {
    this.instrument = instrument;
    this.timeframe = timeframe;
    this.start = start;
    this.end = end;
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
    this.volume = volume;
    this.trades = trades;
    this.historical = historical;
  }
}

/** One resting level: price and absolute size; size 0 removes it. */
export type Level = readonly [price: number, size: number];

/** Changes of one venue message to the resting sizes of an instrument. */
export class DepthUpdate {
  readonly instrument: string;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** The message replaces the whole book. */
  readonly snapshot: boolean;
  readonly tsEvent: number;
  readonly tsRecv: number;

  constructor(
    instrument: string,
    bids: readonly Level[],
    asks: readonly Level[],
    snapshot: boolean,
    tsEvent: number,
    tsRecv: number,
  ) {
    this.instrument = instrument;
    this.bids = bids;
    this.asks = asks;
    this.snapshot = snapshot;
    this.tsEvent = tsEvent;
    this.tsRecv = tsRecv;
  }
}

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'lost' | 'closed';

/** How a provider's connection is doing. */
export interface ConnectionStatus {
  readonly provider: string;
  readonly state: ConnectionState;
  /** 0 (down) to 100 (as good as it gets). */
  readonly health: number;
  readonly reason?: string | undefined;
  readonly tsRecv: number;
}
