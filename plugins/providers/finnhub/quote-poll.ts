import { concatMap, EMPTY, interval, type Observable, type SchedulerLike } from 'rxjs';
import { type Log, MICROS_PER_MS, type QuoteEvent } from '#core';
import type { Rest } from './rest.ts';

export interface QuotePollParts {
  readonly rest: Rest;
  readonly log: Log;
  readonly wall: SchedulerLike;
  /** Microseconds; 0 for never. */
  readonly everyUs: number;
  /** Stocks whose quotes are wanted and that have been silent since the last look. */
  readonly silent: () => readonly string[];
}

/**
 * Asks for the price of stocks that the stream says nothing of: some never tick on the free plan. The answer is a price at
 * which nobody need stand ready, so both sides of the quote are that price and have no size.
 */
export function pollQuotes({ rest, log, wall, everyUs, silent }: QuotePollParts): Observable<QuoteEvent> {
  if (everyUs === 0) return EMPTY;
  const last = new Map<string, number>();
  return interval(everyUs / MICROS_PER_MS, wall).pipe(
    // A slow answer delays the next look, and the two do not overlap.
    concatMap(async () => {
      const quotes: QuoteEvent[] = [];
      for (const symbol of silent()) {
        const quote = await ask(symbol);
        if (quote?.tsEvent === undefined || quote.tsEvent <= (last.get(symbol) ?? 0)) continue;
        last.set(symbol, quote.tsEvent);
        quotes.push(quote);
      }
      return quotes;
    }),
    concatMap((quotes) => quotes),
  );

  async function ask(symbol: string): Promise<QuoteEvent | undefined> {
    try {
      return quoteOf(symbol, await rest.get('/quote', { symbol }));
    } catch (error) {
      log.warn(`the price of ${symbol} could not be fetched`, { err: error });
      return undefined;
    }
  }
}

/** An unknown symbol has a price and a time of 0. */
function quoteOf(symbol: string, answer: unknown): QuoteEvent | undefined {
  const { c: price, t: seconds } = (answer ?? {}) as { c?: unknown; t?: unknown };
  if (typeof price !== 'number' || typeof seconds !== 'number' || !(price > 0 && seconds > 0)) return undefined;
  return { kind: 'quote', instrument: symbol, bid: price, bidSize: 0, ask: price, askSize: 0, tsEvent: seconds * 1000 };
}
