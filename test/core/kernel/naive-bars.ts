import { type Bar, type Timeframe, timeframeMicros } from '#core';
import type { TradeRow } from '../../helpers/kernel-kit.ts';
import { T0 } from '../../helpers/kernel-kit.ts';

export const TIMEFRAMES: readonly Timeframe[] = [
  '100ms',
  '1s',
  '5s',
  '15s',
  '30s',
  '45s',
  '1m',
  '5m',
  '15m',
  '1h',
  '4h',
  '1d',
];

export type PlainBar = Pick<Bar, 'start' | 'end' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'trades'>;

export const plain = ({ start, end, open, high, low, close, volume, trades }: Bar): PlainBar => ({
  start,
  end,
  open,
  high,
  low,
  close,
  volume,
  trades,
});

/** Bars of one instrument and timeframe the slow way: sort the trades of each interval into a bucket, then look at each. */
export function naiveBars(rows: readonly TradeRow[], timeframe: Timeframe): PlainBar[] {
  const span = (timeframeMicros(timeframe) ?? Number.NaN) / 1000;
  const zero = T0 / 1000;
  const buckets = new Map<number, TradeRow[]>();
  for (const row of rows) {
    const start = Math.floor((zero + (row.event ?? row.ms)) / span) * span;
    buckets.set(start, [...(buckets.get(start) ?? []), row]);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([start, inside]) => {
      const prices = inside.map(({ price = 100 }) => price);
      return {
        start,
        end: start + span,
        open: prices[0] ?? Number.NaN,
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1) ?? Number.NaN,
        volume: inside.reduce((sum, { size = 1 }) => sum + size, 0),
        trades: inside.length,
      };
    });
}
