import { bollinger } from './bollinger.ts';
import type { PatternName } from './candle-patterns.ts';
import { candlestick } from './candles.ts';
import { roc } from './change.ts';
import { chandelierExit, ichimoku, vwap } from './channels.ts';
import { adx } from './directional.ts';
import { highest, lowest } from './extremes.ts';
import type { BarFormula } from './indicator.ts';
import { macd } from './macd.ts';
import { cci, kst } from './oscillators.ts';
import { rsi } from './rsi.ts';
import { sar } from './sar.ts';
import { stochasticFast, stochasticRsi, williamsR } from './stochastic.ts';
import { standardDeviation } from './volatility.ts';
import { accumulation, mfi } from './volume.ts';

export interface Period {
  /** In inputs. */
  readonly period: number;
}

const pattern =
  (name: PatternName, side?: 1 | -1) =>
  (_options: object): BarFormula<number> =>
    candlestick(name, side);

/**
 * What technicalindicators 3.1.0 gets wrong, by our own formulas: the library's names and settings, results as ours are
 * (so `upper`, `middle`, `lower` for bands; 1, −1 and 0 for patterns). What is wrong with each is in docs/indicators.md.
 */
export const REPLACED = {
  ADL: (_options: object) => accumulation(),
  ADX: ({ period }: Period) => adx(period),
  BollingerBands: ({ period, stdDev }: Period & { readonly stdDev: number }) =>
    bollinger({ period, deviations: stdDev }),
  CCI: ({ period }: Period) => cci(period),
  ChandelierExit: ({ period, multiplier }: Period & { readonly multiplier: number }) =>
    chandelierExit({ period, factor: multiplier }),
  Highest: ({ period }: Period) => highest(period),
  IchimokuCloud: (options: {
    readonly conversionPeriod: number;
    readonly basePeriod: number;
    readonly spanPeriod: number;
    readonly displacement: number;
  }) =>
    ichimoku({
      conversion: options.conversionPeriod,
      base: options.basePeriod,
      span: options.spanPeriod,
      shift: options.displacement,
    }),
  KST: (options: Readonly<Record<`${'ROCPer' | 'SMAROCPer'}${1 | 2 | 3 | 4}` | 'signalPeriod', number>>) =>
    kst({
      rates: [options.ROCPer1, options.ROCPer2, options.ROCPer3, options.ROCPer4],
      means: [options.SMAROCPer1, options.SMAROCPer2, options.SMAROCPer3, options.SMAROCPer4],
      signal: options.signalPeriod,
    }),
  Lowest: ({ period }: Period) => lowest(period),
  MACD: (options: { readonly fastPeriod: number; readonly slowPeriod: number; readonly signalPeriod: number }) =>
    macd({ fast: options.fastPeriod, slow: options.slowPeriod, signal: options.signalPeriod }),
  MFI: ({ period }: Period) => mfi(period),
  PSAR: ({ step, max }: { readonly step: number; readonly max: number }) => sar({ acceleration: step, maximum: max }),
  ROC: ({ period }: Period) => roc(period),
  RSI: ({ period }: Period) => rsi(period),
  SD: ({ period }: Period) => standardDeviation(period),
  Stochastic: ({ period, signalPeriod }: Period & { readonly signalPeriod: number }) =>
    stochasticFast({ period, signal: signalPeriod }),
  StochasticRSI: (options: {
    readonly rsiPeriod: number;
    readonly stochasticPeriod: number;
    readonly kPeriod: number;
    readonly dPeriod: number;
  }) =>
    stochasticRsi({
      rsi: options.rsiPeriod,
      period: options.stochasticPeriod,
      smoothing: options.kPeriod,
      signal: options.dPeriod,
    }),
  VWAP: (_options: object) => vwap(),
  WilliamsR: ({ period }: Period) => williamsR(period),

  AbandonedBaby: pattern('abandonedBaby'),
  BearishEngulfingPattern: pattern('engulfing', -1),
  BearishHammerStick: pattern('hangingMan'),
  BearishHarami: pattern('harami', -1),
  BearishHaramiCross: pattern('haramiCross', -1),
  BearishInvertedHammerStick: pattern('shootingStar'),
  BearishMarubozu: pattern('marubozu', -1),
  BearishSpinningTop: pattern('spinningTop', -1),
  BullishEngulfingPattern: pattern('engulfing', 1),
  BullishHammerStick: pattern('hammer'),
  BullishHarami: pattern('harami', 1),
  BullishHaramiCross: pattern('haramiCross', 1),
  BullishInvertedHammerStick: pattern('invertedHammer'),
  BullishMarubozu: pattern('marubozu', 1),
  BullishSpinningTop: pattern('spinningTop', 1),
  DarkCloudCover: pattern('darkCloudCover'),
  Doji: pattern('doji'),
  DownsideTasukiGap: pattern('downsideTasukiGap'),
  DragonFlyDoji: pattern('dragonflyDoji'),
  EveningDojiStar: pattern('eveningDojiStar'),
  EveningStar: pattern('eveningStar'),
  GraveStoneDoji: pattern('gravestoneDoji'),
  HammerPattern: pattern('hammer'),
  HammerPatternUnconfirmed: pattern('hammer'),
  HangingMan: pattern('hangingMan'),
  HangingManUnconfirmed: pattern('hangingMan'),
  MorningDojiStar: pattern('morningDojiStar'),
  MorningStar: pattern('morningStar'),
  PiercingLine: pattern('piercing'),
  ShootingStar: pattern('shootingStar'),
  ShootingStarUnconfirmed: pattern('shootingStar'),
  ThreeBlackCrows: pattern('threeBlackCrows'),
  ThreeWhiteSoldiers: pattern('threeWhiteSoldiers'),
  TweezerBottom: pattern('tweezerBottom'),
  TweezerTop: pattern('tweezerTop'),
};
