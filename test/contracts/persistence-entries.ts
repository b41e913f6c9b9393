import type { DecisionRecord, Fill, JournalEntry, Order } from '#core';
import { decision, fill, order, position, trades } from './persistence-kit.ts';

/** What a reader finds, in a form that has nothing of the plugin's own. A kind that is not stored stays empty. */
export interface Stored {
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly decisions: readonly DecisionRecord[];
  /** Price by sequence number. */
  readonly trades: readonly (readonly [seq: number, price: number])[];
}

/** An order partly filled; what the contract writes and flushes. */
export const beforeFlush = (): readonly JournalEntry[] => [
  trades(1, 10),
  { type: 'decision', decision: decision() },
  { type: 'order', order: order({ status: 'pending' }) },
  { type: 'fill', fill: fill() },
  { type: 'order', order: partial },
  position({ quantity: 1 }),
];

/** Its completion and a second order; what the contract writes last. */
export const afterFlush = (): readonly JournalEntry[] => [
  trades(11, 10),
  { type: 'decision', decision: decision({ index: 1, kind: 'cancel', text: '{"tag":"exit ü €"}' }) },
  { type: 'fill', fill: fill({ id: 'F2', quantity: 2 }) },
  { type: 'order', order: filled },
  { type: 'order', order: second },
  position({ quantity: 3 }),
];

const partial = order({ status: 'partial', filled: 1, averagePrice: 5000.25 });
const filled = order({ status: 'filled', filled: 3, averagePrice: 5000.25 });
const second = order({ id: 'sma-cross-2', side: 'sell', type: 'market', price: undefined, tag: undefined });

const priced = (last: number): Stored['trades'] =>
  Array.from({ length: last }, (_, row) => [row + 1, (600_000 + row + 1) / 10] as const);

export const storedBeforeFlush: Stored = {
  orders: [partial],
  fills: [fill()],
  decisions: [decision()],
  trades: priced(10),
};

export const storedAfterFlush: Stored = {
  orders: [filled, second],
  fills: [fill(), fill({ id: 'F2', quantity: 2 })],
  decisions: [decision(), decision({ index: 1, kind: 'cancel', text: '{"tag":"exit ü €"}' })],
  trades: priced(20),
};
