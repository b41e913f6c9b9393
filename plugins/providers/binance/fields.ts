import { MICROS_PER_MS, type Micros } from '#core';

/** Milliseconds reach this in the year 5138, microseconds did in 1973. */
const FIRST_MICROS = 1e14;

/** A decimal as the venue writes it; NaN for anything that is not one. */
export const decimal = (value: unknown): number => (typeof value === 'string' && value !== '' ? +value : Number.NaN);

/** A number of a trade or an update; `undefined` past 2^53, where it would no longer be exact. */
export const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Venue time, in milliseconds or microseconds, whichever was asked for; NaN when it is none. */
export function timeOf(value: unknown): Micros {
  if (typeof value !== 'number' || !(value > 0)) return Number.NaN;
  const us = value >= FIRST_MICROS ? value : value * MICROS_PER_MS;
  return Number.isSafeInteger(us) ? us : Number.NaN;
}

/** `[["price", "size"], …]` as `[price, size, …]`; `undefined` when one of them is no level. */
export function levelsOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const out: number[] = [];
  for (const level of value as readonly unknown[]) {
    if (!Array.isArray(level)) return undefined;
    const price = decimal(level[0]);
    const size = decimal(level[1]);
    if (!isLevel(price, size)) return undefined;
    out.push(price, size);
  }
  return out;
}

/** Whether `[price, size, …]` are levels of a book. */
export function areLevels(numbers: readonly number[] | undefined): numbers is readonly number[] {
  if (numbers === undefined) return false;
  for (let i = 0; i < numbers.length; i += 2) if (!isLevel(numbers[i] ?? 0, numbers[i + 1] ?? 0)) return false;
  return true;
}

const isLevel = (price: number, size: number): boolean => price > 0 && size >= 0 && price < Infinity && size < Infinity;
