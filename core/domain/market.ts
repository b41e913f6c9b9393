import type { Timeframe } from './timeframe.ts';

export type Side = 'buy' | 'sell';
/** The side that crossed the spread. */
export type AggressorSide = Side | 'unknown';

// `declare`: without it every object would first get all its fields as `undefined`, by a function of its own. Events are
// made by the million, and the engine builds only so much code into the loop that makes them.

/** One print. Times are epoch milliseconds, UTC. */
export class Trade {
  declare readonly instrument: string;
  declare readonly price: number;
  /** Contracts or coins; 0 for a print that only sets the price. */
  declare readonly size: number;
  declare readonly side: AggressorSide;
  /** Venue time. */
  declare readonly tsEvent: number;
  /** Our time. */
  declare readonly tsRecv: number;

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
  declare readonly instrument: string;
  declare readonly bid: number;
  declare readonly bidSize: number;
  declare readonly ask: number;
  declare readonly askSize: number;
  declare readonly tsEvent: number;
  declare readonly tsRecv: number;

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

/** What a bar is called: its timeframe, or its kind and size, such as `1000t`, `volume 5000` or `heikinAshi 1m`. */
export type BarName = Timeframe | `${number}t` | `${string} ${string}`;

/** Open, high, low, close and volume over one interval [start, end), by venue time. */
export class Bar {
  declare readonly instrument: string;
  declare readonly timeframe: BarName;
  /** Epoch milliseconds, UTC, inclusive. */
  declare readonly start: number;
  /** Epoch milliseconds, UTC, exclusive. Bars that no clock cuts end with their last trade, inclusive. */
  declare readonly end: number;
  declare readonly open: number;
  declare readonly high: number;
  declare readonly low: number;
  declare readonly close: number;
  declare readonly volume: number;
  /** Number of trades. */
  declare readonly trades: number;
  /** Loaded as warm-up, before the first live value. Decisions made on it are dropped. */
  declare readonly historical: boolean;
  /** Who traded: see FlowBar. Bars of a plain timeframe, of which there are many, do without. */
  declare readonly vwap?: number | undefined;
  declare readonly buyVolume?: number | undefined;
  declare readonly sellVolume?: number | undefined;
  declare readonly delta?: number | undefined;

  constructor(
    instrument: string,
    timeframe: BarName,
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

/** Who traded in a bar. `undefined` where the trades are not known, as in history. */
export interface BarFlow {
  /** Σ(price × size) ÷ Σ size; `undefined` also without volume. */
  readonly vwap: number | undefined;
  /** Volume of aggressive buyers; trades of unknown side are in neither. */
  readonly buyVolume: number | undefined;
  readonly sellVolume: number | undefined;
}

/** A bar with its flow. All that are not of a plain timeframe have it; `{ time: '1m' }` is `1m` with it. */
export class FlowBar extends Bar implements BarFlow {
  override readonly vwap: number | undefined;
  override readonly buyVolume: number | undefined;
  override readonly sellVolume: number | undefined;
  /** Buy volume minus sell volume. */
  override readonly delta: number | undefined;

  constructor(bar: Bar, { vwap, buyVolume, sellVolume }: BarFlow) {
    const { instrument, timeframe, start, end, open, high, low, close, volume, trades, historical } = bar;
    super(instrument, timeframe, start, end, open, high, low, close, volume, trades, historical);
    this.vwap = vwap;
    this.buyVolume = buyVolume;
    this.sellVolume = sellVolume;
    const delta = buyVolume === undefined || sellVolume === undefined ? undefined : buyVolume - sellVolume;
    // Back onto the grid of sizes; adding 0 makes -0 plain.
    this.delta = delta === undefined ? undefined : Math.round(delta * 1e8) / 1e8 + 0;
  }
}

/** One resting level: price and absolute size; size 0 removes it. */
export type Level = readonly [price: number, size: number];

/** Changes of one venue message to the resting sizes of an instrument. */
export class DepthUpdate {
  declare readonly instrument: string;
  declare readonly bids: readonly Level[];
  declare readonly asks: readonly Level[];
  /** The message replaces the whole book. */
  declare readonly snapshot: boolean;
  declare readonly tsEvent: number;
  declare readonly tsRecv: number;

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
