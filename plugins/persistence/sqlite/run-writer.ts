import type { DatabaseSync } from 'node:sqlite';
import type { Bar, Equity, JournalEntry, PersistenceContext, RunInfo, RunSummaryRecord } from '#core';
import { MillraceError, toMicros } from '#core';
import type { SqliteOptions } from './options.ts';
import {
  barRow,
  decisionRow,
  endRow,
  equityRow,
  fillRow,
  orderEventRow,
  orderRow,
  positionRow,
  prepareStatements,
  quoteRow,
  type Statements,
  tradeRow,
} from './statements.ts';
import { whole } from './values.ts';
import { type Write, WriteQueue } from './write-queue.ts';

/** Orders, fills, positions and decisions that may wait while the file cannot be written. */
const MAX_WAITING_ENTRIES = 100_000;
const EQUITY_INTERVAL_MS = 1_000;

export type JournalContext = PersistenceContext<SqliteOptions>;
type MarketEntry = Extract<JournalEntry, { type: 'market' }>;

interface RunWriterParts {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly context: JournalContext;
  readonly run: RunInfo;
  /** The run's number in the file. */
  readonly n: number;
}

/** Writes what one run appends: what the next start needs at once, the market in batches. */
export class RunWriter {
  readonly #file: string;
  readonly #context: JournalContext;
  readonly #run: RunInfo;
  readonly #n: number;
  readonly #symbols: readonly string[];
  readonly #statements: Statements;
  readonly #entries: WriteQueue;
  readonly #ticks: WriteQueue;
  readonly #wanted: readonly string[];
  #equity: Equity | undefined;
  #equityStored = Number.NEGATIVE_INFINITY;

  constructor({ db, file, context, run, n }: RunWriterParts) {
    this.#file = file;
    this.#context = context;
    this.#run = run;
    this.#n = n;
    this.#symbols = symbolsByIndex(run);
    this.#statements = prepareStatements(db);
    this.#entries = new WriteQueue({ db, log: context.log, limit: MAX_WAITING_ENTRIES });
    this.#ticks = new WriteQueue({ db, log: context.log, limit: context.options.maxRows });
    this.#wanted = tickStreams(context.options);
  }

  append(entry: JournalEntry): void {
    switch (entry.type) {
      case 'market':
        this.#appendMarket(entry);
        return;
      case 'equity':
        this.#equity = entry.equity;
        if (!this.#equityIsDue(entry.equity.ts)) return;
        this.#addEquity();
        break;
      case 'order':
        this.#entries.add(this.#statements.orderEvent, orderEventRow(this.#n, entry.order));
        this.#entries.add(this.#statements.order, orderRow(this.#n, entry.order));
        break;
      case 'fill':
        this.#entries.add(this.#statements.fill, fillRow(this.#n, entry.fill));
        break;
      case 'decision':
        this.#entries.add(this.#statements.decision, decisionRow(this.#n, entry.decision));
        break;
      case 'position':
        if (!this.#addPosition(entry)) return;
        break;
      case 'input':
        return; // what came in is the tape's business; here is what came of it
    }
    this.#commitEntries();
  }

  appendBar(bar: Bar): void {
    this.#ticks.add(this.#statements.bar, barRow(this.#n, bar));
    this.#commitTicksWhenRipe();
  }

  /** What waits, and a sign of life for the next start. */
  commit(): void {
    if (this.#equityIsDue(this.#context.clock.now())) this.#addEquity();
    this.#entries.commit(this.#seen());
    if (this.#ticks.length > 0 && !this.#entries.failing) this.#ticks.commit(this.#seen());
  }

  /** Errors   PERSISTENCE_WRITE_FAILED, while rows wait that cannot be written */
  flush(): void {
    this.#addEquity();
    this.commit();
    const rows = this.#entries.length + this.#ticks.length;
    if (rows > 0) throw this.#writeFailed(rows);
  }

  /** Marks the run as ended cleanly, once everything else has been written. */
  end(summary: RunSummaryRecord): void {
    this.flush();
    this.#entries.add(this.#statements.end, endRow(this.#n, summary));
    this.flush();
  }

  #appendMarket({ chunk, from, to }: MarketEntry): void {
    if (!this.#wanted.includes(chunk.kind)) return;
    for (let row = from; row < to; row += 1) {
      // The columns are refilled after this call, so the values are taken out of them here.
      if (chunk.kind === 'trades') {
        this.#ticks.add(this.#statements.trade, tradeRow(this.#n, chunk, row, this.#symbols));
      } else if (chunk.kind === 'quotes') {
        this.#ticks.add(this.#statements.quote, quoteRow(this.#n, chunk, row, this.#symbols));
      }
      this.#commitTicksWhenRipe();
    }
  }

  #commitTicksWhenRipe(): void {
    if (this.#ticks.ripe) this.#ticks.commit(this.#seen());
  }

  /** False when there is nothing to write. */
  #addPosition({ strategy, position, ts }: Extract<JournalEntry, { type: 'position' }>): boolean {
    // A replay holds nothing, and must not overwrite what is really held.
    if (this.#run.mode === 'replay') return false;
    if (position.quantity === 0) this.#entries.add(this.#statements.flat, [strategy, position.instrument]);
    else this.#entries.add(this.#statements.position, positionRow(this.#n, strategy, position, ts));
    return true;
  }

  #equityIsDue(now: number): boolean {
    return now - this.#equityStored >= EQUITY_INTERVAL_MS;
  }

  #addEquity(): void {
    if (this.#equity === undefined) return;
    this.#entries.add(this.#statements.equity, equityRow(this.#n, this.#equity));
    this.#equityStored = this.#equity.ts;
    this.#equity = undefined;
  }

  /** While the file cannot be written only `commit` tries, so that a busy timeout is not paid at every order. */
  #commitEntries(): void {
    if (!this.#entries.failing) this.#entries.commit(this.#seen());
  }

  #seen(): Write {
    return { into: this.#statements.seen, values: [whole(toMicros(this.#context.clock.now())), this.#n] };
  }

  #writeFailed(rows: number): MillraceError {
    return new MillraceError({
      code: 'PERSISTENCE_WRITE_FAILED',
      where: { file: this.#file },
      was: `${rows} rows that could not be written to the journal`,
      expected: 'room on the disk, and no other program that keeps the file locked',
      fix: 'free the disk or end the other program; the log has the first error',
    });
  }
}

/** The market streams that are stored. */
export const tickStreams = ({ ticks }: SqliteOptions): readonly ('trades' | 'quotes')[] =>
  ticks === true ? ['trades', 'quotes'] : ticks === false ? [] : ticks;

function symbolsByIndex(run: RunInfo): readonly string[] {
  const symbols: string[] = [];
  for (const instrument of run.instruments) symbols[instrument.index] = instrument.symbol;
  return symbols;
}
