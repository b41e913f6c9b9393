import * as library from 'technicalindicators';
import { describe, expect, it } from 'vitest';
import {
  type BarValues,
  bollinger,
  fromTechnicalIndicators,
  rsi,
  sar,
  type TechnicalIndicatorName,
  technicalIndicatorNames,
  wma,
} from '#core';
import { changes, mean, smoothed, valuesFrom } from '../../helpers/series.ts';

/** A walk on whole numbers that crosses zero, the kind of series the library's unsafe ones fail on. */
const closes = Array.from({ length: 200 }, (_, index) =>
  Math.round(6 * Math.sin(index / 5) + 3 * Math.sin(index * 1.7)),
);
const bars: BarValues[] = closes.map((close, index) => ({
  open: closes[index - 1] ?? close,
  high: close + (index % 3),
  low: close - (index % 4),
  close,
  volume: index % 7,
}));
const flat: BarValues[] = Array.from({ length: 30 }, () => ({ open: 5, high: 5, low: 5, close: 5, volume: 1 }));

const trueRanges = (series: readonly BarValues[]) =>
  series.slice(1).map(({ high, low }, index) => {
    const before = series[index]?.close ?? 0;
    return Math.max(high, before) - Math.min(low, before);
  });
const emaOf = (values: readonly number[], period: number) => smoothed(values, period, 2 / (period + 1));
const wilder = (values: readonly number[], period: number) => smoothed(values, period, 1 / period);
const last = (values: readonly number[], count: number) => values.slice(-count);
const seriesOf = (values: readonly number[], formula: (upTo: readonly number[]) => number | undefined) =>
  values.map((_, index) => formula(values.slice(0, index + 1))).filter((value) => value !== undefined);
const closeOf = (bar: BarValues) => bar.close;
const volumeChanges = (series: readonly BarValues[], weigh: (change: number) => number) =>
  changes(series.map(closeOf)).map((change, index) => weigh(change) * (series[index + 1]?.volume ?? 0));

/** The definition of each adapted indicator: its value after the last bar. */
const definitions = {
  ATR: { options: { period: 5 }, value: (series) => wilder(trueRanges(series), 5) },
  AverageGain: {
    options: { period: 5 },
    value: (s) =>
      wilder(
        changes(s.map(closeOf)).map((c) => Math.max(c, 0)),
        5,
      ),
  },
  AverageLoss: {
    options: { period: 5 },
    value: (s) =>
      wilder(
        changes(s.map(closeOf)).map((c) => Math.max(-c, 0)),
        5,
      ),
  },
  AwesomeOscillator: {
    options: { fastPeriod: 3, slowPeriod: 8 },
    value: (series) => {
      const middles = series.map(({ high, low }) => (high + low) / 2);
      return mean(last(middles, 3)) - mean(last(middles, 8));
    },
  },
  EMA: { options: { period: 5 }, value: (series) => emaOf(series.map(closeOf), 5) },
  ForceIndex: {
    options: { period: 5 },
    value: (series) =>
      emaOf(
        volumeChanges(series, (change) => change),
        5,
      ),
  },
  KeltnerChannels: {
    options: { maPeriod: 5, atrPeriod: 4, multiplier: 2, useSMA: false },
    value: (series) => {
      const middle = emaOf(series.map(closeOf), 5) ?? 0;
      const range = wilder(trueRanges(series), 4) ?? 0;
      return { middle, upper: middle + 2 * range, lower: middle - 2 * range };
    },
  },
  OBV: { options: {}, value: (series) => volumeChanges(series, Math.sign).reduce((sum, part) => sum + part, 0) },
  SMA: { options: { period: 5 }, value: (series) => mean(last(series.map(closeOf), 5)) },
  Sum: { options: { period: 5 }, value: (series) => 5 * mean(last(series.map(closeOf), 5)) },
  TRIX: {
    options: { period: 4 },
    value: (series) => {
      const once = seriesOf(series.map(closeOf), (upTo) => emaOf(upTo, 4));
      const twice = seriesOf(once, (upTo) => emaOf(upTo, 4));
      const [before = 0, now = 0] = last(
        seriesOf(twice, (upTo) => emaOf(upTo, 4)),
        2,
      );
      return now === before ? undefined : (100 * (now - before)) / before;
    },
  },
  TrueRange: { options: {}, value: (series) => trueRanges(series).at(-1) },
  WEMA: { options: { period: 5 }, value: (series) => wilder(series.map(closeOf), 5) },
  WMA: {
    options: { period: 5 },
    value: (series) => last(series.map(closeOf), 5).reduce((sum, close, index) => sum + close * (index + 1), 0) / 15,
  },
} satisfies Partial<
  Record<TechnicalIndicatorName, { options: object; value: (series: readonly BarValues[]) => unknown }>
>;
type Passed = keyof typeof definitions;

function feed(name: Passed, series: readonly BarValues[]): unknown {
  const recipe = fromTechnicalIndicators(name, definitions[name].options as never);
  const indicator = recipe.create();
  for (const bar of series) {
    if (recipe.input === 'number') (indicator as { update(input: number): unknown }).update(bar.close);
    else (indicator as { update(input: BarValues): unknown }).update(bar);
  }
  return indicator.value;
}

