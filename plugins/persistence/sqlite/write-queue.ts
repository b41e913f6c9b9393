import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Log } from '#core';
import { isSqliteError } from './connection.ts';

export type Values = readonly SQLInputValue[];

/** One row on its way into a table. */
export interface Write {
  readonly into: StatementSync;
  readonly values: Values;
}

/** BUSY, LOCKED, IOERR, FULL: conditions that pass, so the same write may succeed later. */
const PASSING = new Set([5, 6, 10, 13]);

/**
 * A commit of this many rows takes about 2 ms, during which nothing else happens. Larger ones are no faster per row, so
 * ticks that come in a rush are written in such portions.
 */
const RIPE_ROWS = 1_000;

/**
 * Rows that wait for their commit. A commit takes all of them or none; after one that failed for a reason that may pass they
 * stay and are tried again. At most `limit` wait: beyond that the older half is given up, counted and reported.
 */
export class WriteQueue {
  readonly #db: DatabaseSync;
  readonly #log: Log;
  readonly #limit: number;
  #waiting: Write[] = [];
  #failing = false;
  #lost = 0;

  constructor({ db, log, limit }: { db: DatabaseSync; log: Log; limit: number }) {
    this.#db = db;
    this.#log = log;
    this.#limit = limit;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** The last commit failed. Until one succeeds, every attempt may cost a busy timeout. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Enough wait for a commit, and it is worth a try. */
  get ripe(): boolean {
    return !this.#failing && this.#waiting.length >= Math.min(this.#limit, RIPE_ROWS);
  }

  add(into: StatementSync, values: Values): void {
    if (this.#failing && this.#waiting.length >= this.#limit) {
      this.#giveUp(this.#waiting.splice(0, Math.ceil(this.#limit / 2)));
    }
    this.#waiting.push({ into, values });
  }

  /** Writes what waits, and `last` with it, in one transaction. Never throws. */
  commit(last: Write): void {
    while (!this.#attempt(last));
  }

  /** True when there is nothing more to try now. */
  #attempt(last: Write): boolean {
    let current: Write = last;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (current of this.#waiting) current.into.run(...current.values);
      current = last;
      last.into.run(...last.values);
      this.#db.exec('COMMIT');
      this.#settle();
      return true;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      const passing = current === last || (isSqliteError(error) && PASSING.has(error.errcode & 0xff));
      if (passing) this.#fail(error);
      else this.#giveUp(this.#waiting.splice(this.#waiting.indexOf(current), 1), error);
      return passing;
    }
  }

  #settle(): void {
    if (this.#failing) this.#log.warn('the journal caught up', { rows: this.#waiting.length });
    this.#failing = false;
    this.#waiting = [];
  }

  #fail(error: unknown): void {
    if (!this.#failing) this.#log.error('the journal cannot be written; will try again', { error });
    this.#failing = true;
  }

  #giveUp(rows: readonly Write[], error?: unknown): void {
    this.#lost += rows.length;
    this.#log.error('rows were not stored in the journal', { rows: rows.length, lost: this.#lost, error });
  }
}
