import type { MarketEvent } from '../../plugin/loopback.ts';

/** Whether it is the event that was sent, by what makes it unique there: two prices are never the same. */
export function sameEvent(a: MarketEvent, b: MarketEvent): boolean {
  if (a.instrument !== b.instrument) return false;
  if (a.kind === 'trade' && b.kind === 'trade') return close(a.price, b.price);
  if (a.kind === 'quote' && b.kind === 'quote') return close(a.bid ?? 0, b.bid ?? 0);
  if (a.kind === 'bar' && b.kind === 'bar') return close(a.close, b.close) && close(a.low, b.low);
  if (a.kind !== 'depth' || b.kind !== 'depth') return false;
  const [bid, ask] = [b.bids[0], b.asks[0]];
  return [[a.bids, bid] as const, [a.asks, ask] as const].every(
    ([levels, wanted]) => wanted === undefined || levels.some(([p, s]) => p === wanted[0] && s === wanted[1]),
  );
}

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b));
