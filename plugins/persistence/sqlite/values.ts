import { toMicros, toMillis } from '#core';

/**
 * What goes into a column and what comes out. Total on purpose: a strange value becomes NULL, so that none can make a commit
 * fail and take an order with it. The types forbid most of them, but a strategy may be plain JavaScript.
 */

export const text = (value: string | undefined): string | null => (typeof value === 'string' ? value : null);

/** NaN is SQLite's NULL; infinities are stored as they are. */
export const real = (value: number | undefined): number | null =>
  typeof value === 'number' && !Number.isNaN(value) ? value : null;

/** Beyond 2^53 node:sqlite would write the number and then refuse to read it. */
export const whole = (value: number): number | null => (Number.isSafeInteger(value) ? value : null);

/** Epoch milliseconds to whole microseconds. */
export const micros = (epochMs: number): number | null => whole(toMicros(epochMs));

/** Whole microseconds to epoch milliseconds. */
export const millis = (us: unknown): number => (typeof us === 'number' ? toMillis(us) : Number.NaN);

export const maybeText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const maybeNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
