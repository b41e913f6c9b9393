import { describe, expect, it } from 'vitest';
import { type HistoryRow, joinBars } from '#core';

const MINUTE = 60_000;
const row = (minute: number, [open, high, low, close]: readonly number[], volume: number): HistoryRow => ({
  start: minute * MINUTE,
  open: open ?? 0,
  high: high ?? 0,
  low: low ?? 0,
  close: close ?? 0,
  volume,
});
const five = { instrument: 'ES', timeframe: '5m' } as const;

describe('bars of a venue’s history', () => {
  it('are put together from shorter ones: first open, furthest high and low, last close, sums', () => {
    const rows = [
      { ...row(5, [10, 12, 9, 11], 3), trades: 2 },
      { ...row(7, [11, 15, 11, 14], 4), trades: 1 },
      { ...row(9, [14, 14, 8, 8.5], 5), trades: 4 },
    ];
    expect(joinBars(rows, five)).toEqual([
      {
        instrument: 'ES',
        timeframe: '5m',
        start: 5 * MINUTE,
        end: 10 * MINUTE,
        open: 10,
        high: 15,
        low: 8,
        close: 8.5,
        volume: 12,
        trades: 7,
        historical: true,
      },
    ]);
  });

  it('stand on the grid of live ones, and are none where the venue has no row', () => {
    const rows = [row(4, [1, 1, 1, 1], 1), row(16, [2, 2, 2, 2], 1), row(18, [3, 3, 3, 3], 1)];
    const bars = joinBars(rows, five);
    expect(bars.map(({ start, end, close }) => [start / MINUTE, end / MINUTE, close])).toEqual([
      [0, 5, 1],
      [15, 20, 3],
    ]);
    expect(joinBars([], five)).toEqual([]);
  });

  it('have no trades where the venue does not count them', () => {
    expect(joinBars([row(0, [1, 1, 1, 1], 7)], five)[0]?.trades).toBe(0);
  });
});
