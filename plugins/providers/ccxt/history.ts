import { type Bar, type HistoryRequest, type HistoryRow, joinBars, MICROS_PER_MS, timeframeMicros } from '#core';
import { candlesOf } from './candles.ts';
import { can } from './exchange.ts';
import type { Tools } from './tools.ts';

/** What most exchanges answer at once; those with smaller pages are asked more often. */
const PAGE = 500;
const MOST_PAGES = 100;

/**
 * Closed bars of the exchange. A timeframe that it lacks is put together from the longest of its own that divides it.
 *
 * Out   at most `count` bars in order that end at or before `until`
 */
export async function fetchHistory(request: HistoryRequest, tools: Tools): Promise<readonly Bar[]> {
  const { instrument, timeframe, count, until } = request;
  const spanMs = (timeframeMicros(timeframe) ?? 0) / MICROS_PER_MS;
  const step = stepOf(spanMs, tools);
  if (step === undefined || count <= 0) return [];
  const end = Math.floor(until / spanMs) * spanMs;
  const candles = await fetchCandles(tools, { instrument, step, from: Math.max(0, end - count * spanMs), end });
  return joinBars(candles, { instrument, timeframe });
}

interface Step {
  readonly name: string;
  readonly ms: number;
}

/** The exchange's longest timeframe that divides a span. */
function stepOf(spanMs: number, { exchange }: Tools): Step | undefined {
  if (spanMs === 0 || !can(exchange, 'fetchOHLCV')) return undefined;
  return Object.keys(exchange.timeframes ?? {})
    .map((name) => ({ name, ms: (timeframeMicros(name) ?? 0) / MICROS_PER_MS }))
    .filter(({ ms }) => ms > 0 && spanMs % ms === 0)
    .sort((a, b) => b.ms - a.ms)[0];
}

async function fetchCandles(
  { exchange, link }: Tools,
  range: { readonly instrument: string; readonly step: Step; readonly from: number; readonly end: number },
): Promise<readonly HistoryRow[]> {
  const { instrument, step, end } = range;
  const found = new Map<number, HistoryRow>();
  let since = range.from;
  for (let page = 0; page < MOST_PAGES && since < end; page++) {
    const candles = candlesOf(await exchange.fetchOHLCV(instrument, step.name, since, PAGE), link);
    for (const candle of candles) if (candle.start >= range.from && candle.start < end) found.set(candle.start, candle);
    const next = (candles.at(-1)?.start ?? Number.NEGATIVE_INFINITY) + step.ms;
    // The end of what there is, or an exchange that always answers with the latest.
    if (next <= since) break;
    since = next;
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}
