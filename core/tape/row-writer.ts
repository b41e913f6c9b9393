import { type ColumnBuffers, utf8Buffers } from './arrow-writer.ts';
import type { Column } from './columns.ts';
import { encodeTimes, encodeWhole } from './int64.ts';
import type { SeriesWriter } from './series-writer.ts';

export type Cell = number | string;

/** Collects rows of text and numbers (inputs, decisions) and writes them in batches. The first column numbers the rows. */
export class RowWriter {
  readonly #series: SeriesWriter;
  readonly #columns: readonly Column[];
  readonly #time: number;
  #rows: (readonly Cell[])[] = [];

  constructor(series: SeriesWriter, columns: readonly Column[]) {
    this.#series = series;
    this.#columns = columns;
    this.#time = columns.findIndex(({ type }) => type === 'time');
  }

  get pending(): number {
    return this.#rows.length;
  }

  /** One cell per column; times in microseconds. */
  append(row: readonly Cell[]): void {
    this.#rows.push(row);
  }

  flush(): void {
    const first = this.#rows[0];
    const last = this.#rows.at(-1);
    if (first === undefined || last === undefined) return;
    const buffers = this.#columns.map((column, i) => encode(column, this.#rows, i));
    this.#series.write(this.#columns, this.#rows.length, buffers, {
      seq: [Number(first[0]), Number(last[0])],
      ts: [Number(first[this.#time]), Number(last[this.#time])],
    });
    this.#rows = [];
  }
}

function encode({ type }: Column, rows: readonly (readonly Cell[])[], at: number): ColumnBuffers {
  if (type === 'utf8') return utf8Buffers(rows.map((row) => String(row[at])));
  const numbers = Float64Array.from(rows, (row) => Number(row[at]));
  return [type === 'time' ? encodeTimes(numbers, undefined, rows.length) : encodeWhole(numbers, rows.length)];
}
