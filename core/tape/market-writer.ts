import { BarChunk, type Chunk, type ChunkKind, DepthChunk, QuoteChunk, TradeChunk } from '../domain/chunk.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { ColumnBuffers } from './arrow-writer.ts';
import { ID_COLUMN, MARKET_COLUMNS, type MarketColumn, valuesOf } from './columns.ts';
import { bytesOf, encodeTimes, encodeWhole } from './int64.ts';
import type { SeriesWriter } from './series-writer.ts';

/** Copying by `set` costs two views per column; below this many rows a plain loop is faster. */
const FEW_ROWS = 24;

/** Collects market rows of one kind and writes them in batches. */
export class MarketWriter {
  readonly #series: SeriesWriter;
  readonly #rows: Chunk;
  readonly #columns: readonly MarketColumn[];
  readonly #columnsWithId: readonly MarketColumn[];
  readonly #instruments: number;

  constructor(kind: ChunkKind, series: SeriesWriter, batchRows: number, instruments: number) {
    this.#series = series;
    this.#rows = newChunk(kind, batchRows);
    this.#columns = MARKET_COLUMNS[kind];
    this.#columnsWithId = [...this.#columns, ID_COLUMN];
    this.#instruments = instruments;
  }

  /** Takes rows `from` (inclusive) to `to` (exclusive) of a chunk of the same kind. The chunk may be reused afterwards. */
  append(chunk: Chunk, from: number, to: number): void {
    const rows = this.#rows;
    for (let at = from; at < to; ) {
      const count = Math.min(to - at, rows.capacity - rows.n);
      copyRows(this.#columnsWithId, chunk, at, rows, rows.n, count);
      rows.n += count;
      at += count;
      if (rows.n === rows.capacity) this.flush();
    }
  }

  flush(): void {
    const rows = this.#rows;
    if (rows.n === 0) return;
    this.#checkInstruments();
    const columns = this.#columnsToWrite();
    const last = rows.n - 1;
    const same = sameTimes(rows);
    this.#series.write(columns, rows.n, this.#encode(columns, same), {
      seq: [rows.seq[0]!, rows.seq[last]!],
      ts: [rows.recv[0]!, rows.recv[last]!],
      consecutive: isConsecutive(rows),
      sameTimes: same,
      ...(isOneInstrument(rows) && { instrument: rows.inst[0]! }),
    });
    rows.n = 0;
  }

  // A segment keeps its columns, so once it has ids it goes on having them.
  #columnsToWrite(): readonly MarketColumn[] {
    const { id, n } = this.#rows;
    if (this.#series.columns === this.#columnsWithId) return this.#columnsWithId;
    for (let i = 0; i < n; i++) if (id[i] !== 0) return this.#columnsWithId;
    return this.#columns;
  }

  #encode(columns: readonly MarketColumn[], same: boolean): ColumnBuffers[] {
    const receipt = encodeTimes(this.#rows.recv, this.#rows.recvNs, this.#rows.n);
    return columns.map((column) => {
      const shared = column.field === 'recv' || (column.field === 'event' && same);
      return [shared ? receipt : this.#encodeColumn(column)];
    });
  }

  #encodeColumn({ type, field, remainder }: MarketColumn): Uint8Array {
    const rows = this.#rows;
    const values = valuesOf(rows, field);
    if (type === 'int64') return encodeWhole(values as Float64Array, rows.n);
    if (type !== 'time') return bytesOf(values.subarray(0, rows.n));
    const nanos = remainder === undefined ? undefined : (valuesOf(rows, remainder) as Uint16Array);
    return encodeTimes(values as Float64Array, nanos, rows.n);
  }

  // An index outside of the dictionary would make a file that no reader opens.
  #checkInstruments(): void {
    const { inst, n } = this.#rows;
    for (let i = 0; i < n; i++) {
      if (inst[i]! >= this.#instruments) throw unknownInstrument(inst[i]!, this.#instruments);
    }
  }
}

export function newChunk(kind: ChunkKind, capacity: number): Chunk {
  switch (kind) {
    case 'trades':
      return new TradeChunk(capacity);
    case 'quotes':
      return new QuoteChunk(capacity);
    case 'depth':
      return new DepthChunk(capacity);
    case 'bars':
      return new BarChunk(capacity);
  }
}

function copyRows(
  columns: readonly MarketColumn[],
  from: Chunk,
  fromRow: number,
  to: Chunk,
  toRow: number,
  count: number,
): void {
  for (const { field, remainder } of columns) {
    copyValues(valuesOf(from, field), fromRow, valuesOf(to, field), toRow, count);
    if (remainder !== undefined) copyValues(valuesOf(from, remainder), fromRow, valuesOf(to, remainder), toRow, count);
  }
}

function copyValues(
  from: ReturnType<typeof valuesOf>,
  fromRow: number,
  to: ReturnType<typeof valuesOf>,
  toRow: number,
  count: number,
): void {
  if (count > FEW_ROWS) to.set(from.subarray(fromRow, fromRow + count), toRow);
  else for (let i = 0; i < count; i++) to[toRow + i] = from[fromRow + i]!;
}

function isConsecutive({ seq, n }: Chunk): boolean {
  for (let i = 1; i < n; i++) if (seq[i] !== seq[0]! + i) return false;
  return true;
}

function isOneInstrument({ inst, n }: Chunk): boolean {
  for (let i = 1; i < n; i++) if (inst[i] !== inst[0]) return false;
  return true;
}

function sameTimes({ recv, event, recvNs, eventNs, n }: Chunk): boolean {
  for (let i = 0; i < n; i++) if (recv[i] !== event[i] || recvNs[i] !== eventNs[i]) return false;
  return true;
}

const unknownInstrument = (index: number, count: number): MillraceError =>
  new MillraceError({
    code: 'TAPE_UNKNOWN_INSTRUMENT',
    where: {},
    was: `a row of instrument number ${index}`,
    expected: `a number below ${count}: the tape was opened with ${count} instruments`,
    fix: 'list every instrument of the run when the tape is opened',
  });
