import { Observable } from 'rxjs';
import { Bar } from '../../domain/market.ts';
import type { Micros } from '../../domain/time.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import type { HistoryBoard } from '../history-board.ts';
import type { Kernel } from '../kernel.ts';

export interface Warmup {
  readonly kernel: Kernel;
  readonly history: HistoryBoard;
  readonly wanted: { readonly instrument: string; readonly timeframe: Timeframe; readonly count: number };
  readonly span: Micros;
}

/** History first, then live. Live bars that close while history is on its way wait for it. */
export function withHistory(live: Observable<Bar>, { kernel, history, wanted, span }: Warmup): Observable<Bar> {
  return new Observable((subscriber) => {
    let held: Bar[] | undefined = [];
    /** End of the last bar that history brought; a slow live bar may repeat it. */
    let known = Number.NEGATIVE_INFINITY;
    const until = Math.floor(kernel.now / span) * span;
    const deliver = (bars: readonly Bar[]): void => {
      const waiting = held ?? [];
      held = undefined;
      const outer = kernel.historical;
      kernel.historical = true;
      for (const bar of bars.slice(-wanted.count)) subscriber.next(asHistorical(bar));
      known = bars.at(-1)?.end ?? known;
      for (const bar of waiting) {
        // Bars that were missed in the meantime are as historical as the others.
        kernel.historical = outer || bar.historical;
        if (bar.end > known) subscriber.next(bar);
      }
      kernel.historical = outer;
    };
    subscriber.add(history.ask({ ...wanted, until: until / 1000 }, deliver));
    return live.subscribe({
      next: (bar) => {
        if (held !== undefined) held.push(bar);
        else if (bar.end > known) subscriber.next(bar);
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
  });
}

export function asHistorical({ instrument, timeframe, start, end, open, high, low, close, volume, trades }: Bar): Bar {
  return new Bar(instrument, timeframe, start, end, open, high, low, close, volume, trades, true);
}
