import type { BookView } from '../plugin/context.ts';

export interface HealthOptions {
  /** Time now, epoch milliseconds: `clock.now()`. */
  readonly now: number;
  /** Age from which a book is stale. Default 5,000. A quiet market is not a sick one: set it to what the instrument does. */
  readonly staleMs?: number | undefined;
  /** How far the venue's clock is ahead of ours, in milliseconds. Default 0. */
  readonly skewMs?: number | undefined;
}

export interface BookHealth {
  /** The worst that is true, in this order. */
  readonly state: 'empty' | 'crossed' | 'one-sided' | 'stale' | 'good';
  readonly ageMs: number | undefined;
  readonly crossed: boolean;
  readonly stale: boolean;
  readonly bidLevels: number;
  readonly askLevels: number;
}

/** Whether a book can be believed. */
export function bookHealth(book: BookView, { now, staleMs = 5000, skewMs = 0 }: HealthOptions): BookHealth {
  const age = book.age(now + skewMs);
  const [bidLevels, askLevels] = [book.count('bid'), book.count('ask')];
  // Without a time nothing has come yet, or all was lost.
  const stale = !(age < staleMs);
  const facts = { ageMs: Number.isNaN(age) ? undefined : age, crossed: book.crossed, stale, bidLevels, askLevels };
  if (bidLevels + askLevels === 0) return { state: 'empty', ...facts };
  if (book.crossed) return { state: 'crossed', ...facts };
  if (bidLevels === 0 || askLevels === 0) return { state: 'one-sided', ...facts };
  return { state: stale ? 'stale' : 'good', ...facts };
}
