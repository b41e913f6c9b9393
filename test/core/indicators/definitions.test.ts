import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as core from '#core';
import { barValues, changes, mean, smoothed } from '../../helpers/series.ts';

type Bars = readonly core.BarValues[];
type Numbers = readonly number[];

// Each formula as a text book has it, over the whole series and with no state: the value after the last input.
const last = (series: Numbers, count: number): Numbers => series.slice(-count);
const add = (series: Numbers): number => series.reduce((sum, value) => sum + value, 0);
const closes = (bars: Bars): Numbers => bars.map((bar) => bar.close);
const high = (bars: Bars, count: number): number => Math.max(...bars.slice(-count).map((bar) => bar.high));
const low = (bars: Bars, count: number): number => Math.min(...bars.slice(-count).map((bar) => bar.low));
const typical = (bars: Bars): Numbers => bars.map((bar) => (bar.high + bar.low + bar.close) / 3);
const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
const sofar = (bars: Bars): Bars[] => bars.map((_, index) => bars.slice(0, index + 1));
const ema = (series: Numbers, period: number): number => smoothed(series, period, 2 / (period + 1)) ?? Number.NaN;
const emas = (series: Numbers, period: number): Numbers =>
  series.map((_, index) => ema(series.slice(0, index + 1), period)).slice(period - 1);
const wma = (series: Numbers, period: number): number =>
  add(last(series, period).map((value, index) => value * (index + 1))) / ((period * (period + 1)) / 2);
const deviation = (series: Numbers): number => Math.sqrt(mean(series.map((value) => (value - mean(series)) ** 2)));
const location = ({ high: top, low: bottom, close }: core.BarValues): number =>
  top === bottom ? 0 : (2 * close - top - bottom) / (top - bottom);
const ranges = (bars: Bars): Numbers =>
  bars.slice(1).map((bar, index) => {
    const before = bars[index]?.close ?? 0;
    return Math.max(bar.high, before) - Math.min(bar.low, before);
  });
const lineOf = (series: Numbers): { value: number; slope: number } => {
  const x = series.map((_, index) => index - (series.length - 1) / 2);
  const slope = add(series.map((value, index) => value * (x[index] ?? 0))) / add(x.map((each) => each * each));
  return { slope, value: mean(series) + (slope * (series.length - 1)) / 2 };
};
const fromFirst = (series: Numbers, period: number): number =>
  series.reduce((average, value) => average + (value - average) * (2 / (period + 1)));
/** Klinger's volume force of each bar but the first; `less` is where the 1 of the formula stands. */
const forces = (bars: Bars, less: number): Numbers => {
  const ways: number[] = [];
  for (const move of changes(typical(bars))) ways.push(Math.sign(move) || (ways.at(-1) ?? -1));
  return ways.map((way, index) => {
    const turned = ways.slice(0, index + 1).findLastIndex((each) => each !== way);
    const run = bars.slice(turned + 1, index + 2).map((bar) => bar.high - bar.low);
    const reach = add(run);
    return reach === 0
      ? 0
      : 100 * way * Math.abs((2 * (run.at(-1) ?? 0)) / reach - less) * (bars[index + 1]?.volume ?? 0);
  });
};
const agoOf = (values: Numbers, extreme: number): number => values.length - 1 - values.lastIndexOf(extreme);

