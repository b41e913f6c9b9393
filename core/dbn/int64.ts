import type { Micros } from '../domain/time.ts';
import { RTYPE } from './codes.ts';

/** 64-bit values as numbers, read in two halves: several times faster than BigInt. */
const HALF = 4_294_967_296;
/** Of an undefined price and of an undefined time. */
const HIGHEST_I32 = 0x7fff_ffff;
const HIGHEST_U32 = 0xffff_ffff;
/** Times from here on, in 2255, do not fit into whole microseconds of a float64. */
const LATEST_HIGH_HALF = 2_097_151_999;

const UNITS_PER_ONE = 1e9;

/** A price in units of 1e-9, exact up to nine million; NaN when undefined. */
export function unitsAt(data: DataView, at: number): number {
  const low = data.getUint32(at, true);
  const high = data.getInt32(at + 4, true);
  return high === HIGHEST_I32 && low === HIGHEST_U32 ? Number.NaN : high * HALF + low;
}

/** Units to the price that a decimal literal would give. */
export const priceOf = (units: number): number => units / UNITS_PER_ONE;

/** An unsigned whole number, exact up to 2^53. */
export const wholeAt = (data: DataView, at: number): number =>
  data.getUint32(at + 4, true) * HALF + data.getUint32(at, true);

/** Nanoseconds since 1970 as whole microseconds; NaN when undefined. */
export function microsAt(data: DataView, at: number): Micros {
  const high = data.getUint32(at + 4, true);
  if (high > LATEST_HIGH_HALF) return Number.NaN;
  // 2^32 ns are 4,294,967 µs and 296 ns, so no product leaves the whole numbers.
  return high * 4_294_967 + Math.floor((high * 296 + data.getUint32(at, true)) / 1000);
}

/** The 0 to 999 nanoseconds beyond the whole microsecond. */
export function nanosAt(data: DataView, at: number): number {
  const rest = data.getUint32(at + 4, true) * 296 + data.getUint32(at, true);
  // What `rest % 1000` is, which took half of the time of a whole trade.
  return rest - Math.floor(rest / 1000) * 1000;
}

/** The time by which a file is ordered, of a record with prices: that of receipt, if it has one. */
export function indexTimeAt(data: DataView, at: number): Micros {
  const rtype = data.getUint8(at + 1);
  const isBar = (rtype & 0xf0) === 0x20;
  const time = microsAt(data, at + (rtype === RTYPE.mbo ? 40 : isBar ? 8 : 32));
  return Number.isNaN(time) ? microsAt(data, at + 8) : time;
}
