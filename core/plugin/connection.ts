import type { Micros } from '../domain/time.ts';
import type { StreamName } from './demand.ts';

/** A stretch of market that did not arrive. It goes on the tape, and to whoever listens to `market.gaps()`. */
export interface Gap {
  /** Left out when the whole connection was away. */
  readonly instrument?: string | undefined;
  readonly stream?: StreamName | undefined;
  /** Epoch milliseconds: of the last event before the gap and of the first one after it, as far as they are known. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Number of messages that are missing, where the venue numbers them. */
  readonly missed?: number | undefined;
  /** What was fetched afterwards: everything, the bars only, or nothing. */
  readonly filled: 'all' | 'bars' | 'none';
  /** `reconnect`, `sequence`, `checksum`, `crossed book`, or what the venue said. */
  readonly reason: string;
}

/** A gap as the runtime tells of it. */
export interface ReportedGap extends Gap {
  readonly provider: string;
  /** Our time, epoch milliseconds. */
  readonly tsRecv: number;
}

/**
 * What a provider tells of its connection while it has one. Counting, health and giving up on a silent connection are the
 * runtime's business. Sockets and requests of `Net` report their bytes by themselves.
 */
export interface Link {
  /** Bytes came in: whatever they say, the connection lives. */
  received(bytes: number): void;
  /** A sign of life that is no data. `roundTripMs` when it answers something that we sent. */
  heartbeat(roundTripMs?: number): void;
  /** A frame that cannot be used: counted, logged once per kind with the sample, and skipped. */
  bad(kind: string, sample: unknown): void;
  gap(gap: Gap): void;
  /** Rows that were replaced by later ones before anybody saw them. */
  conflated(stream: StreamName, rows: number): void;
}

/** How the runtime treats a connection. The YAML's `connection` overrides what a provider says of itself. */
export interface ConnectionSettings {
  /** Still `connecting` after this long, whatever bytes come, and the connection counts as lost. 0 switches it off. */
  readonly connectWithinUs: Micros;
  /** No byte for this long and the connection counts as lost. 0 switches it off. */
  readonly silenceUs: Micros;
  /** No market row of any wanted instrument for this long and the connection counts as lost. 0 switches it off. */
  readonly dataSilenceUs: Micros;
  /** No row of a wanted instrument for this long: state `stale`. 0 switches it off. */
  readonly instrumentSilenceUs: Micros;
  /** Pause before the first attempt to reconnect: random up to this, doubled with every failure. */
  readonly firstPauseUs: Micros;
  readonly longestPauseUs: Micros;
  /** A connection that held this long has proved itself: the next pause starts small again. */
  readonly stableUs: Micros;
  /** Attempts in a row to connect again before the provider is given up. 0 for never. */
  readonly attempts: number;
  /** A health below this for ten seconds and the connection is made anew. 0 switches it off. */
  readonly reconnectBelow: number;
  /** Later than this against the venue's clock: only the newest of several quotes is delivered. 0 switches it off. */
  readonly conflateAfterUs: Micros;
  /** Fetch the bars of a gap from the provider's history. */
  readonly backfill: boolean;
}
