import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Order, RestoredState, RunInfo } from '#core';
import { maybeNumber, maybeText, millis } from './values.ts';

/** What earlier runs left in the journal. */
export interface LeftBehind {
  /** Modes of the runs that left it. */
  readonly modes: readonly string[];
  readonly state: RestoredState;
}

type Row = Record<string, SQLOutputValue>;

const OPEN_ORDERS = `status IN ('pending', 'working', 'partial')
  AND run IN (SELECT n FROM runs WHERE mode <> 'replay')
  AND instrument IN (SELECT value FROM json_each(?1))`;

/**
 * The open positions and orders of all earlier runs in the given instruments, and the newest run that had one of those;
 * `undefined` when nothing is open. Replays do not count: what they hold was never held.
 */
export function readLeftBehind(db: DatabaseSync, symbols: readonly string[]): LeftBehind | undefined {
  const list = JSON.stringify(symbols);
  const rows = (sql: string): readonly Row[] => db.prepare(sql).all(list);
  const positions = rows(`SELECT * FROM positions WHERE quantity <> 0
    AND instrument IN (SELECT value FROM json_each(?1)) ORDER BY strategy, instrument`);
  const orders = rows(`SELECT * FROM orders WHERE ${OPEN_ORDERS} ORDER BY created_us, id`);
  const [run] = rows(`SELECT * FROM runs WHERE mode <> 'replay' AND EXISTS (
    SELECT 1 FROM json_each(instruments) WHERE value ->> 'symbol' IN (SELECT value FROM json_each(?1))
  ) ORDER BY n DESC LIMIT 1`);
  if (run === undefined || positions.length + orders.length === 0) return undefined;

  const owners = new Set([...positions, ...orders].map((row) => row.run));
  const modes = db.prepare('SELECT mode FROM runs WHERE n IN (SELECT value FROM json_each(?))');
  return {
    modes: modes.all(JSON.stringify([...owners])).map(({ mode }) => String(mode)),
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
      orders: orders.map(orderOf),
    },
  };
}

/** Instruments of open positions that the given ones do not cover: nobody would look after those. */
export const heldElsewhere = (db: DatabaseSync, symbols: readonly string[]): readonly string[] =>
  db
    .prepare(
      `SELECT DISTINCT instrument FROM positions WHERE quantity <> 0
         AND instrument NOT IN (SELECT value FROM json_each(?)) ORDER BY instrument`,
    )
    .all(JSON.stringify(symbols))
    .map(({ instrument }) => String(instrument));

/**
 * Hands open orders over to a new run. An order belongs to the run that looks after it, so that a run which dies before it
 * says anything about them does not lose them; `order_events` keeps who did what.
 */
export const adoptOrders = (db: DatabaseSync, n: number, symbols: readonly string[]): void => {
  db.prepare(`UPDATE OR REPLACE orders SET run = ?2 WHERE ${OPEN_ORDERS}`).run(JSON.stringify(symbols), n);
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
