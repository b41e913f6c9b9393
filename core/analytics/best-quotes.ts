import { defer, filter, map, type OperatorFunction } from 'rxjs';
import { Quote } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';

/**
 * The best quote that a book implies, whenever it differs from the one before.
 *
 * In       books of one instrument, as `market.book` gives them
 * Out      quotes; a side that is empty is NaN with size 0. `tsRecv` is the venue's time as well: a book has no other
 */
export const bestQuotes = (): OperatorFunction<BookView, Quote> => (book$) =>
  defer(() => {
    let last: Quote | undefined;
    return book$.pipe(
      map((book) => {
        const { instrument, bid = Number.NaN, ask = Number.NaN, bidSize, askSize, tsEvent } = book;
        const isSame =
          last !== undefined &&
          Object.is(last.bid, bid) &&
          Object.is(last.ask, ask) &&
          last.bidSize === bidSize &&
          last.askSize === askSize;
        if (isSame) return undefined;
        last = new Quote(instrument, bid, bidSize, ask, askSize, tsEvent, tsEvent);
        return last;
      }),
      filter((quote) => quote !== undefined),
    );
  });
