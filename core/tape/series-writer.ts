import { fsync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Micros } from '../domain/time.ts';
import { ArrowWriter, type ColumnBuffers } from './arrow-writer.ts';
import { type BatchFacts, factsToMetadata } from './batch-facts.ts';
import { arrowSchema, type Column, SYMBOL_DICTIONARY_ID, type TapeStream } from './columns.ts';

/** Bounds what a segment's footer needs in memory: a day of one flush per second. */
const BATCHES_PER_SEGMENT = 100_000;

const syncFile = promisify(fsync);

/** What the manifest says of a series. */
export interface SeriesRecord {
  readonly rows: number;
  readonly segments: readonly string[];
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstTs: Micros;
  readonly lastTs: Micros;
}

/** The Arrow files of one stream, one after the other. The first file appears with the first batch. */
export class SeriesWriter {
  readonly #dir: string;
  readonly #stream: TapeStream;
  readonly #symbols: readonly string[] | undefined;
  readonly #segments: string[] = [];
  #file: ArrowWriter | undefined;
  #columns: readonly Column[] = [];
  #first: BatchFacts | undefined;
  #last: BatchFacts | undefined;
  #rows = 0;

  constructor(dir: string, stream: TapeStream, symbols?: readonly string[]) {
    this.#dir = dir;
    this.#stream = stream;
    this.#symbols = symbols;
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }

  /** Writes one batch; a new set of columns starts a new segment. */
  write(columns: readonly Column[], rows: number, buffers: readonly ColumnBuffers[], facts: BatchFacts): void {
    if (columns !== this.#columns || (this.#file?.batches ?? 0) >= BATCHES_PER_SEGMENT) this.seal();
    this.#file ??= this.#open(columns);
    this.#file.write(rows, buffers, factsToMetadata(facts));
    this.#first ??= facts;
    this.#last = facts;
    this.#rows += rows;
  }

  /** Resolves when what was written is on the disk. */
  async sync(): Promise<void> {
    if (this.#file !== undefined) await syncFile(this.#file.fd);
  }

  /** Makes the current segment an ordinary Arrow file. */
  seal(): void {
    this.#file?.seal();
    this.#file = undefined;
  }

  record(): SeriesRecord | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    return {
      rows: this.#rows,
      segments: [...this.#segments],
      firstSeq: this.#first.seq[0],
      lastSeq: this.#last.seq[1],
      firstTs: this.#first.ts[0],
      lastTs: this.#last.ts[1],
    };
  }

  #open(columns: readonly Column[]): ArrowWriter {
    const name = segmentName(this.#stream, this.#segments.length + 1);
    const dictionary = this.#symbols && { id: SYMBOL_DICTIONARY_ID, values: this.#symbols };
    const file = new ArrowWriter(join(this.#dir, name), arrowSchema(columns), dictionary);
    this.#segments.push(name);
    this.#columns = columns;
    return file;
  }
}

/** File name of a stream's n-th segment, counted from 1. Names sort in the order of the segments. */
const segmentName = (stream: TapeStream, n: number): string => `${stream}-${String(n).padStart(4, '0')}.arrow`;
