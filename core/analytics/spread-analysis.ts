import type { OperatorFunction } from 'rxjs';
import { streaming } from './streaming.ts';
import { checkPositive, TimeWindow } from './time-window.ts';

export interface SpreadOptions {
  readonly tickSize: number;
  /** Default half an hour. */
  readonly windowMs?: number | undefined;
  /** Changes of the spread that are kept at most. Default 65,536. */
  readonly capacity?: number | undefined;
}

/** Spreads in ticks, weighted by the time that they stood. */
export interface SpreadAnalysis {
  readonly current: number | undefined;
  readonly mean: number | undefined;
  readonly deviation: number | undefined;
  readonly median: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Share of the time by whole ticks of spread, narrowest first. */
  readonly distribution: readonly (readonly [ticks: number, share: number])[];
  /** The second half of the window's time against the first: more than a tenth wider or narrower. */
  readonly trend: 'widening' | 'narrowing' | 'steady' | undefined;
  /** Time that the figures stand for. */
  readonly spanMs: number;
  /** Changes that left the window before their time, for want of room. */
  readonly cut: number;
}

interface Span {
  readonly ticks: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The spread over time, from every quote or book rather than from samples.
 *
 * In       best prices with their times; a crossed or one-sided market is no spread and its time is left out
 * Formula  Σ(spread × time it stood) ÷ Σ time; deviation of the population, weighted alike
 */
export class SpreadMeter {
  readonly #tickSize: number;
  /** A row is a spread that has ended: when it began, its ticks, and how long it stood. */
  readonly #window: TimeWindow;
  #ticks = Number.NaN;
  #since = Number.NaN;
  #now = Number.NaN;

  constructor({ tickSize, windowMs = 1_800_000, capacity }: SpreadOptions) {
    checkPositive('tickSize', tickSize);
    this.#tickSize = tickSize;
    this.#window = new TimeWindow({ spanMs: windowMs, capacity });
  }

  /** Best prices from this time on. */
  quote(bid: number | undefined, ask: number | undefined, tsEvent: number): void {
    const spread = (ask ?? Number.NaN) - (bid ?? Number.NaN);
    const ticks = spread > 0 ? Math.round(spread / this.#tickSize) : Number.NaN;
    // Clocks of venues step back by moments; time that stood cannot.
    this.#now = tsEvent >= this.#now || Number.isNaN(this.#now) ? tsEvent : this.#now;
    if (Object.is(ticks, this.#ticks)) return;
    if (!Number.isNaN(this.#ticks) && this.#now > this.#since) {
      this.#window.push(this.#now, this.#ticks, this.#since);
    }
    this.#ticks = ticks;
    this.#since = this.#now;
  }

  /** As of a time, by default that of the last quote. */
  value(now = this.#now): SpreadAnalysis {
    this.#window.expire(now);
    const spans = this.#spans(now);
    const current = Number.isNaN(this.#ticks) ? undefined : this.#ticks;
    const spanMs = spans.reduce((sum, { from, to }) => sum + to - from, 0);
    const { cut } = this.#window;
    if (spanMs === 0) return { ...NOTHING, current, cut };
    const mean = meanOf(spans);
    const variance = spans.reduce((sum, { ticks, from, to }) => sum + (ticks - mean) ** 2 * (to - from), 0) / spanMs;
    const distribution = distributionOf(spans, spanMs);
    return {
      current,
      mean,
      deviation: Math.sqrt(variance),
      median: medianOf(distribution),
      min: distribution[0]?.[0],
      max: distribution.at(-1)?.[0],
      distribution,
      trend: trendOf(spans),
      spanMs,
      cut,
    };
  }

  #spans(now: number): readonly Span[] {
    const begin = now - this.#window.spanMs;
    const spans: Span[] = [];
    this.#window.forEach((to, ticks, from) => void spans.push({ ticks, from: Math.max(from, begin), to }));
    if (!Number.isNaN(this.#ticks) && now > this.#since) {
      spans.push({ ticks: this.#ticks, from: Math.max(this.#since, begin), to: now });
    }
    return spans;
  }
}

const NOTHING: SpreadAnalysis = {
  current: undefined,
  mean: undefined,
  deviation: undefined,
  median: undefined,
  min: undefined,
  max: undefined,
  distribution: [],
  trend: undefined,
  spanMs: 0,
  cut: 0,
};

function meanOf(spans: readonly Span[]): number {
  let [sum, time] = [0, 0];
  for (const { ticks, from, to } of spans) {
    sum += ticks * (to - from);
    time += to - from;
  }
  return sum / time;
}

function distributionOf(spans: readonly Span[], spanMs: number): [number, number][] {
  const time = new Map<number, number>();
  for (const { ticks, from, to } of spans) time.set(ticks, (time.get(ticks) ?? 0) + to - from);
  return [...time].sort(([a], [b]) => a - b).map(([ticks, ms]) => [ticks, ms / spanMs]);
}

function medianOf(distribution: readonly (readonly [number, number])[]): number | undefined {
  let share = 0;
  for (const [ticks, part] of distribution) {
    share += part;
    if (share >= 0.5 - 1e-12) return ticks;
  }
  return distribution.at(-1)?.[0];
}

function trendOf(spans: readonly Span[]): SpreadAnalysis['trend'] {
  const middle = ((spans[0]?.from ?? 0) + (spans.at(-1)?.to ?? 0)) / 2;
  const first = spans.filter(({ from }) => from < middle).map((span) => ({ ...span, to: Math.min(span.to, middle) }));
  const second = spans.filter(({ to }) => to > middle).map((span) => ({ ...span, from: Math.max(span.from, middle) }));
  const change = meanOf(second) / meanOf(first) - 1;
  if (Number.isNaN(change)) return undefined;
  if (change > 0.1) return 'widening';
  return change < -0.1 ? 'narrowing' : 'steady';
}

/** The analysis after each quote or book; see `SpreadMeter`. Costs a pass over the window: sample it (`auditTime`) after. */
export const spreadAnalysis = (
  options: SpreadOptions,
): OperatorFunction<
  { readonly bid: number | undefined; readonly ask: number | undefined; readonly tsEvent: number },
  () => SpreadAnalysis
> =>
  streaming(
    () => new SpreadMeter(options),
    (meter, { bid, ask, tsEvent }) => {
      meter.quote(bid, ask, tsEvent);
      return () => meter.value();
    },
  );
