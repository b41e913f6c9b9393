import type { DatabaseSync } from 'node:sqlite';
import { MillraceError } from '#core';

/**
 * Every version of the tables; number n is reached by running the first n. Released ones are never edited: a change is a
 * new one at the end.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, mode TEXT NOT NULL,
    started_us INTEGER, last_seen_us INTEGER, ended_us INTEGER, clean INTEGER NOT NULL DEFAULT 0, stopped TEXT,
    config_file TEXT, config TEXT, instruments TEXT, plugins TEXT, seed INTEGER, millrace TEXT, node TEXT,
    decisions INTEGER, decision_hash TEXT, strategy_hashes TEXT
  ) STRICT;

  CREATE TABLE orders (
    run INTEGER NOT NULL, id TEXT NOT NULL, strategy TEXT, instrument TEXT, side TEXT, type TEXT, quantity REAL, price REAL,
    status TEXT, filled REAL, average_price REAL, reason TEXT, tag TEXT, note TEXT, created_us INTEGER, updated_us INTEGER,
    PRIMARY KEY (run, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE order_events (
    n INTEGER PRIMARY KEY, run INTEGER NOT NULL, order_id TEXT NOT NULL, ts_us INTEGER, status TEXT,
    quantity REAL, price REAL, filled REAL, average_price REAL, note TEXT
  ) STRICT;
  CREATE INDEX order_events_by_order ON order_events (run, order_id);

  CREATE TABLE fills (
    run INTEGER NOT NULL, id TEXT NOT NULL, order_id TEXT, strategy TEXT, instrument TEXT, side TEXT,
    price REAL, quantity REAL, fee REAL, ts_us INTEGER,
    PRIMARY KEY (run, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE positions (
    strategy TEXT NOT NULL, instrument TEXT NOT NULL, run INTEGER NOT NULL, quantity REAL, average_price REAL,
    realised REAL, open REAL, fees REAL, ts_us INTEGER,
    PRIMARY KEY (strategy, instrument)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE equity (
    run INTEGER NOT NULL, ts_us INTEGER, realised REAL, open REAL, fees REAL, net REAL
  ) STRICT;

  CREATE TABLE decisions (
    run INTEGER NOT NULL, n INTEGER NOT NULL, cause INTEGER, ts_us INTEGER, strategy TEXT, kind TEXT, text TEXT,
    PRIMARY KEY (run, n)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE trades (
    run INTEGER NOT NULL, seq INTEGER NOT NULL, instrument TEXT, recv_us INTEGER, event_us INTEGER,
    price REAL, size REAL, side TEXT, id INTEGER,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE quotes (
    run INTEGER NOT NULL, seq INTEGER NOT NULL, instrument TEXT, recv_us INTEGER, event_us INTEGER,
    bid REAL, bid_size REAL, ask REAL, ask_size REAL, id INTEGER,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE bars (
    run INTEGER NOT NULL, instrument TEXT NOT NULL, timeframe TEXT NOT NULL, start_us INTEGER NOT NULL, end_us INTEGER,
    open REAL, high REAL, low REAL, close REAL, volume REAL, trades INTEGER, historical INTEGER,
    PRIMARY KEY (run, instrument, timeframe, start_us)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings a file to the newest version, one transaction per step, and leaves a newer or a foreign file alone.
 *
 * Errors   PERSISTENCE_UNKNOWN_VERSION, when a later release wrote the file; PERSISTENCE_OPEN_FAILED, when the file holds the
 *          tables of another program
 */
export function migrate(db: DatabaseSync, file: string, migrations: readonly string[] = MIGRATIONS): void {
  const found = versionOf(db, file);
  if (found > migrations.length) {
    throw new MillraceError({
      code: 'PERSISTENCE_UNKNOWN_VERSION',
      where: { file },
      was: `a journal of version ${found}`,
      expected: `version ${migrations.length} or older`,
      fix: 'run the release that wrote it, or name another file in persistence.sqlite.file',
    });
  }
  for (const [step, sql] of migrations.slice(found).entries()) {
    db.exec(`BEGIN IMMEDIATE; ${sql}; UPDATE schema_version SET version = ${found + step + 1}; COMMIT`);
  }
}

function versionOf(db: DatabaseSync, file: string): number {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  if (tables.length === 0) {
    db.exec('CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT; INSERT INTO schema_version VALUES (0)');
  } else if (!tables.some((table) => table.name === 'schema_version')) {
    throw new MillraceError({
      code: 'PERSISTENCE_OPEN_FAILED',
      where: { file },
      was: `a database without a table "schema_version" (it has ${tables.map((table) => String(table.name)).join(', ')})`,
      expected: 'a journal of Millrace, or no file at all',
      fix: 'name another file in persistence.sqlite.file',
    });
  }
  return Number(db.prepare('SELECT version FROM schema_version').get()?.version);
}
