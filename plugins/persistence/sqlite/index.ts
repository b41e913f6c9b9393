import { definePersistence } from '#core';
import { SqliteJournal } from './journal.ts';
import { sqliteOptions } from './options.ts';

/**
 * A journal of many runs in one SQLite file, which other programs may read while it is written (WAL mode).
 *
 * In       orders, fills, positions and decisions, each committed before `append` returns; equity, at most once a second
 *          of the run's clock; if asked for, trades, quotes and bars, committed every `batch`, or every thousand
 * Restore  what earlier runs left open, positions and orders, in the instruments of this configuration; asked before or
 *          after `open`. Replays are written down but never restored.
 * Killed   (SIGKILL, out of memory) keeps every commit: all of the above, but for the last `batch` of ticks and bars and the
 *          last second of equity
 * Power    loss leaves the file intact and may take the last commits; with `durable: true` it takes none, for a wait on
 *          the disk at every order
 * Limits   one writing run per file at a time: a second one is refused, or, when neither names a file, keeps one of its own; a
 *          file holds live state or paper state, never both
 * Full     disk, or a file locked by another program: commits are tried again every `batch`; what waits meanwhile is bounded
 * Times    columns in `_us` are whole microseconds since 1970 (UTC); `datetime(ts_us / 1e6, 'unixepoch')` prints them
 * Errors   PERSISTENCE_OPEN_FAILED, PERSISTENCE_IN_USE, PERSISTENCE_UNKNOWN_VERSION, PERSISTENCE_MIXED_MODES from `open` and
 *          `restore`; PERSISTENCE_WRITE_FAILED from `flush` and `close`
 */
export default definePersistence({
  type: 'sqlite',
  summary: 'Keeps orders, fills, positions, equity and decisions, and ticks and bars if asked, in one SQLite file.',
  options: sqliteOptions,
  create: (context) => new SqliteJournal(context),
});
