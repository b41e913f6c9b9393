import type { HistoryRow, Link } from '#core';

/** ccxt's rows `[start, open, high, low, close, volume]` in order of time; what is no bar is told to the link. */
export function candlesOf(answer: unknown, link: Link): readonly HistoryRow[] {
  if (!Array.isArray(answer)) {
    link.bad('bars are no list', answer);
    return [];
  }
  const candles: HistoryRow[] = [];
  for (const row of answer as readonly unknown[]) {
    const candle = candleOf(row);
    if (candle === undefined) link.bad('bar that cannot be', row);
    else candles.push(candle);
  }
  return candles.sort((a, b) => a.start - b.start);
}

function candleOf(row: unknown): HistoryRow | undefined {
  if (!Array.isArray(row)) return undefined;
  const [start, open, high, low, close, volume] = (row as readonly unknown[]).map((value) =>
    typeof value === 'number' ? value : Number.NaN,
  ) as [number, number, number, number, number, number];
  const isBar = start > 1e11 && start < 9e12 && low <= Math.min(open, close) && high >= Math.max(open, close);
  return isBar && volume >= 0 ? { start, open, high, low, close, volume } : undefined;
}
