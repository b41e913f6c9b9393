import { resolve } from 'node:path';
import { Subscription } from 'rxjs';
import type { JournalEntry, Persistence, RestoredState, RunInfo, RunSummaryRecord, StreamDemand } from '#core';
import { MillraceError } from '#core';
import { type Connection, connect, openFailed } from './connection.ts';
import { adoptOrders, enterRun, heldElsewhere, type LeftBehind, readLeftBehind } from './left-behind.ts';
import { type JournalContext, RunWriter, tickStreams } from './run-writer.ts';

/** One run's hold on a journal file. `restore` gives the same answer before and after `open`. */
export class SqliteJournal implements Persistence {
  readonly demand: readonly StreamDemand[];
  #location: string;
  readonly #context: JournalContext;
  readonly #symbols: readonly string[];
  #subscriptions = new Subscription();
  #connection: Connection | undefined;
  #left: LeftBehind | undefined;
  #writer: RunWriter | undefined;

  constructor(context: JournalContext) {
    this.#context = context;
    const { file } = context.options;
    this.#location = file === undefined ? resolve('runs', 'journal.sqlite') : resolve(context.baseDir, file);
    this.#symbols = context.instruments.map(({ symbol }) => symbol);
    this.demand = tickStreams(context.options).flatMap((stream) =>
      this.#symbols.map((instrument) => ({ stream, instrument })),
    );
  }

  get location(): string {
    return this.#location;
  }

  async open(run: RunInfo): Promise<void> {
    const { db } = await this.#connect();
    try {
      this.#refuseOtherMode(run);
      db.exec('BEGIN IMMEDIATE');
      const n = enterRun(db, run);
      if (run.mode !== 'replay') adoptOrders(db, n, this.#symbols);
      db.exec('COMMIT');
      this.#writer = new RunWriter({ db, file: this.location, context: this.#context, run, n });
    } catch (error) {
      this.#disconnect();
      throw error instanceof MillraceError ? error : openFailed(this.location, error);
    }
    this.#subscribe(this.#writer);
  }

  append(entry: JournalEntry): void {
    if (this.#writer === undefined) this.#context.log.error('the journal is not open; an entry is lost', { entry });
    else this.#writer.append(entry);
  }

  async flush(): Promise<void> {
    this.#writer?.flush();
  }

  async restore(): Promise<RestoredState | undefined> {
    await this.#connect();
    return this.#left?.state;
  }

  async close(summary: RunSummaryRecord): Promise<void> {
    try {
      this.#writer?.end(summary);
    } finally {
      this.#disconnect();
    }
  }

  async #connect(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    this.#connection = await this.#connectFile();
    // Read before the run enters itself, so that it cannot find itself.
    this.#left = readLeftBehind(this.#connection.db, this.#symbols);
    const elsewhere = heldElsewhere(this.#connection.db, this.#symbols);
    if (elsewhere.length > 0) {
      this.#context.log.warn('the journal has open positions in instruments that this configuration does not name', {
        instruments: elsewhere,
      });
    }
    return this.#connection;
  }

  /**
   * Two runs in one folder share a default file that neither has named. The second keeps a journal of its own: it could not
   * take over the positions of a run that is still going on anyway. A file that was named is what was meant.
   */
  async #connectFile(): Promise<Connection> {
    const { log, options, runId } = this.#context;
    try {
      return await connect(this.#location, options.durable);
    } catch (error) {
      const isInUse = error instanceof MillraceError && error.code === 'PERSISTENCE_IN_USE';
      if (!isInUse || options.file !== undefined) throw error;
      const taken = this.#location;
      this.#location = resolve('runs', `journal-${runId}.sqlite`);
      log.warn('another run is writing to the journal; this run keeps one of its own and takes nothing over', {
        journal: taken,
        own: this.#location,
      });
      return connect(this.#location, options.durable);
    }
  }

  #disconnect(): void {
    this.#subscriptions.unsubscribe();
    this.#subscriptions = new Subscription();
    this.#writer = undefined;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #subscribe(writer: RunWriter): void {
    const { clock, market, options } = this.#context;
    this.#subscriptions.add(clock.every(`${options.batch}us`).subscribe(() => writer.commit()));
    for (const symbol of this.#symbols) {
      for (const timeframe of options.bars) {
        this.#subscriptions.add(market.bars(symbol, timeframe).subscribe((bar) => writer.appendBar(bar)));
      }
    }
  }

  /** What paper held must not be taken over by live, nor the reverse. */
  #refuseOtherMode({ mode }: RunInfo): void {
    const other = this.#left?.modes.find((left) => left !== mode);
    if (other === undefined || mode === 'replay') return;
    throw new MillraceError({
      code: 'PERSISTENCE_MIXED_MODES',
      where: { file: this.location },
      was: `open positions or orders of a ${other} run, at the start of a ${mode} run`,
      expected: `a journal of ${mode} runs`,
      fix: `name another file in persistence.sqlite.file, for example runs/${mode}.sqlite`,
    });
  }
}
