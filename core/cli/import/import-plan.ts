import type { Chunk } from '../../domain/chunk.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';

/** Rows of one kind that follow each other. */
export interface RowRun {
  readonly chunk: Chunk;
  readonly from: number;
  readonly to: number;
}

/** Rows in receipt order; valid until the next batch is asked for. `progress` is the share of the file read, 0 to 1. */
export interface ImportBatch {
  readonly runs: readonly RowRun[];
  readonly progress: number;
}

/** One file. It is opened when the import reaches its time, so a year of daily files does not sit in memory. */
export interface ImportSource {
  readonly file: string;
  /** No row of the file is received before this. */
  readonly startsAt: Micros;
  /** The file has all rows that were received before this. Left out where that is not known. */
  readonly endsAt?: Micros | undefined;
  /** Share of the whole import's bytes. */
  readonly bytes: number;
  batches(): AsyncIterable<ImportBatch>;
}

/** What a format makes of its files, before any row is written. Rows' instrument numbers are places in `instruments`. */
export interface ImportPlan {
  /** In order of symbol. */
  readonly instruments: readonly InstrumentSpec[];
  readonly sources: readonly ImportSource[];
}
