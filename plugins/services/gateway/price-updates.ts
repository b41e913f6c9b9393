import { Observable } from 'rxjs';
import type { Quote, Trade } from '#core';
import type { PriceUpdate } from './messages.ts';
import { roundVolume } from './price-frame.ts';

interface PriceSources {
  readonly trades$: Observable<Trade>;
  /** When given, prices are the middle of these; the volume comes from the trades all the same. */
  readonly quotes$?: Observable<Quote> | undefined;
  /** When to look. */
  readonly tick$: Observable<unknown>;
}

/** The newest price at each tick, if there has been one since the last tick, and what was traded in between. */
export function priceUpdates({ trades$, quotes$, tick$ }: PriceSources): Observable<PriceUpdate> {
  return new Observable((subscriber) => {
    let newest: { price: number; ts: number } | undefined;
    let volume = 0;
    subscriber.add(
      trades$.subscribe(({ price, size, tsEvent }) => {
        volume += size;
        if (quotes$ === undefined) newest = { price, ts: tsEvent };
      }),
    );
    subscriber.add(
      quotes$?.subscribe(({ bid, ask, tsEvent }) => {
        const middle = (bid + ask) / 2;
        if (Number.isFinite(middle)) newest = { price: middle, ts: tsEvent };
      }),
    );
    subscriber.add(
      tick$.subscribe(() => {
        if (newest === undefined) return;
        const update = { ...newest, volume: roundVolume(volume) };
        newest = undefined;
        volume = 0;
        subscriber.next(update);
      }),
    );
  });
}
