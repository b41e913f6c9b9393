import type { Chunk, ChunkKind } from '../domain/chunk.ts';
import type { BatchFacts } from './batch-facts.ts';
import { ID_COLUMN, MARKET_COLUMNS, type MarketColumn, valuesOf } from './columns.ts';
import { newChunk } from './copy-rows.ts';
import { bytesOf, decodeTimes, decodeWhole } from './int64.ts';
import { release, unpack } from './packing.ts';
import type { PackedBatch, SeriesReader } from './series-reader.ts';

/** A batch with the columns that are wanted unpacked, ready to be copied into a chunk. */
export interface UnpackedBatch {
  readonly batch: PackedBatch;
  readonly columns: readonly { readonly column: MarketColumn; readonly bytes: Uint8Array }[];
}

/** Reads market rows of one kind. */
export class MarketReader {
  readonly kind: ChunkKind;
  readonly #series: SeriesReader;
  readonly #identity: boolean;
  #chunk: Chunk;

  /** `identity` asks for the venue's numbers and the nanosecond remainders as well; without it they read 0. */
  constructor(kind: ChunkKind, series: SeriesReader, identity: boolean) {
    this.kind = kind;
    this.#series = series;
    this.#identity = identity;
    this.#chunk = newChunk(kind, 0);
  }

  /** Reads and unpacks one batch, on other threads for the most part. */
  async unpack(n: number): Promise<UnpackedBatch> {
    const batch = await this.#series.read(n);
    const wanted = this.#columnsOf(batch);
    try {
      const bytes = await Promise.all(
        wanted.map(async (column) => unpack(batch.buffer(dataBuffer(batch, column.name)))),
      );
      return { batch, columns: wanted.map((column, i) => ({ column, bytes: bytes[i]! })) };
    } catch (cause) {
      throw batch.damaged(cause);
    }
  }

  /** Fills the reader's one chunk, which is good until the next call. The batch cannot be used again. */
  decode({ batch, columns }: UnpackedBatch): Chunk {
    const { rows, facts } = batch;
    if (rows > this.#chunk.capacity) this.#chunk = newChunk(this.kind, rows);
    const chunk = this.#chunk;
    chunk.n = rows;
    for (const { column, bytes } of columns) decodeColumn(chunk, column, bytes, this.#identity);
    fillFromFacts(chunk, facts);
    for (const { bytes } of columns) release(bytes);
    batch.release();
    return chunk;
  }

  #columnsOf({ schema, facts }: PackedBatch): readonly MarketColumn[] {
    const columns = MARKET_COLUMNS[this.kind].filter(({ field }) => !isKnown(field, facts));
    const hasId = this.#identity && schema.fields.some(({ name }) => name === ID_COLUMN.name);
    return hasId ? [...columns, ID_COLUMN] : columns;
  }
}

function decodeColumn(chunk: Chunk, column: MarketColumn, bytes: Uint8Array, identity: boolean): void {
  const { type, field, remainder } = column;
  const values = valuesOf(chunk, field);
  if (type === 'int64') decodeWhole(bytes, chunk.n, values as Float64Array);
  else if (type !== 'time') bytesOf(values).set(bytes);
  else {
    const nanos = identity && remainder !== undefined ? (valuesOf(chunk, remainder) as Uint16Array) : undefined;
    decodeTimes(bytes, chunk.n, values as Float64Array, nanos);
  }
}

/** Can the column be told from the batch's header alone? */
function isKnown(field: string, { consecutive, sameTimes, instrument }: BatchFacts): boolean {
  if (field === 'seq') return consecutive === true;
  if (field === 'event') return sameTimes === true;
  return field === 'inst' && instrument !== undefined;
}

function fillFromFacts(chunk: Chunk, { seq, consecutive, sameTimes, instrument }: BatchFacts): void {
  const rows = chunk.n;
  if (consecutive) for (let i = 0; i < rows; i++) chunk.seq[i] = seq[0] + i;
  if (instrument !== undefined) chunk.inst.fill(instrument, 0, rows);
  if (!sameTimes) return;
  chunk.event.set(chunk.recv.subarray(0, rows));
  chunk.eventNs.set(chunk.recvNs.subarray(0, rows));
}

// Market columns have two buffers each: validity (empty) and data.
function dataBuffer({ schema, damaged }: PackedBatch, name: string): number {
  const at = schema.fields.findIndex((field) => field.name === name);
  if (at < 0) throw damaged(new TypeError(`there is no column ${name}`));
  return 2 * at + 1;
}
