import { Bar } from './market.ts';
import { MICROS_PER_MS } from './time.ts';
import { type Timeframe, timeframeMicros } from './timeframe.ts';

/** One bar as a venue's history gives it. */
export interface HistoryRow {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Number of trades; 0 where the venue does not say. */
  readonly trades?: number;
}

/**
 * A venue's history as bars of the wanted timeframe.
 *
 * In    rows of that timeframe, or of one that divides it, in order of time
 * Out   historical bars in order of time, on the same grid as live ones; none for an interval without a row
 */
export function joinBars(
  rows: readonly HistoryRow[],
  { instrument, timeframe }: { readonly instrument: string; readonly timeframe: Timeframe },
): readonly Bar[] {
  const spanMs = (timeframeMicros(timeframe) ?? Number.NaN) / MICROS_PER_MS;
  const groups = Map.groupBy(rows, ({ start }) => Math.floor(start / spanMs) * spanMs);
  return [...groups].map(([start, parts]) => {
    const sum = (pick: (row: HistoryRow) => number): number => parts.reduce((total, row) => total + pick(row), 0);
    return new Bar(
      instrument,
      timeframe,
      start,
      start + spanMs,
      parts[0]?.open ?? Number.NaN,
      Math.max(...parts.map(({ high }) => high)),
      Math.min(...parts.map(({ low }) => low)),
      parts.at(-1)?.close ?? Number.NaN,
      sum(({ volume }) => volume),
      sum(({ trades = 0 }) => trades),
      true,
    );
  });
}
