import { describe } from 'vitest';
import * as core from '#core';
import { hasSharedData } from '../../helpers/shared-data.ts';
import { skender, skenderBars } from './reference-data.ts';
import { vectorCase } from './vector-case.ts';

type Row = readonly [
  result: string,
  name: string,
  recipe: core.Recipe<never, unknown>,
  field?: string | undefined,
  from?: number,
];

// `from` is above the first value where averages start in another way and that has worn off by then, or where we wait for
// all fields: see docs/indicators.md.
const CASES: readonly Row[] = [
  ['adl', 'adl', core.accumulation()],
  ['alligator', 'jaw', core.alligator(), 'jaw'],
  ['alligator', 'teeth', core.alligator(), 'teeth', 20],
  ['alligator', 'lips', core.alligator(), 'lips', 20],
  // Of equal highs Stock.Indicators counts the oldest, TA-Lib and ours the newest: the last tie is at 232.
  ['aroon', 'aroonUp', core.aroon(25), 'up', 194],
  ['aroon', 'oscillator', core.aroon(25), 'oscillator', 233],
  ['atr', 'tr', core.trueRanges()],
  ['atr', 'atr', core.atr(14)],
  ['atr', 'atrp', core.natr(14)],
  ['cci', 'cci', core.cci(20)],
  ['chexit', 'chandelierExit', core.chandelierExit(), 'long'],
  ['cmf', 'cmf', core.moneyFlow(20)],
  ['dema', 'dema', core.dema(14), undefined, 130],
  ['dynamic', 'dynamic', core.mcGinley(14)],
  ['ema', 'ema', core.ema(20)],
  ['fcb', 'upperBand', core.fractalBands(2), 'upper', 9],
  ['fcb', 'lowerBand', core.fractalBands(2), 'lower', 9],
  ['force', 'forceIndex', core.forceIndex(2)],
  ['hma', 'hma', core.hma(14)],
  ['kama', 'kama', core.kama({ period: 10 }), undefined, 10],
  ['macd', 'macd', core.macd(), 'macd', 330],
  ['macd', 'signal', core.macd(), 'signal', 330],
  ['obv', 'obv', core.obv()],
  ['pvo', 'pvo', core.applyTo((bar) => bar.volume, core.ppo()), 'ppo', 33],
  ['pvo', 'signal', core.applyTo((bar) => bar.volume, core.ppo()), 'signal'],
  ['pvo', 'histogram', core.applyTo((bar) => bar.volume, core.ppo()), 'histogram'],
  ['roc', 'roc', core.roc(14)],
  ['roc', 'momentum', core.mom(14)],
  ['rsi', 'rsi', core.rsi(14)],
  ['sma-analysis', 'sma', core.sma(20)],
  ['sma-analysis', 'mad', core.smaAnalysis(20), 'mad'],
  ['sma-analysis', 'mse', core.smaAnalysis(20), 'mse'],
  ['sma-analysis', 'mape', core.smaAnalysis(20), 'mape'],
  ['smi', 'smi', core.smi(), 'smi'],
  ['smi', 'signal', core.smi(), 'signal'],
  ['starc', 'upperBand', core.keltner({ period: 5, range: 10, factor: 2, average: 'sma' }), 'upper'],
  ['starc', 'lowerBand', core.keltner({ period: 5, range: 10, factor: 2, average: 'sma' }), 'lower'],
  ['stoch-rsi', 'stochRsi', core.stochasticRsi(), 'k', 29],
  ['stoch-rsi', 'signal', core.stochasticRsi(), 'd'],
  ['supertrend', 'superTrend', core.supertrend(), 'stop'],
  ['tema', 'tema', core.tema(20), undefined, 260],
  ['trix', 'trix', core.trix(14), undefined, 220],
  ['ulcer', 'ulcerIndex', core.ulcerIndex(14)],
  ['vwap', 'vwap', core.vwap()],
  ['willr', 'williamsR', core.williamsR(14)],
];

describe.skipIf(!hasSharedData)('against Stock.Indicators on 502 days of SPY, to 1e-9 (needs ../shared/data)', () => {
  for (const [result, name, recipe, field, from] of CASES) {
    vectorCase(
      () => ({
        what: result,
        recipe,
        field,
        from,
        bars: skenderBars(),
        expected: skender(result, name),
        tolerance: 1e-9,
      }),
      `${result}: ${name}`,
    );
  }

  /** Bars of SPY with the close of the other instrument of the same day. */
  const both = () => {
    const others = skenderBars('compare');
    return skenderBars().map((bar, index) => ({ ...bar, other: others[index]?.close ?? Number.NaN }));
  };
  type Both = ReturnType<typeof both>[number];
  const close = (bar: Both): number => bar.close;
  const other = (bar: Both): number => bar.other;

  vectorCase(
    () => ({
      what: 'corr',
      recipe: core.correlation<Both>(20, close, other),
      bars: both(),
      expected: skender('corr', 'correlation'),
      tolerance: 1e-9,
    }),
    'corr: correlation',
  );
  vectorCase(
    () => ({
      what: 'beta',
      recipe: core.beta<Both>(50, close, other),
      bars: both(),
      expected: skender('beta', 'beta'),
      tolerance: 1e-9,
    }),
    'beta: beta',
  );
  for (const [name, field] of [
    ['oscillator', 'klinger'],
    ['signal', 'signal'],
  ] as const) {
    vectorCase(
      () => ({
        what: 'kvo',
        recipe: core.klinger({ force: 'sierra-chart' }),
        field,
        bars: skenderBars(),
        expected: skender('kvo', name),
        // Its averages start from means; what that makes shrinks by 54 ÷ 56 with each bar.
        tolerance: 1e-4,
        from: 472,
      }),
      `kvo: ${name}`,
    );
  }
  vectorCase(
    () => ({
      what: 'donchian',
      recipe: core.donchian(20),
      field: 'upper',
      bars: skenderBars(),
      // Without the newest bar: ours of the bar before.
      expected: skender('donchian', 'upperBand').slice(1),
      tolerance: 1e-9,
    }),
    'donchian: upperBand, one bar later',
  );
  vectorCase(
    () => ({
      what: 'stdev-channels',
      recipe: core.regressionChannel(20),
      field: 'upper',
      bars: skenderBars(),
      // It draws one line per 20 bars; its last bar is where ours is told.
      expected: skender('stdev-channels', 'upperChannel'),
      tolerance: 1e-9,
      from: 501,
    }),
    'stdev-channels: upperChannel at the last bar',
  );
});
