import { Bar, type HistoryRequest, timeframeMicros } from '#core';
import { barsOf, intervalUs, startOf } from './answers.ts';
import type { RawBar } from './bar-feed.ts';
import { decimal } from './fields.ts';
import { BAR_INTERVALS } from './options.ts';
import { BARS_PER_PAGE, type Rest } from './rest.ts';

interface Piece {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

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
  const groups = Map.groupBy(pieces, ({ start }) => Math.floor(start / spanMs) * spanMs);
  return [...groups].map(([start, parts]) => joined(parts, { instrument, timeframe, start, end: start + spanMs }));
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
): Promise<readonly Piece[]> {
  const { symbol, interval, until, stepMs } = range;
  const pieces: Piece[] = [];
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

const pieceOf = (raw: RawBar): Piece => ({
  start: startOf(raw),
  open: decimal(raw.o),
  high: decimal(raw.h),
  low: decimal(raw.l),
  close: decimal(raw.c),
  volume: decimal(raw.v),
  trades: typeof raw.n === 'number' ? raw.n : 0,
});

function joined(
  parts: readonly Piece[],
  { instrument, timeframe, start, end }: Pick<Bar, 'instrument' | 'timeframe' | 'start' | 'end'>,
): Bar {
  const sum = (pick: (piece: Piece) => number): number => parts.reduce((total, piece) => total + pick(piece), 0);
  return new Bar(
    instrument,
    timeframe,
    start,
    end,
    parts[0]?.open ?? Number.NaN,
    Math.max(...parts.map(({ high }) => high)),
    Math.min(...parts.map(({ low }) => low)),
    parts.at(-1)?.close ?? Number.NaN,
    sum(({ volume }) => volume),
    sum(({ trades }) => trades),
    true,
  );
}
