import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { CHUNK_KINDS, type Chunk, type ChunkKind, type InputRow } from '../domain/chunk.ts';
import type { Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Checkpoint, DecisionRecord, RunInfo, RunSummaryRecord } from '../plugin/persistence.ts';
import { wallMicros } from '../runtime/wall.ts';
import { canonicalJson } from './canonical-json.ts';
import { DECISION_COLUMNS, INPUT_COLUMNS, TAPE_STREAMS, type TapeStream } from './columns.ts';
import { hasManifest, type Manifest, newManifest, writeManifest } from './manifest.ts';
import { MarketWriter } from './market-writer.ts';
import { RowWriter } from './row-writer.ts';
import { type SeriesRecord, SeriesWriter } from './series-writer.ts';

export interface TapeWriterOptions {
  /** Rows per batch; default 4,096, which blocks for about a millisecond. Imports take 65,536: smaller and faster to read. */
  readonly batchRows?: number | undefined;
  /** Time between calls of fsync by `syncIfDue`; default 5,000 ms. */
  readonly fsyncMs?: number | undefined;
}

const DEFAULT_BATCH_ROWS = 4_096;
const DEFAULT_FSYNC_MS = 5_000;
/** Inputs and decisions are few; this only bounds what is held between two flushes. */
const PENDING_ROWS = 4_096;

/** Folders that this process is writing tapes to. */
const writing = new Set<string>();

export const isWrittenHere = (dir: string): boolean => writing.has(resolve(dir));

/**
 * Writes a tape: a folder with a manifest and one series of Arrow files per stream.
 *
 * What was flushed survives the death of the process; what was synced survives the loss of power. Decisions and inputs are
 * written after the market rows that caused them and inputs last, so a checkpoint found on a tape proves that all that it
 * covers is there.
 *
 * Errors: TAPE_EXISTS when the folder holds a tape already; those of the file system as they come.
 */
export class TapeWriter {
  readonly dir: string;
  readonly #manifest: Manifest;
  readonly #series: Readonly<Record<TapeStream, SeriesWriter>>;
  readonly #market: Readonly<Record<ChunkKind, MarketWriter>>;
  readonly #decisions: RowWriter;
  readonly #inputs: RowWriter;
  readonly #fsyncUs: Micros;
  #syncedAt = wallMicros();
  #checkpoint: (Checkpoint & { readonly seq: number }) | undefined;

  constructor(dir: string, run: RunInfo, options: TapeWriterOptions = {}) {
    const { batchRows = DEFAULT_BATCH_ROWS, fsyncMs = DEFAULT_FSYNC_MS } = options;
    if (hasManifest(dir)) throw tapeExists(dir);
    mkdirSync(dir, { recursive: true });
    writing.add(resolve(dir));
    this.dir = dir;
    this.#manifest = newManifest(run);
    this.#fsyncUs = fsyncMs * 1000;
    writeManifest(dir, this.#manifest);

    const symbols = run.instruments.map(({ symbol }) => symbol);
    const isMarket = (stream: string) => (CHUNK_KINDS as readonly string[]).includes(stream);
    this.#series = byName(TAPE_STREAMS, (name) => new SeriesWriter(dir, name, isMarket(name) ? symbols : undefined));
    this.#market = byName(CHUNK_KINDS, (kind) => new MarketWriter(kind, this.#series[kind], batchRows, symbols.length));
    this.#decisions = new RowWriter(this.#series.decisions, DECISION_COLUMNS);
    this.#inputs = new RowWriter(this.#series.inputs, INPUT_COLUMNS);
  }

  /** Takes rows `from` (inclusive) to `to` (exclusive); the chunk may be reused afterwards. */
  append(chunk: Chunk, from: number, to: number): void {
    this.#market[chunk.kind].append(chunk, from, to);
  }

  input({ seq, recv, kind, payload }: InputRow): void {
    this.#inputs.append([seq, recv, kind, canonicalJson(payload)]);
    if (kind === 'checkpoint') this.#checkpoint = { ...(payload as Checkpoint), seq };
    if (this.#inputs.pending >= PENDING_ROWS) this.flush();
  }

  decision({ index, cause, ts, strategy, kind, text }: DecisionRecord): void {
    this.#decisions.append([index, cause, ts, strategy, kind, text]);
    if (this.#decisions.pending >= PENDING_ROWS) this.#flushDecisions();
  }

  /** Hands everything so far to the operating system, before it returns. */
  flush(): void {
    this.#flushDecisions();
    this.#inputs.flush();
  }

  /** Resolves when everything flushed is on the disk. */
  async sync(): Promise<void> {
    this.#syncedAt = wallMicros();
    for (const stream of TAPE_STREAMS) await this.#series[stream].sync();
  }

  /** `sync`, when the last one is long enough ago. */
  async syncIfDue(): Promise<void> {
    if (wallMicros() - this.#syncedAt >= this.#fsyncUs) await this.sync();
  }

  /** What each series holds so far; streams without rows are absent. */
  records(): Partial<Record<TapeStream, SeriesRecord>> {
    const records: Partial<Record<TapeStream, SeriesRecord>> = {};
    for (const stream of TAPE_STREAMS) {
      const record = this.#series[stream].record();
      if (record !== undefined) records[stream] = record;
    }
    return records;
  }

  /** Makes ordinary Arrow files of the series and completes the manifest. */
  async close(summary: RunSummaryRecord): Promise<void> {
    this.flush();
    await this.sync();
    for (const stream of TAPE_STREAMS) this.#series[stream].seal();
    writeManifest(this.dir, {
      ...this.#manifest,
      state: 'closed',
      series: this.records(),
      summary,
      ...(this.#checkpoint && { checkpoint: this.#checkpoint }),
    });
    writing.delete(resolve(this.dir));
  }

  #flushDecisions(): void {
    for (const kind of CHUNK_KINDS) this.#market[kind].flush();
    this.#decisions.flush();
  }
}

function byName<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}

const tapeExists = (dir: string): MillraceError =>
  new MillraceError({
    code: 'TAPE_EXISTS',
    where: { file: dir },
    was: 'a folder that holds a tape',
    expected: 'a new folder',
    fix: 'choose another folder, or remove the old tape',
  });
