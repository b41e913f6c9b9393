import type { BarEvent, DepthEvent, QuoteEvent, TradeEvent } from '../domain/event.ts';
import type { Level } from '../domain/market.ts';
import { timeframeMicros } from '../domain/timeframe.ts';

/** What makes an event unusable; `undefined` when nothing does. */
export function findFault(event: TradeEvent | QuoteEvent | DepthEvent | BarEvent): string | undefined {
  if (event.tsEvent !== undefined && !isTime(event.tsEvent)) return 'tsEvent is not an epoch time in milliseconds';
  if (event.tsRecv !== undefined && !isTime(event.tsRecv)) return 'tsRecv is not an epoch time in milliseconds';
  switch (event.kind) {
    case 'trade':
      if (!Number.isFinite(event.price)) return 'price is not a number';
      return isSize(event.size) ? undefined : 'size is not a number of at least 0';
    case 'quote':
      if (!isOptional(event.bid) || !isOptional(event.ask)) return 'bid or ask is not a number';
      return isSize(event.bidSize) && isSize(event.askSize)
        ? undefined
        : 'bidSize or askSize is not a number of at least 0';
    case 'depth':
      return event.bids.every(isLevel) && event.asks.every(isLevel) ? undefined : 'a level is not [price, size]';
    case 'bar':
      return barFault(event);
  }
}

function barFault({ timeframe, start, open, high, low, close, volume }: BarEvent): string | undefined {
  if (timeframeMicros(timeframe) === undefined) return `'${timeframe}' is not a timeframe`;
  if (!isTime(start)) return 'start is not an epoch time in milliseconds';
  if (![open, high, low, close].every(Number.isFinite)) return 'a price is not a number';
  if (low > Math.min(open, close) || high < Math.max(open, close)) return 'open or close lies outside low and high';
  return isSize(volume) ? undefined : 'volume is not a number of at least 0';
}

/** 2001 to 2255: outside, the unit is wrong, or the number is past what whole microseconds can hold. */
const isTime = (ms: number): boolean => ms > 1e12 && ms < 9e12;
const isSize = (size: number): boolean => Number.isFinite(size) && size >= 0;
const isOptional = (price: number | undefined): boolean => price === undefined || Number.isFinite(price);
const isLevel = ([price, size]: Level): boolean => Number.isFinite(price) && isSize(size);
