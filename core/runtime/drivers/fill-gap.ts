import type { Bar } from '../../domain/market.ts';
import { toMicros } from '../../domain/time.ts';
import { timeframeMicros } from '../../domain/timeframe.ts';
import type { Gap } from '../../plugin/connection.ts';
import type { Provider } from '../../plugin/provider.ts';
import type { Run } from '../run.ts';
import { askHistory } from './ask-history.ts';

/** Bars that a connection missed, as an input of the run: a replay finds them at the same place. */
interface Backfill {
  readonly instrument: string;
  readonly bars: readonly Bar[];
}

/**
 * Asks the provider's history for the closed bars of a gap, in the timeframes that somebody listens to, and hands them to
 * those as historical bars.
 *
 * @returns whether any of them reached somebody: one that a live bar has overtaken in the meantime does not
 */
export async function fillGap(run: Run, provider: Provider, gap: Gap): Promise<boolean> {
  const { from, until } = gap;
  if (provider.history === undefined || from === undefined || until === undefined) return false;
  const { kernel, intake } = run.pieces;
  const before = kernel.bars.recovered;
  for (const { instrument, timeframe } of kernel.bars.wanted()) {
    if (gap.instrument !== undefined && gap.instrument !== instrument) continue;
    const span = (timeframeMicros(timeframe) ?? 0) / 1000;
    const lastEnd = Math.floor(until / span) * span;
    const count = Math.floor((lastEnd - from) / span) + 1;
    if (lastEnd <= from) continue;
    const bars = await askHistory(provider, { instrument, timeframe, count, until: lastEnd });
    const missing = bars
      .filter(({ end }) => end > from && toMicros(end) <= toMicros(lastEnd))
      .sort((a, b) => a.end - b.end);
    if (missing.length === 0 || run.ended) continue;
    intake.input('backfill', { instrument, bars: missing } satisfies Backfill);
  }
  return kernel.bars.recovered > before;
}
