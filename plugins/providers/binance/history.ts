import { type Bar, type HistoryRequest, type HistoryRow, joinBars, timeframeMicros } from '#core';
import { barsOf, intervalUs, startOf } from './answers.ts';
import type { RawBar } from './bar-feed.ts';
import { decimal } from './fields.ts';
import { BAR_INTERVALS } from './options.ts';
import { BARS_PER_PAGE, type Rest } from './rest.ts';

/**
 * Closed bars from the venue. A timeframe that it does not have is put together from the longest of its own that divides it.
 *
 * Out   at most `count` bars, in order, that end at or before `until`; none for a timeframe below the venue's shortest
 */
export async function fetchHistory(
  { instrument, timeframe, count, until }: HistoryRequest,
  rest: Rest,
  hasSecondBars: boolean,
): Promise<readonly Bar[]> {
  const spanUs = timeframeMicros(timeframe) ?? 0;
  const interval = BAR_INTERVALS.findLast(
    (each) => spanUs % intervalUs(each) === 0 && (hasSecondBars || each !== '1s'),
  );
  if (interval === undefined || spanUs === 0 || count <= 0) return [];
  const spanMs = spanUs / 1000;
  const end = Math.floor(until / spanMs) * spanMs;
  const pieces = await fetchPieces(rest, {
    symbol: instrument,
    interval,
    from: end - count * spanMs,
    until: end,
    stepMs: intervalUs(interval) / 1000,
  });
  return joinBars(pieces, { instrument, timeframe });
}

/** Page by page, in order. */
async function fetchPieces(
  rest: Rest,
  range: {
    readonly symbol: string;
    readonly interval: string;
    readonly from: number;
    readonly until: number;
    readonly stepMs: number;
  },
): Promise<readonly HistoryRow[]> {
  const { symbol, interval, until, stepMs } = range;
  const pieces: HistoryRow[] = [];
  let startTime = Math.max(0, range.from);
  while (startTime < until) {
    const limit = Math.min(BARS_PER_PAGE, Math.round((until - startTime) / stepMs));
    const page = barsOf(await rest.klines({ symbol, interval, startTime, endTime: until - 1, limit }));
    const last = page.at(-1);
    pieces.push(...page.map(pieceOf).filter(({ start }) => start >= startTime && start < until));
    // An instrument may be younger than what was asked for, and a venue that repeats itself must not hold us.
    if (last === undefined || page.length < limit || !(startOf(last) >= startTime)) break;
    startTime = startOf(last) + stepMs;
  }
  return pieces.filter(
    ({ open, high, low, close }) => low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close),
  );
}

const pieceOf = (raw: RawBar): HistoryRow => ({
  start: startOf(raw),
  open: decimal(raw.o),
  high: decimal(raw.h),
  low: decimal(raw.l),
  close: decimal(raw.c),
  volume: decimal(raw.v),
  trades: typeof raw.n === 'number' ? raw.n : 0,
});
