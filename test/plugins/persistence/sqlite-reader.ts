import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { DecisionRecord, Fill, Order } from '#core';
import type { Stored } from '../../contracts/persistence-entries.ts';

type Row = Record<string, SQLOutputValue>;

export const journalFile = (dir: string): string => join(dir, 'journal.sqlite');

/** Rows of a query, over a connection of its own that only reads. */
export function query(file: string, sql: string): Row[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}

/** What `run-1` left in the journal of `dir`. */
export function readJournal(dir: string): Stored {
  const rows = (table: string, by: string): Row[] =>
    query(
      journalFile(dir),
      `SELECT t.* FROM ${table} t JOIN runs r ON r.n = t.run WHERE r.id = 'run-1' ORDER BY t.${by}`,
    );
  return {
    orders: rows('orders', 'id').map(orderOf),
    fills: rows('fills', 'id').map(fillOf),
    decisions: rows('decisions', 'n').map(decisionOf),
    trades: rows('trades', 'seq').map(({ seq, price }) => [Number(seq), Number(price)] as const),
  };
}

const ms = (us: SQLOutputValue | undefined): number => Number(us) / 1_000;

const orderOf = (row: Row): Order =>
  ({
    ...pick(row, 'id', 'strategy', 'instrument', 'side', 'quantity', 'type', 'price', 'reason', 'tag', 'status'),
    ...pick(row, 'filled', 'note'),
    averagePrice: row.average_price ?? undefined,
    createdAt: ms(row.created_us),
    updatedAt: ms(row.updated_us),
  }) as unknown as Order;

const fillOf = (row: Row): Fill =>
  ({
    ...pick(row, 'id', 'strategy', 'instrument', 'side', 'price', 'quantity', 'fee'),
    orderId: row.order_id,
    ts: ms(row.ts_us),
  }) as unknown as Fill;

const decisionOf = (row: Row): DecisionRecord =>
  ({
    ...pick(row, 'cause', 'strategy', 'kind', 'text'),
    index: row.n,
    ts: row.ts_us,
  }) as unknown as DecisionRecord;

/** The named columns; NULL is "not there". */
const pick = (row: Row, ...names: string[]): Row =>
  Object.fromEntries(names.filter((name) => row[name] !== null).map((name) => [name, row[name] ?? null]));
