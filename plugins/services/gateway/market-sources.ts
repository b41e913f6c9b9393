import { filter, map, type Observable, tap } from 'rxjs';
import type { Account, Clock, Market, Timeframe, Trade } from '#core';
import type { Activity } from './activity.ts';
import { depthSource } from './depth-source.ts';
import { type Frame, kept, latest } from './frame.ts';
import { bar, position, quote, trade } from './messages.ts';
import { PriceFrame } from './price-frame.ts';
import { priceUpdates } from './price-updates.ts';
import type { Source } from './topic.ts';
import type { OpenSource } from './topics.ts';
import type { TradeIds } from './trade-ids.ts';

interface MarketParts {
  readonly market: Market;
  readonly account: Account;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly ids: TradeIds;
  /** When price updates are due. */
  readonly tick$: Observable<unknown>;
  readonly priceFrom: 'trades' | 'quotes';
  readonly depthLevels: number;
}

/** The streams of the run, as frames. */
export function marketSources(parts: MarketParts): OpenSource {
  const { market, account, clock, activity, ids } = parts;
  const trades = (symbol: string): Observable<Trade> => {
    activity.begin(symbol);
    return market.trades(symbol).pipe(tap(({ tsEvent, tsRecv }) => activity.note(symbol, tsRecv - tsEvent)));
  };
  const positionFrame = (symbol: string): Frame =>
    latest(`position ${symbol}`, position(account.position(symbol), clock.now()));

  return (channel, symbol, detail): Source | undefined => {
    switch (channel) {
      case 'trade':
        return { frames$: trades(symbol).pipe(map((one) => kept(trade(one, ids.next(symbol, one.tsEvent))))) };
      case 'price': {
        const quotes$ = parts.priceFrom === 'quotes' ? market.quotes(symbol) : undefined;
        const updates$ = priceUpdates({ trades$: trades(symbol), quotes$, tick$: parts.tick$ });
        return { frames$: updates$.pipe(map((update) => new PriceFrame(symbol, update))) };
      }
      case 'quote':
        return { frames$: market.quotes(symbol).pipe(map((one) => latest(`quote ${symbol}`, quote(one)))) };
      case 'bar':
        return { frames$: market.bars(symbol, detail as Timeframe).pipe(map((one) => kept(bar(one)))) };
      case 'depth':
        return depthSource(market, symbol, parts.depthLevels);
      case 'position':
        return {
          frames$: account.positions().pipe(
            filter(({ instrument }) => instrument === symbol),
            map(() => positionFrame(symbol)),
          ),
          snapshot: () => positionFrame(symbol),
        };
      case 'stats':
        return undefined;
    }
  };
}
