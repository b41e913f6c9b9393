import { Observable } from 'rxjs';
import { type Bar, type Market, type Timeframe, timeframeMicros } from '#core';
import { type Address, decoded } from './address.ts';
import type { Answer } from './http-api.ts';
import { seconds } from './messages.ts';

const MOST_BARS = 5000;
/** A provider that has no history may never answer. */
const PATIENCE_MS = 10_000;

interface MarketDataParts {
  readonly market: Market;
  readonly knows: (symbol: string) => boolean;
  readonly after: (ms: number, work: () => void) => { unsubscribe(): void };
}

/** `GET /market_data/{symbol}?interval=5m&limit=500`: the provider's bars of the past, oldest first. */
export async function marketData({ path, query }: Address, parts: MarketDataParts): Promise<Answer> {
  const symbol = decoded(path.slice(path.lastIndexOf('/') + 1));
  const interval = query.get('interval') ?? '5m';
  const limit = Number(query.get('limit') ?? 500);
  if (!parts.knows(symbol)) return { status: 404, detail: `Unknown symbol: ${symbol}` };
  if (timeframeMicros(interval) === undefined) return { status: 422, detail: `Unknown interval: ${interval}` };
  if (!(Number.isInteger(limit) && limit > 0 && limit <= MOST_BARS)) {
    return { status: 422, detail: `limit must be a whole number from 1 to ${MOST_BARS}` };
  }
  const bars = await history(symbol, interval as Timeframe, limit, parts);
  return { body: bars.slice(-limit).map(row) };
}

const row = ({ start, open, high, low, close, volume }: Bar): object => ({
  timestamp: seconds(start),
  open,
  high,
  low,
  close,
  volume,
});

/** The warm-up of a stream of bars, without the stream. */
function history(
  symbol: string,
  timeframe: Timeframe,
  warmup: number,
  parts: MarketDataParts,
): Promise<readonly Bar[]> {
  return new Promise((resolve) => {
    const bars: Bar[] = [];
    const listening = new Observable<Bar>((subscriber) => {
      const patience = parts.after(PATIENCE_MS, () => subscriber.complete());
      subscriber.add(() => patience.unsubscribe());
      return parts.market.bars(symbol, timeframe, { warmup }).subscribe(subscriber);
    }).subscribe({
      next: (bar) => {
        if (bar.historical) bars.push(bar);
        // History comes in one piece: when this turn is over, all of it is here.
        if (bars.length <= 1) process.nextTick(done);
      },
      error: done,
      complete: done,
    });
    function done(): void {
      listening.unsubscribe();
      resolve(bars);
    }
  });
}
