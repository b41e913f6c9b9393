import { Observable } from 'rxjs';
import { type BarPlan, barName } from '../../domain/bar-kinds.ts';
import type { Bar, FlowBar } from '../../domain/market.ts';
import { HotSource } from '../hot-source.ts';
import { BarOutlet } from './bar-maker.ts';
import { makeRow, setBar } from './flow-row.ts';
import { type MakerParts, makerOf } from './maker-of.ts';

/** Bars that are made of other bars. State is born per subscription. */
export function derivedBars(plan: BarPlan, parts: MakerParts, bars$: Observable<Bar>): Observable<FlowBar> {
  return new Observable((subscriber) => {
    const { out, maker, row } = begin(plan, parts);
    out.source.subscribe(subscriber);
    return bars$.subscribe({
      next: (bar) => {
        out.historical = bar.historical;
        setBar(row, bar);
        maker.take(row);
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
  });
}

/** The one under construction, of closed bars and of the one that those are followed by. */
export function derivedForming(
  plan: BarPlan,
  parts: MakerParts,
  bars$: Observable<Bar>,
  forming$: Observable<Bar>,
): Observable<FlowBar> {
  return new Observable((subscriber) => {
    const { maker, row } = begin(plan, parts);
    const tell = (next?: Float64Array): void => {
      const bar = maker.forming(next);
      if (bar !== undefined) subscriber.next(bar);
    };
    subscriber.add(
      bars$.subscribe((bar) => {
        setBar(row, bar);
        maker.take(row);
        tell();
      }),
    );
    return forming$.subscribe((next) => {
      setBar(row, next);
      tell(row);
    });
  });
}

function begin(plan: BarPlan, parts: MakerParts) {
  const out = new BarOutlet(parts.instrument.symbol, barName(plan), new HotSource<FlowBar>());
  return { out, maker: makerOf(plan, out, parts), row: makeRow() };
}
