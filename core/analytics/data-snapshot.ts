import type { OperatorFunction } from 'rxjs';
import { streaming } from './streaming.ts';
import { checkPositive } from './time-window.ts';

/** What a stream has brought so far. */
export interface DataSnapshot<Row> {
  readonly rows: number;
  /** Fields in the order in which they were first seen, with the types that they had. */
  readonly columns: readonly { readonly name: string; readonly types: readonly string[] }[];
  /** First and last time: the field `tsEvent`, else `end`, else `start`. Epoch milliseconds. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly spanMs: number | undefined;
  /** What all rows would take: 8 bytes a number, 4 a flag, 2 a character. An estimate; nothing but samples is kept. */
  readonly bytes: number;
  /** The first rows and the last, as many of each as asked for. */
  readonly first: readonly Row[];
  readonly last: readonly Row[];
}

/** Columns that are told apart at most; rows of ever new fields must not fill the memory. */
const MOST_COLUMNS = 256;

/** Looks at rows as they pass. Memory: the samples. */
export class DataSampler<Row extends object> {
  readonly #samples: number;
  readonly #columns = new Map<string, Set<string>>();
  readonly #first: Row[] = [];
  #last: Row[] = [];
  #rows = 0;
  #bytes = 0;
  #from = Number.NaN;
  #to = Number.NaN;

  constructor(samples = 5) {
    checkPositive('samples', samples);
    this.#samples = samples;
  }

  add(row: Row): void {
    this.#rows++;
    for (const [name, value] of Object.entries(row)) this.#field(name, value);
    const { tsEvent, end, start } = row as { tsEvent?: unknown; end?: unknown; start?: unknown };
    const ts = [tsEvent, end, start].find((time) => typeof time === 'number');
    if (typeof ts === 'number') {
      if (!(ts >= this.#from)) this.#from = ts;
      if (!(ts <= this.#to)) this.#to = ts;
    }
    if (this.#first.length < this.#samples) this.#first.push(row);
    this.#last.push(row);
    if (this.#last.length > 2 * this.#samples) this.#last = this.#last.slice(-this.#samples);
  }

  get value(): DataSnapshot<Row> {
    const [from, to] = [this.#from, this.#to];
    const hasTime = !Number.isNaN(from);
    return {
      rows: this.#rows,
      columns: [...this.#columns].map(([name, types]) => ({ name, types: [...types] })),
      from: hasTime ? from : undefined,
      to: hasTime ? to : undefined,
      spanMs: hasTime ? to - from : undefined,
      bytes: this.#bytes,
      first: [...this.#first],
      last: this.#last.slice(-this.#samples),
    };
  }

  #field(name: string, value: unknown): void {
    this.#bytes += bytesOf(value);
    const types = this.#columns.get(name);
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    if (types !== undefined) types.add(type);
    else if (this.#columns.size < MOST_COLUMNS) this.#columns.set(name, new Set([type]));
  }
}

function bytesOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 8;
  if (typeof value === 'boolean') return 4;
  if (typeof value === 'string') return 2 * value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + bytesOf(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, one) => sum + bytesOf(one), 0);
}

/** A way to the snapshot after each row; see `DataSampler`. */
export const dataSnapshot = <Row extends object>(samples = 5): OperatorFunction<Row, () => DataSnapshot<Row>> =>
  streaming(
    () => new DataSampler<Row>(samples),
    (sampler, row) => {
      sampler.add(row);
      return () => sampler.value;
    },
  );
