import type { DatabaseSync } from 'node:sqlite';
import type {
  Bar,
  Chunk,
  DecisionRecord,
  Equity,
  Fill,
  Order,
  Position,
  QuoteChunk,
  RunSummaryRecord,
  TradeChunk,
} from '#core';
import { SIDE_BUY, SIDE_SELL } from '#core';
import { micros, real, text, whole } from './values.ts';
import type { Values } from './write-queue.ts';

/** Prepared statements, in the order of the values that the functions below return. */
export const prepareStatements = (db: DatabaseSync) => ({
  seen: db.prepare('UPDATE runs SET last_seen_us = coalesce(?, last_seen_us) WHERE n = ?'),
  // The same state reported twice is one event, so it is compared with the current one before that is replaced.
  orderEvent: db.prepare(`
    INSERT INTO order_events (run, order_id, ts_us, status, quantity, price, filled, average_price, note)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS (
      SELECT 1 FROM orders WHERE run = ?1 AND id = ?2 AND updated_us IS ?3 AND status IS ?4 AND quantity IS ?5
        AND price IS ?6 AND filled IS ?7 AND average_price IS ?8 AND note IS ?9)`),
  order: db.prepare('INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  fill: db.prepare('INSERT INTO fills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
  position: db.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  flat: db.prepare('DELETE FROM positions WHERE strategy = ? AND instrument = ?'),
  equity: db.prepare('INSERT INTO equity VALUES (?, ?, ?, ?, ?, ?)'),
  decision: db.prepare('INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
  trade: db.prepare('INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
  quote: db.prepare('INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
  bar: db.prepare('INSERT OR REPLACE INTO bars VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  end: db.prepare(`
    UPDATE runs SET clean = 1, ended_us = ?, stopped = ?, decisions = ?, decision_hash = ?, strategy_hashes = ? WHERE n = ?`),
});

export type Statements = ReturnType<typeof prepareStatements>;

export const orderRow = (run: number, order: Order): Values => [
  run,
  text(order.id),
  text(order.strategy),
  text(order.instrument),
  text(order.side),
  text(order.type),
  real(order.quantity),
  real(order.price),
  text(order.status),
  real(order.filled),
  real(order.averagePrice),
  text(order.reason),
  text(order.tag),
  text(order.note),
  micros(order.createdAt),
  micros(order.updatedAt),
];

export const orderEventRow = (run: number, order: Order): Values => [
  run,
  text(order.id),
  micros(order.updatedAt),
  text(order.status),
  real(order.quantity),
  real(order.price),
  real(order.filled),
  real(order.averagePrice),
  text(order.note),
];

export const fillRow = (run: number, fill: Fill): Values => [
  run,
  text(fill.id),
  text(fill.orderId),
  text(fill.strategy),
  text(fill.instrument),
  text(fill.side),
  real(fill.price),
  real(fill.quantity),
  real(fill.fee),
  micros(fill.ts),
];

export const positionRow = (run: number, strategy: string, position: Position, ts: number): Values => [
  text(strategy),
  text(position.instrument),
  run,
  real(position.quantity),
  real(position.averagePrice),
  real(position.realised),
  real(position.open),
  real(position.fees),
  micros(ts),
];

export const equityRow = (run: number, equity: Equity): Values => [
  run,
  micros(equity.ts),
  real(equity.realised),
  real(equity.open),
  real(equity.fees),
  real(equity.net),
];

export const decisionRow = (run: number, decision: DecisionRecord): Values => [
  run,
  whole(decision.index),
  whole(decision.cause),
  whole(decision.ts),
  text(decision.strategy),
  text(decision.kind),
  text(decision.text),
];

export const barRow = (run: number, bar: Bar): Values => [
  run,
  text(bar.instrument),
  text(bar.timeframe),
  micros(bar.start),
  micros(bar.end),
  real(bar.open),
  real(bar.high),
  real(bar.low),
  real(bar.close),
  real(bar.volume),
  whole(bar.trades),
  Number(bar.historical),
];

export const endRow = (run: number, summary: RunSummaryRecord): Values => [
  whole(summary.endedAt),
  text(summary.stopped),
  whole(summary.decisions),
  text(summary.decisionHash),
  JSON.stringify(summary.strategyHashes),
  run,
];

export const tradeRow = (run: number, chunk: TradeChunk, row: number, symbols: readonly string[]): Values => [
  ...eventColumns(run, chunk, row, symbols),
  real(chunk.price[row]),
  real(chunk.size[row]),
  sideName(chunk.side[row]),
  whole(chunk.id[row] ?? 0),
];

export const quoteRow = (run: number, chunk: QuoteChunk, row: number, symbols: readonly string[]): Values => [
  ...eventColumns(run, chunk, row, symbols),
  real(chunk.bid[row]),
  real(chunk.bidSize[row]),
  real(chunk.ask[row]),
  real(chunk.askSize[row]),
  whole(chunk.id[row] ?? 0),
];

const eventColumns = (run: number, chunk: Chunk, row: number, symbols: readonly string[]): Values => [
  run,
  whole(chunk.seq[row] ?? 0),
  text(symbols[chunk.inst[row] ?? -1]),
  whole(chunk.recv[row] ?? 0),
  whole(chunk.event[row] ?? 0),
];

const sideName = (side: number | undefined): string =>
  side === SIDE_BUY ? 'buy' : side === SIDE_SELL ? 'sell' : 'unknown';
