import type { ConnectionState } from '../domain/market.ts';
import type { StreamName } from './demand.ts';

/** Points that each part takes off a health of 100. */
export interface HealthParts {
  /** How much of the silence that is allowed has passed: up to 40. */
  readonly silence: number;
  /** Bad frames in the last minute: up to 20. */
  readonly faults: number;
  /** 99th percentile of the latency: up to 20. */
  readonly latency: number;
  /** Connections lost in the last ten minutes: up to 20. */
  readonly stability: number;
}

/** 50th and 99th percentile of the last minute or two, milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** How one provider's connection has been doing, since the start of the run unless said otherwise. */
export interface ConnectionStatistics {
  readonly provider: string;
  readonly state: ConnectionState;
  /** 0 to 100. */
  readonly health: number;
  readonly healthParts: HealthParts;
  /** Connections that came to be live, and attempts to come back after one was lost. */
  readonly connects: number;
  readonly reconnects: number;
  /** Frames or answers that came in, and their bytes. */
  readonly messages: number;
  readonly bytes: number;
  readonly rows: Readonly<Record<StreamName, number>>;
  /** Frames that were skipped, by kind. */
  readonly bad: Readonly<Record<string, number>>;
  /** Rows that later ones replaced before anybody saw them. */
  readonly conflated: Readonly<Partial<Record<StreamName, number>>>;
  readonly gaps: number;
  /** Epoch milliseconds of the last byte. */
  readonly lastMessage: number | undefined;
  /** Milliseconds of the present connection; 0 without one. */
  readonly uptimeMs: number;
  /** Round trips of heartbeats. */
  readonly roundTripMs: Percentiles | undefined;
  /** Receipt minus venue time, clock difference included. */
  readonly lagMs: Percentiles | undefined;
  /** Least receipt minus venue time: our clock's lead over the venue's, plus the shortest way. Negative: ours is behind. */
  readonly skewMs: number | undefined;
  /** Why the connection was lost last. */
  readonly lastError: string | undefined;
}
