import type { Chunk, ChunkKind, InputRow } from '../domain/chunk.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Problem } from '../errors/millrace-error.ts';
import type { Checkpoint, DecisionRecord } from '../plugin/persistence.ts';
import type { RecordedRun, Recording } from '../plugin/provider.ts';
import { decisionRows, decodeInputs, inputBatches, marketBatches } from './batches.ts';
import { ID_COLUMN, MARKET_COLUMNS, type MarketColumn, TAPE_STREAMS, type TapeStream } from './columns.ts';
import { findEvent } from './find-event.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type RecordingOptions, recordedBatches } from './recording.ts';
import type { Segment } from './segment.ts';
import { seriesRecords, tapeSegments } from './segments.ts';
import { SeriesReader } from './series-reader.ts';
import type { SeriesRecord } from './series-writer.ts';

/** A recorded run. Rows are read as they are asked for; nothing stays open between calls. */
export interface Tape {
  readonly dir: string;
  readonly manifest: Manifest;
  /** In the order of the instrument numbers of its rows. */
  readonly instruments: readonly InstrumentSpec[];
  /** Rows, times and files of each stream that has rows. */
  readonly series: Readonly<Partial<Record<TapeStream, SeriesRecord>>>;
  /** Files that break off, as after a power cut. All rows before the break are read. */
  readonly problems: readonly Problem[];
  /** All that entered the run, in sequence order. Instrument numbers of rows are places in `instruments`. */
  recording(options?: RecordingOptions): Recording;
  /** Rows of one kind with everything that was recorded of them. The chunk is filled anew for each step. */
  rows(kind: ChunkKind): AsyncIterable<Chunk>;
  /** The columns that a stream has on this tape. */
  columns(kind: ChunkKind): readonly MarketColumn[];
  /** The market rows, or else the input, of a sequence number. */
  event(seq: number): Promise<RecordedRun | undefined>;
  inputs(): AsyncIterable<InputRow>;
  decisions(): AsyncIterable<DecisionRecord>;
  /** The last checkpoint whose decisions are all on the tape. */
  lastCheckpoint(): Promise<{ readonly row: InputRow; readonly checkpoint: Checkpoint } | undefined>;
}

/**
 * Opens a tape: closed, still being written, or left behind by a killed process.
 *
 * Errors  TAPE_NOT_FOUND, TAPE_MANIFEST, TAPE_VERSION; while reading, TAPE_DAMAGED for a batch whose bytes have changed
 */
export async function openTape(dir: string): Promise<Tape> {
  const manifest = readManifest(dir);
  const segments = tapeSegments(dir);
  const series = manifest.series ?? seriesRecords(segments);
  return {
    dir,
    manifest,
    series,
    instruments: manifest.run.instruments,
    problems: TAPE_STREAMS.flatMap((stream) => segments[stream].flatMap(({ problem }) => problem ?? [])),
    recording: (options = {}) => ({
      instruments: manifest.run.instruments,
      ...spanOf(series, manifest, options),
      batches: () => recordedBatches(segments, options),
    }),
    rows: (kind) => chunks(kind, segments[kind]),
    columns: (kind) => columnsOf(kind, segments[kind]),
    event: (seq) => findEvent(segments, seq),
    inputs: () => inputs(segments.inputs),
    decisions: () => decisionRows(segments.decisions),
    lastCheckpoint: () => lastCheckpoint(segments.inputs, series.decisions?.rows ?? 0),
  };
}

/** Receipt times of the first and last thing that entered the run, and when it ended, as far as they are asked for. */
function spanOf(series: Tape['series'], { run: { startedAt }, summary }: Manifest, { from, until }: RecordingOptions) {
  const { decisions: _, ...entered } = series;
  const records = Object.values(entered);
  const first = Math.min(...records.map(({ firstTs }) => firstTs));
  const last = Math.max(...records.map(({ lastTs }) => lastTs));
  if (records.length === 0) return { from: startedAt, until: startedAt };
  const end = Math.max(last, summary?.endedAt ?? last);
  return {
    from: Math.max(first, from ?? first),
    until: Math.min(last, until ?? last),
    endsAt: Math.min(end, until ?? end),
  };
}

async function* chunks(kind: ChunkKind, segments: readonly Segment[]): AsyncGenerator<Chunk> {
  for await (const { rows } of marketBatches(kind, segments, { identity: true })) yield rows;
}

function columnsOf(kind: ChunkKind, segments: readonly Segment[]): readonly MarketColumn[] {
  const hasIds = segments.some(({ schema }) => schema?.fields.some(({ name }) => name === ID_COLUMN.name));
  return hasIds ? [...MARKET_COLUMNS[kind], ID_COLUMN] : MARKET_COLUMNS[kind];
}

async function* inputs(segments: readonly Segment[]): AsyncGenerator<InputRow> {
  for await (const { rows } of inputBatches(segments, {})) yield* rows;
}

async function lastCheckpoint(segments: readonly Segment[], decisions: number) {
  const series = new SeriesReader(segments);
  try {
    for (let n = series.batches - 1; n >= 0; n--) {
      const row = decodeInputs(await series.read(n)).findLast(
        ({ kind, payload }) => kind === 'checkpoint' && (payload as Checkpoint).decisions <= decisions,
      );
      if (row !== undefined) return { row, checkpoint: row.payload as Checkpoint };
    }
    return undefined;
  } finally {
    series.close();
  }
}
