import type { Equity, Position } from '../domain/position.ts';
import type { ConnectionStatistics } from '../plugin/statistics.ts';

/** What a run did: printed for a person, or as one JSON object. */
export interface RunSummary {
  readonly mode: 'live' | 'paper' | 'replay';
  /** Folder of the tape: written by `start`, read by `replay`. */
  readonly tape: string | undefined;
  readonly instruments: readonly string[];
  readonly events: { readonly trades: number; readonly quotes: number; readonly depth: number; readonly bars: number };
  readonly orders: number;
  readonly fills: number;
  readonly refusals: number;
  readonly decisions: number;
  readonly decisionHash: string;
  readonly pnl: Pick<Equity, 'realised' | 'open' | 'fees'>;
  readonly positions: readonly Position[];
  readonly strategies: readonly StrategySummary[];
  /** Every provider's connection, as it was at the end. Empty in a replay. */
  readonly connections: readonly ConnectionStatistics[];
  /** Things that were dropped, by kind; empty in a good run. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  readonly eventsPerSecond: number;
  readonly peakRssMb: number;
  /** Why it ended. */
  readonly stopped: string;
  /** Replay of a recorded run: does it decide what the run decided? */
  readonly verified?: Verification | undefined;
}

export interface StrategySummary {
  readonly name: string;
  readonly state: string;
  readonly error?: string | undefined;
  readonly decisions: number;
  readonly decisionHash: string;
  readonly pnl: Pick<Equity, 'realised' | 'open' | 'fees'>;
}

export interface Verification {
  /** Checkpoints of the tape that the replay passed with the same number of decisions and the same hash. */
  readonly checkpoints: number;
  /** The first that it did not; `undefined` when all agree. */
  readonly firstMismatch?: { readonly seq: number; readonly expected: string; readonly found: string } | undefined;
}
