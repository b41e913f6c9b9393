import type { Observable, SchedulerLike } from 'rxjs';
import type { Chunk, InputRow } from '../domain/chunk.ts';
import type { ProviderEvent } from '../domain/event.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import type { ConnectionSettings, Link } from './connection.ts';
import type { Log, Random } from './context.ts';
import type { Demand, StreamName } from './demand.ts';
import type { Net } from './net.ts';

export interface HistoryRequest {
  readonly instrument: string;
  readonly timeframe: Timeframe;
  /** Number of bars that end at or before `until`. */
  readonly count: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A recording's rows in sequence order: each batch is a list of runs of rows of one kind, and inputs between them. */
export interface RecordedBatch {
  readonly runs: readonly RecordedRun[];
  /** Share of the recording that has been read, 0 to 1. */
  readonly progress: number;
}
export type RecordedRun =
  | { readonly chunk: Chunk; readonly from: number; readonly to: number }
  | { readonly input: InputRow };

/** A source that already holds its events: it drives the clock, and the runtime pulls as fast as asked. */
export interface Recording {
  readonly instruments: readonly InstrumentSpec[];
  /** Receipt time of the first and last event, microseconds. */
  readonly from: Micros;
  readonly until: Micros;
  /** Until when it was recorded, if that is known to be later: the clock goes on to there, and closes the bars that end by then. */
  readonly endsAt?: Micros;
  batches(demand: Demand): AsyncIterable<RecordedBatch>;
}

export interface ProviderContext<Options> {
  readonly name: string;
  readonly options: Options;
  /** Symbols that the configuration names, with what it says of them. */
  readonly requested: readonly InstrumentSpec[];
  readonly log: Log;
  readonly random: Random;
  /** Wall-clock timers for connections: never for anything a strategy sees. */
  readonly wall: SchedulerLike;
  readonly net: Net;
  readonly link: Link;
  /** Folder of the configuration file; relative paths in options start there. */
  readonly baseDir: string;
}

/** What a provider can do. What it lacks it leaves out; presence is capability. */
export interface Provider {
  readonly instruments?: readonly InstrumentSpec[];
  /**
   * One connection: subscribe connects, an error means lost, unsubscribe closes. Reconnecting is the runtime's business.
   * `clock: 'events'` on the provider says that its events carry `tsRecv` and move the clock.
   */
  readonly events?: (demand: Demand) => Observable<ProviderEvent>;
  readonly clock?: 'wall' | 'events';
  /** Epoch milliseconds at which the clock of `clock: 'events'` begins; no event is stamped before it. */
  readonly startsAt?: number;
  readonly history?: (request: HistoryRequest) => Promise<readonly Bar[]>;
  /** In place of `events`, for sources that are read rather than received. */
  readonly recording?: Recording;
  /** The streams that it has; all of them when left out. */
  readonly streams?: readonly StreamName[];
  /** Where the venue differs from the usual. */
  readonly connection?: Partial<ConnectionSettings>;
  /** True when a new connection continues where the last one ended, or the provider tells of what is missing itself. */
  readonly resumes?: boolean;
  /** Called once, at the end of the run. */
  readonly close?: () => void | Promise<void>;
}
