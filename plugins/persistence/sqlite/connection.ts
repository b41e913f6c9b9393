import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { MillraceError } from '#core';
import { migrate } from './schema.ts';

/** How long a commit waits, in milliseconds, while another program writes to the file. It holds up the market meanwhile. */
const BUSY_TIMEOUT_MS = 250;
const SQLITE_BUSY = 5;

export interface Connection {
  readonly db: DatabaseSync;
  close(): void;
}

/**
 * Opens a journal for writing, creates or upgrades it, and keeps other runs out of it until `close` or the end of the process.
 *
 * Errors   PERSISTENCE_IN_USE, when another run has it open; PERSISTENCE_OPEN_FAILED, when it cannot be created or is no
 *          database; PERSISTENCE_UNKNOWN_VERSION
 */
export async function connect(file: string, durable: boolean): Promise<Connection> {
  // Here and not above, so that a run without a journal neither loads SQLite nor needs a Node that has it.
  const { DatabaseSync } = await import('node:sqlite');
  const opened: DatabaseSync[] = [];
  const close = (): void => {
    for (const db of opened.splice(0).reverse()) db.close();
  };

  try {
    mkdirSync(dirname(file), { recursive: true });
    const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    opened.push(lock);
    // The system lets go of SQLite's lock when a process dies, however it dies, so no stale lock can bar the next start.
    lock.exec('BEGIN EXCLUSIVE');

    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    opened.push(db);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
    migrate(db, file);
    return { db, close };
  } catch (error) {
    const locked = opened.length === 1 && isSqliteError(error) && error.errcode === SQLITE_BUSY;
    close();
    if (error instanceof MillraceError) throw error;
    throw locked ? inUse(file, error) : openFailed(file, error);
  }
}

export const isSqliteError = (error: unknown): error is Error & { readonly errcode: number } =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';

const inUse = (file: string, cause: unknown): MillraceError =>
  new MillraceError(
    {
      code: 'PERSISTENCE_IN_USE',
      where: { file },
      was: 'a journal that another run is writing to',
      expected: 'one run per journal, since it holds the positions that the next start takes over',
      fix: 'stop the other run, or name another file in persistence.sqlite.file',
    },
    { cause },
  );

export const openFailed = (file: string, cause: unknown): MillraceError =>
  new MillraceError(
    {
      code: 'PERSISTENCE_OPEN_FAILED',
      where: { file },
      was: cause instanceof Error ? cause.message : String(cause),
      expected: 'a SQLite file that can be written, or a place for a new one',
      fix: 'check the path and its permissions, or name another file in persistence.sqlite.file',
    },
    { cause },
  );
