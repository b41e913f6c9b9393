import type { BrokerReport } from './broker-report.ts';
import type { Chunk } from './chunk.ts';
import type { AggressorSide, ConnectionState, Level } from './market.ts';
import type { Timeframe } from './timeframe.ts';

interface Stamped {
  readonly instrument: string;
  /** Venue time, epoch milliseconds UTC; receipt time stands in when the venue sends none. */
  readonly tsEvent?: number | undefined;
  /** Nanoseconds (0 to 999) beyond the whole microsecond of `tsEvent`. */
  readonly tsEventNs?: number | undefined;
  /** Receipt time, epoch milliseconds: only from providers that drive the clock themselves (`clock: 'events'`). */
  readonly tsRecv?: number | undefined;
  /** The venue's own number for the trade or update. */
  readonly id?: number | undefined;
}

export interface TradeEvent extends Stamped {
  readonly kind: 'trade';
  readonly price: number;
  readonly size: number;
  readonly side?: AggressorSide | undefined;
}

export interface QuoteEvent extends Stamped {
  readonly kind: 'quote';
  readonly bid: number | undefined;
  readonly bidSize: number;
  readonly ask: number | undefined;
  readonly askSize: number;
}

export interface DepthEvent extends Stamped {
  readonly kind: 'depth';
  /** Absolute sizes; 0 removes the level. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** True when the levels replace the whole book. */
  readonly snapshot?: boolean | undefined;
}

export interface BarEvent extends Stamped {
  readonly kind: 'bar';
  readonly timeframe: Timeframe;
  /** Epoch milliseconds of the interval's start. */
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades?: number | undefined;
}

/** A change of the connection that the provider itself knows of. */
export interface StatusEvent {
  readonly kind: 'status';
  readonly state: ConnectionState;
  readonly reason?: string | undefined;
}

/** The venue tells of the account. */
export interface ReportEvent {
  readonly kind: 'report';
  readonly report: BrokerReport;
}

/** What a provider emits: one event at a time, or whole columns when it has them. */
export type ProviderEvent = TradeEvent | QuoteEvent | DepthEvent | BarEvent | StatusEvent | ReportEvent | Chunk;
