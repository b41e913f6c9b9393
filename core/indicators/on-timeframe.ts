import type { Bar } from '../domain/market.ts';
import { type Timeframe, timeframeMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { BarFormula, BarValues, IndicatorSnapshot, NumberFormula, RevisableIndicator } from './indicator.ts';

/** A bar that says when it is. */
export type TimedBar = BarValues & Pick<Bar, 'start' | 'end'>;

/**
 * A formula on longer bars than the ones it is fed: they are put together from the short ones, so the values of several
 * timeframes stand on one bar and no two streams race at a common close.
 *
 * In       bars that divide the timeframe, oldest first; longer bars are aligned to the UTC day, as the runtime's are
 * Out      the value after the last longer bar that is complete: it changes on the short bar that ends with it, and on the
 *          first one after it when that one is missing
 * Forming  a short bar that is still forming and ends with the longer one counts as far as it is
 * Errors   INDICATOR_BAD_OPTION for text that is no timeframe
 *
 * Example  withIndicators({ fast: ema(9), trend: onTimeframe('5m', ema(20)), range: onTimeframe('1h', atr(14)) })
 */
export function onTimeframe<Out>(
  timeframe: Timeframe,
  formula: NumberFormula<Out> | BarFormula<Out>,
): BarFormula<Out, TimedBar> {
  const us = timeframeMicros(timeframe);
  if (us === undefined) throw noTimeframe(timeframe);
  return { input: 'bar', create: () => new LongerBars(timeframe, us / 1_000, formula) };
}

interface State {
  readonly inner: IndicatorSnapshot;
  readonly start: number | null;
  readonly before: BarValues | null;
  readonly newest: BarValues | null;
  readonly taken: boolean;
}

class LongerBars<Out> implements RevisableIndicator<TimedBar, Out> {
  readonly name: string;
  /** In longer bars, as for the formula alone. */
  readonly warmup: number;
  readonly #length: number;
  readonly #inner: RevisableIndicator<number | BarValues, Out>;
  readonly #read: (bar: BarValues) => number | BarValues;
  #start: number | undefined;
  // The longer bar up to the newest short one, and that one, which may still be replaced.
  #before: BarValues | undefined;
  #newest: BarValues | undefined;
  /** The formula has had the longer bar as it stands. */
  #taken = false;

  constructor(timeframe: Timeframe, lengthMs: number, formula: NumberFormula<Out> | BarFormula<Out>) {
    this.#inner = formula.create();
    this.#read = formula.input === 'number' ? (bar) => bar.close : (bar) => bar;
    this.#length = lengthMs;
    this.name = `${this.#inner.name} on ${timeframe}`;
    this.warmup = this.#inner.warmup;
  }

  get value(): Out | undefined {
    return this.#inner.value;
  }

  update(bar: TimedBar): Out | undefined {
    const start = Math.floor(bar.start / this.#length) * this.#length;
    this.#before = joined(this.#before, this.#newest);
    this.#newest = undefined;
    if (start !== this.#start) {
      if (this.#before !== undefined && !this.#taken) this.#inner.update(this.#read(this.#before));
      this.#before = undefined;
      this.#start = start;
      this.#taken = false;
    }
    return this.#take(bar);
  }

  replace(bar: TimedBar): Out | undefined {
    if (this.#newest === undefined) return this.#inner.replace(this.#read(bar));
    return this.#take(bar);
  }

  snapshot(): IndicatorSnapshot {
    const state: State = {
      inner: this.#inner.snapshot(),
      start: this.#start ?? null,
      before: this.#before ?? null,
      newest: this.#newest ?? null,
      taken: this.#taken,
    };
    return { name: this.name, count: state.inner.count, state };
  }

  restore(snapshot: IndicatorSnapshot): void {
    const { inner, start, before, newest, taken } = snapshot.state as State;
    this.#inner.restore(inner);
    this.#start = start ?? undefined;
    this.#before = before ?? undefined;
    this.#newest = newest ?? undefined;
    this.#taken = taken;
  }

  #take(bar: TimedBar): Out | undefined {
    this.#newest = { open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volume };
    if (bar.end < (this.#start ?? 0) + this.#length) return this.#inner.value;
    const whole = this.#read(joined(this.#before, this.#newest) ?? this.#newest);
    const value = this.#taken ? this.#inner.replace(whole) : this.#inner.update(whole);
    this.#taken = true;
    return value;
  }
}

function joined(before: BarValues | undefined, bar: BarValues | undefined): BarValues | undefined {
  if (before === undefined || bar === undefined) return before ?? bar;
  return {
    open: before.open,
    high: Math.max(before.high, bar.high),
    low: Math.min(before.low, bar.low),
    close: bar.close,
    volume: before.volume + bar.volume,
  };
}

function noTimeframe(was: string): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: 'onTimeframe.timeframe' },
    was,
    expected: 'a timeframe that divides the day, 100ms to 1d',
    fix: 'write one such as 5m or 1h',
  });
}
