import { type Bar, type HistoryRequest, type HistoryRow, joinBars, timeframeMicros } from '#core';
import { type BarPlan, planBars } from './bar-plan.ts';
import type { Gateway } from './gateway.ts';
import { millisOf } from './gateway-time.ts';
import { numberOf, rowsOf } from './values.ts';

/** Most bars that one request gives. */
const MOST = 20_000;
/** Over a long weekend nothing trades: a window is at least this long. */
const SHORTEST_WINDOW_MS = 5 * 86_400_000;
const MOST_REQUESTS = 20;

export interface HistoryParts {
  readonly gateway: Gateway;
  readonly contractId: string;
  readonly live: boolean;
}

/**
 * The last `count` closed bars that end at or before `until`. The gateway answers the newest bars of a window, newest
 * first, and none for an interval without a trade, so the window moves back until there are enough or none came twice in a
 * row. `volume` is what traded on the platform, less than the exchange's.
 */
export async function fetchBars(request: HistoryRequest, parts: HistoryParts): Promise<readonly Bar[]> {
  const spanMs = (timeframeMicros(request.timeframe) ?? 0) / 1000;
  const plan = planBars(spanMs);
  if (plan === undefined || request.count === 0) return [];
  const end = Math.floor(request.until / spanMs) * spanMs;
  // One bar more: the oldest may have lost its beginning to the limit.
  const base = await fetchBase((request.count + 1) * plan.perBar, end, plan, parts);
  return joinBars(base, request).slice(-request.count);
}

async function fetchBase(wanted: number, until: number, plan: BarPlan, parts: HistoryParts): Promise<HistoryRow[]> {
  const known = new Map<number, HistoryRow>();
  let end = until;
  let windowMs = Math.max(2 * wanted * plan.baseMs, SHORTEST_WINDOW_MS);
  let empty = 0;
  for (let i = 0; i < MOST_REQUESTS && known.size < wanted && empty < 2 && end > 0; i++) {
    const limit = Math.min(MOST, wanted - known.size);
    const bars = await askBars({ start: Math.max(0, end - windowMs), end, limit }, plan, parts);
    // An edge that belongs to both windows comes twice.
    for (const bar of bars) if (bar.start + plan.baseMs <= until) known.set(bar.start, bar);
    const oldest = Math.min(...bars.map(({ start }) => start));
    empty = bars.length === 0 ? empty + 1 : 0;
    const cut = bars.length >= limit && oldest < end;
    end = cut ? oldest : end - windowMs;
    if (!cut) windowMs *= 2;
  }
  return [...known.values()].sort((a, b) => a.start - b.start);
}

async function askBars(
  { start, end, limit }: { readonly start: number; readonly end: number; readonly limit: number },
  { unit, unitNumber }: BarPlan,
  { gateway, contractId, live }: HistoryParts,
): Promise<readonly HistoryRow[]> {
  const answer = await gateway.ask('History/retrieveBars', {
    contractId,
    live,
    startTime: new Date(start).toISOString(),
    endTime: new Date(end).toISOString(),
    unit,
    unitNumber,
    limit,
    includePartialBar: false,
  });
  return rowsOf(answer['bars']).flatMap((row) => {
    const at = millisOf(row['t']);
    const [open, high, low, close] = [row['o'], row['h'], row['l'], row['c']].map(numberOf);
    if (at === undefined || open === undefined || high === undefined || low === undefined || close === undefined)
      return [];
    return [{ start: at, open, high, low, close, volume: numberOf(row['v']) ?? 0 }];
  });
}
