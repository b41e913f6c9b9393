import type { Bar } from '../domain/market.ts';
import { MillraceError } from '../errors/millrace-error.ts';

/** What indicators on bars read. */
export type BarValues = Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** A formula that is fed one input at a time. */
export interface Indicator<In, Out> {
  /** Name and settings, as in `sma(20)`. */
  readonly name: string;
  /** The last result; `undefined` while warming up. */
  readonly value: Out | undefined;
  /** Takes the next input. `undefined` while warming up. Throws INDICATOR_BAD_INPUT on NaN and infinities. */
  update(input: In): Out | undefined;
  /**
   * Takes `input` in place of the last one, for bars that are still forming: same result as if it had come first. Left out
   * by formulas that cannot.
   */
  replace?(input: In): Out | undefined;
}

/** An indicator that can take its last input back, and can be saved and continued. */
export interface RevisableIndicator<In, Out> extends Indicator<In, Out> {
  /** Inputs until the first value. */
  readonly warmup: number;
  replace(input: In): Out | undefined;
  /** The state as plain JSON. */
  snapshot(): IndicatorSnapshot;
  /** Continues from a snapshot of an indicator with the same settings. */
  restore(snapshot: IndicatorSnapshot): void;
}

export interface IndicatorSnapshot {
  readonly name: string;
  /** Inputs taken so far. */
  readonly count: number;
  readonly value?: unknown;
  readonly state: unknown;
}

/** Makes a fresh indicator. Operators call it once per subscription, so that two strategies never share state. */
export interface Recipe<In, Out> {
  /** What it reads: single numbers (the close, when it is fed bars) or whole bars. */
  readonly input: 'number' | 'bar';
  readonly create: () => Indicator<In, Out>;
}
export interface NumberRecipe<Out> extends Recipe<number, Out> {
  readonly input: 'number';
}
export interface BarRecipe<Out, B extends BarValues = BarValues> extends Recipe<B, Out> {
  readonly input: 'bar';
}

/** A recipe of our own formulas: what it makes can take its last input back and be saved. */
export interface NumberFormula<Out> extends NumberRecipe<Out> {
  readonly create: () => RevisableIndicator<number, Out>;
}
export interface BarFormula<Out, B extends BarValues = BarValues> extends BarRecipe<Out, B> {
  readonly create: () => RevisableIndicator<B, Out>;
}

export function numberFormula<Out>(create: () => RevisableIndicator<number, Out>): NumberFormula<Out> {
  create();
  return { input: 'number', create };
}

export function barFormula<Out, B extends BarValues = BarValues>(
  create: () => RevisableIndicator<B, Out>,
): BarFormula<Out, B> {
  create();
  return { input: 'bar', create };
}

/** A recipe for single numbers. Makes one at once, so that bad settings are refused where they are written. */
export function numberRecipe<Out>(create: () => Indicator<number, Out>): NumberRecipe<Out> {
  create();
  return { input: 'number', create };
}

/** A recipe for bars. Makes one at once, so that bad settings are refused where they are written. */
export function barRecipe<Out>(create: () => Indicator<BarValues, Out>): BarRecipe<Out> {
  create();
  return { input: 'bar', create };
}

export function checkInput(indicator: { readonly name: string }, input: number | BarValues): void {
  if (typeof input === 'number') checkNumber(indicator, input);
  else checkBar(indicator, input);
}

export function checkNumber(indicator: { readonly name: string }, input: number): void {
  if (!Number.isFinite(input)) throw badInput(indicator.name, String(input));
}

export function checkBar(indicator: { readonly name: string }, bar: BarValues): void {
  // One sum instead of five checks: it is finite exactly when no part is NaN or infinite, for any price that exists.
  if (!Number.isFinite(bar.open + bar.high + bar.low + bar.close + bar.volume)) throw badBar(indicator.name, bar);
}

export function checkPeriod(name: string, period: number, setting = 'period'): void {
  if (Number.isInteger(period) && period >= 1) return;
  throw new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: `${name}.${setting}` },
    was: String(period),
    expected: 'a whole number of inputs, 1 or more',
    fix: `give ${name} a ${setting} such as 14`,
  });
}

/** A factor, threshold or share among the settings. */
export function checkSetting(
  name: string,
  setting: string,
  value: number,
  { above = Number.NEGATIVE_INFINITY, least = Number.NEGATIVE_INFINITY, most = Number.MAX_VALUE },
): void {
  if (Number.isFinite(value) && value > above && value >= least && value <= most) return;
  const bounds = [
    ...(Number.isFinite(above) ? [`above ${above}`] : []),
    ...(Number.isFinite(least) ? [`${least} or more`] : []),
    ...(most < Number.MAX_VALUE ? [`${most} at most`] : []),
  ];
  throw new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: `${name}.${setting}` },
    was: String(value),
    expected: `a number ${bounds.join(', ')}`.trim(),
    fix: `give ${name} a ${setting} within these bounds`,
  });
}

function badBar(name: string, { open, high, low, close, volume }: BarValues): MillraceError {
  return badInput(name, `open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}`);
}

export function badInput(
  name: string,
  was: string,
  expected = 'finite numbers: one NaN would spoil every later value',
): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_INPUT',
    where: { path: name },
    was,
    expected,
    fix: 'filter such values out before the indicator',
  });
}
