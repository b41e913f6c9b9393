import { merge, Observable } from 'rxjs';
import type { BookView, DepthUpdate, Market } from '#core';
import { type Frame, kept } from './frame.ts';
import { depth } from './messages.ts';
import type { Source } from './topic.ts';

/** Changes of a book, numbered. Who joins, and who lagged, gets the whole book in place of what was missed. */
export function depthSource(market: Market, symbol: string, levels: number): Source {
  const key = `depth ${symbol}`;
  let book: BookView | undefined;
  let begun = false;
  let seq = 0;

  const wholeBook = (): Frame | undefined => {
    if (book === undefined) return undefined;
    const [bids, asks] = [book.levels('bid', levels), book.levels('ask', levels)];
    return kept(depth({ instrument: symbol, seq, snapshot: true, bids, asks, tsEvent: book.tsEvent }));
  };
  /** Written when it is sent, and so never older than the changes that follow it. */
  const whole: Frame = {
    key,
    size: 0,
    get bytes() {
      return (wholeBook() ?? NOTHING).bytes;
    },
  };
  const change = (update: DepthUpdate): Frame => {
    // What comes first is all that is known of the book.
    const first = !begun;
    begun = true;
    const { bids, asks, tsEvent } = update;
    const snapshot = update.snapshot || first;
    const text = depth({ instrument: symbol, seq: ++seq, snapshot, bids, asks, tsEvent });
    // Changes cannot be left out; a whole book stands for all of them.
    return { ...kept(text), key, over: () => whole };
  };

  const frames$ = new Observable<Frame>((subscriber) => {
    const books$ = new Observable<never>((none) =>
      market.book(symbol).subscribe({
        next: (view) => {
          book = view;
        },
        error: (error: unknown) => none.error(error),
      }),
    );
    const changes$ = new Observable<Frame>((frames) =>
      market.depth(symbol).subscribe((update) => frames.next(change(update))),
    );
    subscriber.add(() => {
      book = undefined;
      begun = false;
    });
    return merge(books$, changes$).subscribe(subscriber);
  });
  return { frames$, snapshot: wholeBook };
}

const NOTHING = kept('');