describe('fromTechnicalIndicators', () => {
  const cases = (Object.keys(definitions) as Passed[]).flatMap((name) => [
    { name, kind: 'a series that crosses zero', series: bars },
    { name, kind: 'a flat start', series: [...flat, ...bars.slice(0, 60)] },
    { name, kind: 'prices that stand still', series: flat },
  ]);
  it.each(cases)('$name equals its formula on $kind', ({ name, series }) => {
    const expected = definitions[name].value(series);
    const actual = feed(name, series);
    if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 9);
    else if (expected === undefined) expect(actual).toBeUndefined();
    else {
      for (const [field, value] of Object.entries(expected as object)) {
        expect((actual as Record<string, number>)[field]).toBeCloseTo(value as number, 9);
      }
    }
  });

  it('refuses NaN and infinities and goes on as if they had not come', () => {
    const average = fromTechnicalIndicators('EMA', { period: 2 }).create();
    average.update(1);
    for (const bad of [Number.NaN, Infinity]) {
      expect(() => average.update(bad)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' }));
    }
    expect(average.update(3)).toBe(2);
  });

  it.each([
    ['CrossUp', 'first value', 'crossings(first, second)'],
    ['Renko', 'makes bars', 'runtime'],
    ['FibonacciRetracement', 'two prices', 'high − low'],
    ['Bullish', 'not which', 'candlestick(name)'],
  ])('refuses %s by name and says what to use instead', (name, fault, instead) => {
    const refused = () => fromTechnicalIndicators(name as 'EMA', { period: 3 });
    expect(refused).toThrow(expect.objectContaining({ code: 'INDICATOR_UNSAFE' }));
    expect(refused).toThrow(fault);
    expect(refused).toThrow(instead);
  });

  it('knows every name of the library: passed on, replaced or refused', () => {
    const known = new Set(technicalIndicatorNames.map((name) => name.toLowerCase()));
    // The library has the list, its types have not.
    const { getAvailableIndicators: names } = library as unknown as { getAvailableIndicators: () => string[] };
    expect(names().length).toBeGreaterThan(70);
    for (const name of names()) {
      if (known.has(name.toLowerCase())) continue;
      expect(() => fromTechnicalIndicators(name as 'EMA', { period: 3 }), name).toThrow(
        expect.objectContaining({ code: 'INDICATOR_UNSAFE' }),
      );
    }
  });

  it('gives our own where the library is wrong, on the series that it is wrong for', () => {
    const rsiValues = valuesFrom(fromTechnicalIndicators('RSI', { period: 5 }).create(), closes);
    expect(rsiValues).toEqual(valuesFrom(rsi(5).create(), closes));
    const bands = fromTechnicalIndicators('BollingerBands', { period: 5, stdDev: 2 }).create();
    expect(valuesFrom(bands, closes)).toEqual(valuesFrom(bollinger({ period: 5 }).create(), closes));
    const stops = fromTechnicalIndicators('PSAR', { step: 0.02, max: 0.2 }).create();
    expect(valuesFrom(stops, bars)).toEqual(valuesFrom(sar().create(), bars));
  });

  it('makes every one that it names', () => {
    const options = {
      ...{ period: 5, stdDev: 2, multiplier: 3, conversionPeriod: 3, basePeriod: 5, spanPeriod: 9, displacement: 5 },
      ...{
        fastPeriod: 3,
        slowPeriod: 6,
        signalPeriod: 3,
        step: 0.02,
        max: 0.2,
        maPeriod: 5,
        atrPeriod: 4,
        useSMA: false,
      },
      ...{ rsiPeriod: 5, stochasticPeriod: 5, kPeriod: 3, dPeriod: 3 },
      ...{ ROCPer1: 2, ROCPer2: 3, ROCPer3: 4, ROCPer4: 5, SMAROCPer1: 2, SMAROCPer2: 2, SMAROCPer3: 2, SMAROCPer4: 3 },
    };
    for (const name of technicalIndicatorNames) {
      const recipe = fromTechnicalIndicators(name, options as never);
      const indicator = recipe.create() as { update(input: unknown): unknown; readonly value: unknown };
      for (const bar of bars) indicator.update(recipe.input === 'number' ? bar.close : bar);
      expect(indicator.value, name).toBeDefined();
    }
  });

  it('lists the names it knows, and the nearest, for one it does not', () => {
    const unknown = () => fromTechnicalIndicators('Trixx' as 'TRIX', { period: 3 });
    expect(unknown).toThrow(expect.objectContaining({ code: 'INDICATOR_UNKNOWN' }));
    expect(unknown).toThrow('did you mean TRIX?');
    expect(unknown).toThrow('KeltnerChannels');
  });
});

describe('wma', () => {
  it('weighs the newest most', () => {
    // By hand: (1 × 3 + 2 × 6 + 3 × 9) ÷ 6 = 7
    expect(valuesFrom(wma(3).create(), [3, 6, 9])).toEqual([undefined, undefined, 7]);
  });

  it('refuses a period below 1', () => {
    expect(() => wma(0)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
  });
});
