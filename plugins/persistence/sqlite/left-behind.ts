import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Order, RestoredState, RunInfo } from '#core';
import { isOpen } from '#core';
import { maybeNumber, maybeText, millis } from './values.ts';

/** What earlier runs left in the journal, and the run that left it last. */
export interface LeftBehind {
  readonly mode: string;
  readonly state: RestoredState;
}

type Row = Record<string, SQLOutputValue>;

/**
 * The open positions of all earlier runs and the open orders of the newest one; `undefined` when nothing is open.
 * Replays do not count: what they hold was never held.
 */
export function readLeftBehind(db: DatabaseSync): LeftBehind | undefined {
  const run = db.prepare(`SELECT * FROM runs WHERE mode <> 'replay' ORDER BY n DESC LIMIT 1`).get();
  if (run === undefined) return undefined;

  const positions = db.prepare('SELECT * FROM positions WHERE quantity <> 0 ORDER BY strategy, instrument').all();
  const orders = db.prepare('SELECT * FROM orders WHERE run = ? ORDER BY created_us, id').all(Number(run.n));
  const open = orders.map(orderOf).filter(isOpen);
  if (positions.length === 0 && open.length === 0) return undefined;

  return {
    mode: String(run.mode),
    state: {
      run: String(run.id),
      lastSeen: millis(run.last_seen_us),
      clean: run.clean === 1,
      positions: positions.map((row) => ({
        strategy: String(row.strategy),
        instrument: String(row.instrument),
        quantity: Number(row.quantity),
        averagePrice: maybeNumber(row.average_price) ?? Number.NaN,
      })),
      orders: open,
    },
  };
}

/**
 * Hands open orders over to a new run. An order belongs to the run that looks after it, so that a run which dies before it
 * says anything about them does not lose them; `order_events` keeps who did what.
 */
export const adoptOrders = (db: DatabaseSync, n: number): void => {
  db.prepare(
    `UPDATE orders SET run = ?1 WHERE status IN ('pending', 'working', 'partial') AND run = (
       SELECT max(n) FROM runs WHERE mode <> 'replay' AND n <> ?1)`,
  ).run(n);
};

/** Enters a run, or enters it again after a restart under the same id, and gives its number in the file. */
export function enterRun(db: DatabaseSync, run: RunInfo): number {
  const row = db
    .prepare(
      `INSERT INTO runs (id, mode, started_us, last_seen_us, config_file, config, instruments, plugins, seed, millrace, node)
       VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
       ON CONFLICT (id) DO UPDATE SET ended_us = NULL, clean = 0, stopped = NULL
       RETURNING n`,
    )
    .get(
      run.id,
      run.mode,
      run.startedAt,
      run.configFile ?? null,
      JSON.stringify(run.config) ?? null,
      JSON.stringify(run.instruments),
      JSON.stringify(run.plugins),
      run.seed,
      run.versions.millrace,
      run.versions.node,
    );
  return Number(row?.n);
}

const orderOf = (row: Row): Order => ({
  id: String(row.id),
  strategy: String(row.strategy),
  instrument: String(row.instrument),
  side: row.side as Order['side'],
  type: row.type as Order['type'],
  quantity: maybeNumber(row.quantity) ?? Number.NaN,
  price: maybeNumber(row.price),
  status: row.status as Order['status'],
  filled: maybeNumber(row.filled) ?? Number.NaN,
  averagePrice: maybeNumber(row.average_price),
  reason: maybeText(row.reason) ?? '',
  tag: maybeText(row.tag),
  note: maybeText(row.note),
  createdAt: millis(row.created_us),
  updatedAt: millis(row.updated_us),
});
