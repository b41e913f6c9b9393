import { type Bar, type HistoryRequest, type HistoryRow, joinBars, timeframeMicros } from '#core';
import type { Rest } from './rest.ts';
import { kindOf } from './symbols.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Lengths that the venue has, and its words for them. */
const RESOLUTIONS: readonly (readonly [spanMs: number, name: string])[] = [
  [MINUTE_MS, '1'],
  [5 * MINUTE_MS, '5'],
  [15 * MINUTE_MS, '15'],
  [30 * MINUTE_MS, '30'],
  [60 * MINUTE_MS, '60'],
  [DAY_MS, 'D'],
];
/** One call gives a month of bars within a day. */
const PAGE_MS = 30 * DAY_MS;
const PAGE_OF_DAYS_MS = 365 * DAY_MS;
/** Stocks trade for a fraction of the week, and may have stopped trading long ago. */
const MOST_PAGES = 12;

/**
 * Closed bars, where the plan has them. A timeframe that the venue lacks is put together from the longest of its own that
 * divides it; below a minute there is none. Bars of days are adjusted for splits, shorter ones are not.
 *
 * Out   at most `count` bars in order that end at or before `until`
 */
export async function fetchHistory(request: HistoryRequest, rest: Rest): Promise<readonly Bar[]> {
  const { instrument, count, until } = request;
  const spanMs = (timeframeMicros(request.timeframe) ?? 0) / 1000;
  const resolution = RESOLUTIONS.findLast(([each]) => spanMs > 0 && spanMs % each === 0);
  if (resolution === undefined || count <= 0) return [];
  const end = Math.floor(until / spanMs) * spanMs;
  const bars = new Map<number, Bar>();
  const pageMs = Math.min(spanMs === DAY_MS ? PAGE_OF_DAYS_MS : PAGE_MS, Math.max(count * spanMs, DAY_MS));
  for (let page = 0, to = end; page < MOST_PAGES && bars.size < count; page++, to -= pageMs) {
    // Whole bars per page, so that none is cut in two by its edge.
    const from = Math.max(0, Math.floor((to - pageMs) / spanMs) * spanMs);
    const candles = await fetchPage(rest, { instrument, resolution: resolution[1], from, to });
    if (candles === undefined) break;
    for (const bar of joinBars(candles, request)) if (bar.end <= end) bars.set(bar.start, bar);
  }
  return [...bars.values()].sort((a, b) => a.start - b.start).slice(-count);
}

/** `undefined` when the plan does not include it. */
async function fetchPage(
  rest: Rest,
  page: { readonly instrument: string; readonly resolution: string; readonly from: number; readonly to: number },
): Promise<readonly HistoryRow[] | undefined> {
  const answer = await rest.get(`/${kindOf(page.instrument)}/candle`, {
    symbol: page.instrument,
    resolution: page.resolution,
    from: page.from / 1000,
    to: page.to / 1000 - 1,
  });
  return answer === undefined
    ? undefined
    : candlesOf(answer).filter(({ start }) => start >= page.from && start < page.to);
}

/** Columns to rows; rows that cannot be are left out. */
function candlesOf(answer: unknown): readonly HistoryRow[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const { t, o, h, l, c, v } = answer as Record<string, unknown>;
  if (!Array.isArray(t)) return [];
  const at = (column: unknown, row: number): number => {
    const value: unknown = Array.isArray(column) ? column[row] : undefined;
    return typeof value === 'number' ? value : Number.NaN;
  };
  return t
    .map((_, row) => ({
      start: at(t, row) * 1000,
      open: at(o, row),
      high: at(h, row),
      low: at(l, row),
      close: at(c, row),
      volume: at(v, row),
    }))
    .filter(
      ({ start, open, high, low, close, volume }) =>
        start > 0 && low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && volume >= 0,
    )
    .sort((a, b) => a.start - b.start);
}
