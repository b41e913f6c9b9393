import { Bar, type BarFlow, type BarName, FlowBar } from '../../domain/market.ts';
import { MICROS_PER_MS, type Micros } from '../../domain/time.ts';

/**
 * Whatever bars are made of is one row of numbers: a trade, a quote, or a bar. So is the bar under construction, which takes
 * them in by `merge`. Rows are reused: a maker copies what it keeps.
 */
const FLOW_ROW = 16;

export const OPEN = 0;
export const HIGH = 1;
export const LOW = 2;
export const CLOSE = 3;
export const VOLUME = 4;
/** Trades or quotes; 0 in an empty row, whose other numbers mean nothing. */
export const TRADES = 5;
/** Σ price × size. */
export const VALUE = 6;
/** Volume of aggressive buyers and of aggressive sellers. */
export const BUY = 7;
export const SELL = 8;
/** Venue time of the earliest and of the latest trade, microseconds. */
export const START = 9;
export const END = 10;
/** Of a single trade: SIDE_BUY, SIDE_SELL or SIDE_UNKNOWN. */
export const SIDE = 11;
/** Of a single trade: our time. */
export const RECV = 12;

export const makeRow = (): Float64Array => new Float64Array(FLOW_ROW);

/** A single trade or quote. */
export function setPrint(
  row: Float64Array,
  price: number,
  size: number,
  side: number,
  event: Micros,
  recv: Micros,
): void {
  row[OPEN] = price;
  row[HIGH] = price;
  row[LOW] = price;
  row[CLOSE] = price;
  row[VOLUME] = size;
  row[TRADES] = 1;
  row[VALUE] = price * size;
  row[BUY] = side > 0 ? size : 0;
  row[SELL] = side < 0 ? size : 0;
  row[START] = event;
  row[END] = event;
  row[SIDE] = side;
  row[RECV] = recv;
}

/** Takes a row in. Open and close are the first and the last by venue time; of equal times the one that came first, and last. */
export function merge(into: Float64Array, row: Float64Array): void {
  if (into[TRADES] === 0) {
    into.set(row);
    return;
  }
  if (row[HIGH]! > into[HIGH]!) into[HIGH] = row[HIGH]!;
  if (row[LOW]! < into[LOW]!) into[LOW] = row[LOW]!;
  if (row[START]! < into[START]!) {
    into[OPEN] = row[OPEN]!;
    into[START] = row[START]!;
  }
  if (row[END]! >= into[END]!) {
    into[CLOSE] = row[CLOSE]!;
    into[END] = row[END]!;
  }
  into[VOLUME]! += row[VOLUME]!;
  into[TRADES]! += row[TRADES]!;
  into[VALUE]! += row[VALUE]!;
  into[BUY]! += row[BUY]!;
  into[SELL]! += row[SELL]!;
}

export function flowOf(row: Float64Array): BarFlow {
  const volume = row[VOLUME]!;
  const mean = row[VALUE]! / volume;
  return {
    // The mean of equal prices misses them by a rounding.
    vwap: volume === 0 || Number.isNaN(mean) ? undefined : Math.min(row[HIGH]!, Math.max(row[LOW]!, mean)),
    buyVolume: known(row[BUY]!),
    sellVolume: known(row[SELL]!),
  };
}

/** A row as a bar from its first to its last trade. */
export function barOf(
  instrument: string,
  name: BarName,
  row: Float64Array,
  flow: BarFlow,
  historical: boolean,
): FlowBar {
  const start = row[START]! / MICROS_PER_MS;
  const end = row[END]! / MICROS_PER_MS;
  const [volume, trades] = [exactSum(row[VOLUME]!), row[TRADES]!];
  const { 0: open = 0, 1: high = 0, 2: low = 0, 3: close = 0 } = row;
  return new FlowBar(new Bar(instrument, name, start, end, open, high, low, close, volume, trades, historical), flow);
}

/** A bar as a row. What is not known of its flow is NaN, and stays so in what is made of it. */
export function setBar(row: Float64Array, bar: Bar): void {
  const flow = bar instanceof FlowBar ? bar : undefined;
  row[OPEN] = bar.open;
  row[HIGH] = bar.high;
  row[LOW] = bar.low;
  row[CLOSE] = bar.close;
  row[VOLUME] = bar.volume;
  row[TRADES] = bar.trades;
  row[VALUE] = bar.volume === 0 ? 0 : (flow?.vwap ?? Number.NaN) * bar.volume;
  row[BUY] = flow?.buyVolume ?? Number.NaN;
  row[SELL] = flow?.sellVolume ?? Number.NaN;
  row[START] = Math.round(bar.start * MICROS_PER_MS);
  row[END] = Math.round(bar.end * MICROS_PER_MS);
  row[SIDE] = 0;
  row[RECV] = row[END]!;
}

const known = (volume: number): number | undefined => (Number.isNaN(volume) ? undefined : exactSum(volume));

/** Sizes on a grid add up to the grid again; in doubles they miss it by a rounding. */
const exactSum = (volume: number): number => (Number.isInteger(volume) ? volume : Math.round(volume * 1e8) / 1e8);
