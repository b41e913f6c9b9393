import type { Chunk } from '../domain/chunk.ts';
import { RowBatch } from '../domain/row-batch.ts';
import type { Micros } from '../domain/time.ts';
import type { MillraceError } from '../errors/millrace-error.ts';
import type { DbnSink } from './decoder.ts';
import type { DbnFeeds } from './feeds.ts';
import { indexTimeAt } from './int64.ts';
import { DbnMarket } from './market.ts';
import { isDbnProblem } from './problems.ts';
import { readDbn } from './read-dbn.ts';
import type { DbnSurvey } from './survey.ts';
import type { SymbolTable } from './symbol-table.ts';

/** What becomes of a symbol's records. */
export interface DbnTarget {
  readonly inst: number;
  readonly feeds: DbnFeeds;
}

export interface DbnRowsOptions {
  readonly targets: ReadonlyMap<string, DbnTarget>;
  /** Something worth a note: a record that became no row, a book that is suspect, and so on. */
  readonly note?: ((text: string) => void) | undefined;
  /** The file breaks off or is damaged; all rows before that have been given. By default it is thrown. */
  readonly damaged?: ((problem: MillraceError) => void) | undefined;
}

/** Rows in the order of receipt; they are good until the next are asked for. */
export interface DbnRowBatch {
  readonly runs: readonly { readonly chunk: Chunk; readonly from: number; readonly to: number }[];
  /** Share of the file that has been read, 0 to 1. */
  readonly progress: number;
}

/**
 * Market rows of a file.
 *
 * Errors: DBN_TRUNCATED, DBN_CORRUPT, DBN_VERSION, unless `damaged` takes them
 */
export async function* readDbnRows(
  { file, table }: Pick<DbnSurvey, 'file' | 'table'>,
  options: DbnRowsOptions,
): AsyncGenerator<DbnRowBatch> {
  const batch = new RowBatch();
  const sink = new Rows(batch, table, options);
  let problem: MillraceError | undefined;
  let progress = 0;
  try {
    for await (progress of readDbn(file, sink)) {
      if (!batch.full) continue;
      yield { runs: batch.runs, progress };
      batch.clear();
    }
  } catch (error) {
    if (!isDbnProblem(error)) throw error;
    problem = error;
  }
  if (batch.rows > 0) yield { runs: batch.runs, progress };
  if (batch.stepsBack > 0) options.note?.('rows older than the row before (receipt time raised)');
  if (problem === undefined) return;
  if (options.damaged === undefined) throw problem;
  options.damaged(problem);
}

class Rows implements DbnSink {
  readonly #market: DbnMarket;
  readonly #targets: ReadonlyMap<string, DbnTarget>;
  readonly #note: (text: string) => void;
  readonly #known = new Set<number>();
  readonly #table: SymbolTable;
  /** From then on ids may mean something else. */
  #changesAt: Micros;

  constructor(batch: RowBatch, table: SymbolTable, { targets, note = () => undefined }: DbnRowsOptions) {
    this.#table = table;
    this.#changesAt = table.changesAfter(-Infinity);
    this.#targets = targets;
    this.#note = note;
    this.#market = new DbnMarket(batch, {
      leftOut: note,
      suspect: () => note('breaks in the venue’s feed (the book is suspect until it is cleared)'),
    });
  }

  record(data: DataView, at: number): void {
    if (this.#changesAt !== Infinity) this.#renew(indexTimeAt(data, at));
    if (this.#market.take(data, at)) return;
    // Seen for the first time, or nothing that was asked for.
    const id = data.getUint32(at + 4, true);
    if (this.#known.has(id)) return;
    this.#known.add(id);
    if (this.#assign(id, indexTimeAt(data, at))) this.#market.take(data, at);
  }

  #assign(id: number, time: Micros): boolean {
    const symbol = this.#table.at(id, time) ?? String(id);
    const target = this.#targets.get(symbol);
    if (target === undefined) {
      if (id !== 0) this.#note(`records of ${symbol}, which is no instrument here (left out)`);
      return false;
    }
    this.#market.assign(id, target.inst, target.feeds);
    return true;
  }

  #renew(time: Micros): void {
    if (!(time >= this.#changesAt)) return;
    this.#changesAt = this.#table.changesAfter(time);
    for (const id of this.#known) this.#assign(id, time);
  }
}