const DEFINITIONS: readonly (readonly [core.Recipe<never, unknown>, (bars: Bars) => unknown])[] = [
  [core.wma(5), (bars) => wma(closes(bars), 5)],
  [core.sum(5), (bars) => add(last(closes(bars), 5))],
  [core.smma(4), (bars) => smoothed(closes(bars), 4, 1 / 4)],
  [core.dema(4), (bars) => 2 * ema(closes(bars), 4) - ema(emas(closes(bars), 4), 4)],
  [
    core.hma(6),
    (bars) =>
      wma(
        sofar(bars)
          .map((each) => 2 * wma(closes(each), 3) - wma(closes(each), 6))
          .slice(5),
        2,
      ),
  ],
  [core.highest(5), (bars) => Math.max(...last(closes(bars), 5))],
  [core.lowest(5), (bars) => Math.min(...last(closes(bars), 5))],
  [core.midprice(5), (bars) => (high(bars, 5) + low(bars, 5)) / 2],
  [core.donchian(5), (bars) => ({ upper: high(bars, 5), lower: low(bars, 5) })],
  [core.standardDeviation(5), (bars) => deviation(last(closes(bars), 5))],
  [core.roc(3), (bars) => share((bars.at(-1)?.close ?? 0) - (bars.at(-4)?.close ?? 0), bars.at(-4)?.close ?? 0)],
  [core.williamsR(5), (bars) => -share(high(bars, 5) - (bars.at(-1)?.close ?? 0), high(bars, 5) - low(bars, 5))],
  [
    core.stochastic({ period: 5, smoothing: 2, signal: 2 }),
    (bars) => {
      const raw = sofar(bars).map((each) =>
        share((each.at(-1)?.close ?? 0) - low(each, 5), high(each, 5) - low(each, 5)),
      );
      const slow = raw.map((_, index) => mean(last(raw.slice(0, index + 1), 2)));
      return { k: slow.at(-1), d: mean(last(slow, 2)) };
    },
  ],
  [
    core.aroon(5),
    (bars) => {
      const tops = bars.slice(-6).map((bar) => bar.high);
      const bottoms = bars.slice(-6).map((bar) => bar.low);
      return { up: 20 * (5 - agoOf(tops, Math.max(...tops))), down: 20 * (5 - agoOf(bottoms, Math.min(...bottoms))) };
    },
  ],
  [
    core.cci(5),
    (bars) => {
      const window = last(typical(bars), 5);
      const off = mean(window.map((value) => Math.abs(value - mean(window))));
      return off < 1e-9 ? 0 : ((window.at(-1) ?? 0) - mean(window)) / (0.015 * off);
    },
  ],
  [
    core.mfi(4),
    (bars) => {
      const moves = last(changes(typical(bars)), 4);
      const money = last(typical(bars), 4).map((price, index) => price * (bars.slice(-4)[index]?.volume ?? 0));
      const up = add(money.filter((_, index) => (moves[index] ?? 0) > 0));
      return share(up, up + add(money.filter((_, index) => (moves[index] ?? 0) < 0)));
    },
  ],
  ...(['klinger', 'sierra-chart'] as const).map((force): (typeof DEFINITIONS)[number] => [
    core.klinger({ fast: 2, slow: 4, signal: 3, force }),
    (bars) => {
      const all = forces(bars, force === 'klinger' ? 1 : 2);
      const lines = all.map((_, index) => {
        const until = all.slice(0, index + 1);
        return fromFirst(until, 2) - fromFirst(until, 4);
      });
      return { klinger: lines.at(-1), signal: fromFirst(lines, 3) };
    },
  ]),
  [
    core.volumePriceTrend({ smoothing: 3 }),
    (bars) => {
      const trend = changes(closes(bars)).map((move, index) => {
        const from = bars[index]?.close ?? 0;
        return from === 0 ? 0 : (move / from) * (bars[index + 1]?.volume ?? 0);
      });
      return mean([2, 1, 0].map((back) => add(trend.slice(0, trend.length - back))));
    },
  ],
  [
    core.smaAnalysis(5),
    (bars) => {
      const window = last(closes(bars), 5);
      const off = window.map((value) => Math.abs(value - mean(window)));
      const shares = off.map((distance, index) => distance / (window[index] ?? 0));
      return { sma: mean(window), mad: mean(off), mse: deviation(window) ** 2, mape: mean(shares) };
    },
  ],
  [
    core.moneyFlow(4),
    (bars) =>
      share(add(bars.slice(-4).map((bar) => location(bar) * bar.volume)), add(bars.slice(-4).map((b) => b.volume))) /
      100,
  ],
  [core.accumulation(), (bars) => add(bars.map((bar) => location(bar) * bar.volume))],
  [
    core.obv(),
    (bars) => add(changes(closes(bars)).map((move, index) => Math.sign(move) * (bars[index + 1]?.volume ?? 0))),
  ],
  [core.linearRegression(5), (bars) => lineOf(last(closes(bars), 5))],
  [core.natr(4), (bars) => (100 * (smoothed(ranges(bars), 4, 1 / 4) ?? 0)) / (bars.at(-1)?.close ?? 0)],
  [
    core.trix(3),
    (bars) => {
      const thrice = emas(emas(emas(closes(bars), 3), 3), 3);
      return 100 * ((thrice.at(-1) ?? 0) / (thrice.at(-2) ?? 0) - 1);
    },
  ],
  [
    core.adx(4),
    (bars) => {
      const moves = bars.slice(1).map((bar, index) => {
        const up = bar.high - (bars[index]?.high ?? 0);
        const down = (bars[index]?.low ?? 0) - bar.low;
        return { plus: up > down && up > 0 ? up : 0, minus: down > up && down > 0 ? down : 0 };
      });
      const wilderSum = (series: Numbers): number =>
        series.slice(3).reduce((sum, value) => sum - sum / 4 + value, add(series.slice(0, 3)));
      const strengths = moves.slice(3).map((_, index) => {
        const plus = wilderSum(moves.slice(0, index + 4).map((move) => move.plus));
        const minus = wilderSum(moves.slice(0, index + 4).map((move) => move.minus));
        return share(Math.abs(plus - minus), plus + minus);
      });
      return smoothed(strengths, 4, 1 / 4);
    },
  ],
  [
    core.keltner({ period: 5, range: 4 }),
    (bars) => ({
      upper: ema(closes(bars), 5) + 2 * (smoothed(ranges(bars), 4, 1 / 4) ?? 0),
      middle: ema(closes(bars), 5),
    }),
  ],
  [
    core.correlation(5),
    (bars) => {
      const [tops, bottoms] = [bars.slice(-5).map((bar) => bar.high), bars.slice(-5).map((bar) => bar.low)];
      const both = mean(tops.map((top, index) => (top - mean(tops)) * ((bottoms[index] ?? 0) - mean(bottoms))));
      const spread = deviation(tops) * deviation(bottoms);
      return spread === 0 ? 0 : both / spread;
    },
  ],
];

it.each(DEFINITIONS.map(([recipe, definition]) => [recipe.create().name, recipe, definition] as const))(
  '%s equals its definition, computed afresh over the whole series',
  (_, recipe, definition) => {
    fc.assert(
      fc.property(fc.array(barValues, { minLength: 12, maxLength: 50 }), (bars) => {
        const indicator = (recipe as unknown as core.Recipe<number | core.BarValues, unknown>).create();
        for (const bar of bars) indicator.update(recipe.input === 'number' ? bar.close : bar);
        const expected = definition(bars);
        const pairs =
          typeof expected === 'object' && expected !== null
            ? Object.entries(expected).map(([field, value]) => [
                (indicator.value as Record<string, number>)[field],
                value,
              ])
            : [[indicator.value, expected]];
        for (const [actual, value] of pairs) {
          const off = Math.abs((actual as number) - (value as number));
          expect(off, `${actual} against ${value}`).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(value as number)));
        }
      }),
      { numRuns: 60 },
    );
  },
);
