import type { Chunk, ChunkKind } from '../domain/chunk.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { ID_COLUMN, MARKET_COLUMNS, type MarketColumn } from './columns.ts';
import { copyRows, newChunk } from './copy-rows.ts';
import { encodeMarket } from './encode-market.ts';
import type { SeriesWriter } from './series-writer.ts';

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
      copyRows(chunk, at, rows, rows.n, count);
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
    const { buffers, facts } = encodeMarket(rows, columns);
    this.#series.write(columns, rows.n, buffers, facts);
    rows.n = 0;
  }

  // A segment keeps its columns, so once it has ids it goes on having them.
  #columnsToWrite(): readonly MarketColumn[] {
    const { id, n } = this.#rows;
    if (this.#series.columns === this.#columnsWithId) return this.#columnsWithId;
    for (let i = 0; i < n; i++) if (id[i] !== 0) return this.#columnsWithId;
    return this.#columns;
  }

  // An index outside of the dictionary would make a file that no reader opens.
  #checkInstruments(): void {
    const { inst, n } = this.#rows;
    for (let i = 0; i < n; i++) {
      if (inst[i]! >= this.#instruments) throw unknownInstrument(inst[i]!, this.#instruments);
    }
  }
}

const unknownInstrument = (index: number, count: number): MillraceError =>
  new MillraceError({
    code: 'TAPE_UNKNOWN_INSTRUMENT',
    where: {},
    was: `a row of instrument number ${index}`,
    expected: `a number below ${count}: the tape was opened with ${count} instruments`,
    fix: 'list every instrument of the run when the tape is opened',
  });
