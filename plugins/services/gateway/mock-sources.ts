import { map, Observable, type SchedulerLike } from 'rxjs';
import { Trade } from '#core';
import type { Activity } from './activity.ts';
import { type Frame, kept } from './frame.ts';
import { trade } from './messages.ts';
import { MockMarket } from './mock-market.ts';
import { PriceFrame } from './price-frame.ts';
import type { OpenSource } from './topics.ts';
import type { TradeIds } from './trade-ids.ts';

interface MockParts {
  readonly seed: number;
  /** Mean seconds between two trades of a symbol. */
  readonly tradeFrequency: number;
  readonly tick$: Observable<unknown>;
  readonly activity: Activity;
  readonly ids: TradeIds;
  readonly wall: SchedulerLike;
}

/** An invented market in place of the run's: prices and trades of one walk per symbol. */
export function mockSources({ seed, tradeFrequency, tick$, activity, ids, wall }: MockParts): OpenSource {
  const markets = new Map<string, MockMarket>();
  const marketOf = (symbol: string): MockMarket => {
    const market = markets.get(symbol) ?? new MockMarket(symbol, seed);
    markets.set(symbol, market);
    return market;
  };

  const trades = (symbol: string): Observable<Frame> =>
    new Observable((subscriber) => {
      const market = marketOf(symbol);
      activity.begin(symbol);
      const pause = (): number => tradeFrequency * 1000 * market.between(0.5, 1.5);
      return wall.schedule(function next() {
        const { price, size, side } = market.trade();
        const now = wall.now();
        activity.note(symbol, 0);
        subscriber.next(kept(trade(new Trade(symbol, price, size, side, now, now), ids.next(symbol, now))));
        this.schedule(undefined, pause());
      }, pause());
    });

  return (channel, symbol) => {
    if (channel === 'trade') return { frames$: trades(symbol) };
    if (channel !== 'price') return undefined;
    const market = marketOf(symbol);
    return { frames$: tick$.pipe(map(() => new PriceFrame(symbol, market.move(wall.now())))) };
  };
}
