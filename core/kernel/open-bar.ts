import type { TradeChunk } from '../domain/chunk.ts';
import type { Micros } from '../domain/time.ts';
import * as barRow from './bar-row.ts';

const { COUNT, END, FIRST_AT, HIGH, LAST, LAST_AT, LOW, OPEN, PATIENCE, ROW, TRIGGER_HIGH, TRIGGER_LOW, VOLUME } =
  barRow;

/*
 * What a trade does to the open bar of its row. `b` is where the row begins, `ts` the trade's venue time and `at` its receipt,
 * microseconds. Each is small enough that the engine builds it into the loop that calls it.
 */

/** Whether a trade is simply the next one of the open bar, and can touch no working order. */
export function follows(rows: Float64Array, b: number, at: Micros, ts: Micros, price: number): boolean {
  return (
    ts >= rows[b + LAST_AT]! &&
    ts < rows[b + END]! &&
    at - ts <= rows[b + PATIENCE]! &&
    price > rows[b + TRIGGER_LOW]! &&
    price < rows[b + TRIGGER_HIGH]!
  );
}

/** Takes the trade that is simply the next one into the open bar of row `b`. */
export function accumulate(rows: Float64Array, b: number, ts: Micros, price: number, size: number): void {
  if (price > rows[b + HIGH]!) rows[b + HIGH] = price;
  if (price < rows[b + LOW]!) rows[b + LOW] = price;
  rows[b + LAST] = price;
  rows[b + LAST_AT] = ts;
  rows[b + VOLUME]! += size;
  rows[b + COUNT]! += 1;
}

/**
 * Takes trades [from, to) into their open bars for as long as each is simply the next one, nobody wants to hear of it and
 * nothing is due. Nothing outside is called, so the engine knows that all of the chunk stays as it is: half the
 * instructions a row of a loop with one call in it.
 *
 * @param wants of each instrument, 0 for nobody
 * @returns the first row that needs more than this; `to` when none does
 */
export function accumulateRun(
  chunk: TradeChunk,
  from: number,
  to: number,
  rows: Float64Array,
  wants: Uint8Array,
  deadline: Micros,
): number {
  const { recv, event, inst, price, size } = chunk;
  for (let i = from; i < to; i++) {
    const at = recv[i]!;
    const k = inst[i]!;
    if (at >= deadline || wants[k] !== 0) return i;
    const b = k * ROW;
    if (!follows(rows, b, at, event[i]!, price[i]!)) return i;
    accumulate(rows, b, event[i]!, price[i]!, size[i]!);
  }
  return to;
}

/** Takes any trade of its interval into the open bar: open and close are the first and the last by venue time. */
export function insert(rows: Float64Array, b: number, ts: Micros, price: number, size: number): void {
  if (price > rows[b + HIGH]!) rows[b + HIGH] = price;
  if (price < rows[b + LOW]!) rows[b + LOW] = price;
  if (ts < rows[b + FIRST_AT]!) {
    rows[b + OPEN] = price;
    rows[b + FIRST_AT] = ts;
  }
  if (ts >= rows[b + LAST_AT]!) {
    rows[b + LAST] = price;
    rows[b + LAST_AT] = ts;
  }
  rows[b + VOLUME]! += size;
  rows[b + COUNT]! += 1;
}

/** Puts the first trade into a bar that was just opened. */
export function begin(rows: Float64Array, b: number, ts: Micros, price: number, size: number): void {
  rows[b + OPEN] = price;
  rows[b + HIGH] = price;
  rows[b + LOW] = price;
  rows[b + LAST] = price;
  rows[b + FIRST_AT] = ts;
  rows[b + LAST_AT] = ts;
  rows[b + VOLUME] = size;
  rows[b + COUNT] = 1;
}
