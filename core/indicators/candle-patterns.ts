import type { BarValues } from './indicator.ts';

/** A bar with what patterns ask of it, in price units. */
export interface Candle extends BarValues {
  /** 1 rising, −1 falling, 0 open = close. */
  readonly side: number;
  readonly body: number;
  readonly range: number;
  /** The ends of the body. */
  readonly top: number;
  readonly bottom: number;
  /** Shadows. */
  readonly upper: number;
  readonly lower: number;
}

/** What is usual in the 10 bars before the pattern, in price units, and the way prices had gone: 1 up, −1 down. */
export interface Usual {
  readonly body: number;
  readonly range: number;
  readonly trend: number;
}

/** 1 speaks for a rise, −1 for a fall, 0 is no pattern. Candles are newest first. */
type Test = (candles: readonly [Candle, Candle, Candle], usual: Usual) => number;

interface Pattern {
  /** Candles that it looks at. */
  readonly length: 1 | 2 | 3;
  readonly test: Test;
}

// Thresholds are TA-Lib's, as shares of what is usual: there too a tick is not a share of price.
const isLong = (candle: Candle, { body }: Usual): boolean => candle.body > body;
const isShort = (candle: Candle, { body }: Usual): boolean => candle.body < body;
const isDoji = (candle: Candle, { range }: Usual): boolean => candle.body <= 0.1 * range;
const isTiny = (shadow: number, { range }: Usual): boolean => shadow < 0.1 * range || shadow === 0;
const isEqual = (a: number, b: number, { range }: Usual): boolean => Math.abs(a - b) <= 0.05 * range;

const sign = (holds: boolean, side: number): number => (holds ? side : 0);
const inside = (small: Candle, large: Candle): boolean => small.top < large.top && small.bottom > large.bottom;
const hangs = (candle: Candle, usual: Usual): boolean =>
  isShort(candle, usual) && candle.lower > 2 * candle.body && candle.lower > 0 && isTiny(candle.upper, usual);
const stands = (candle: Candle, usual: Usual): boolean =>
  isShort(candle, usual) && candle.upper > 2 * candle.body && candle.upper > 0 && isTiny(candle.lower, usual);

/** A long candle, a small one beyond it, and one that closes back in the half of the first. */
const star =
  (side: 1 | -1, doji: boolean, apart: boolean): Test =>
  ([third, second, first], usual) => {
    const beyond = side > 0 ? second.top < first.bottom : second.bottom > first.top;
    const alone =
      side > 0 ? second.high < Math.min(first.low, third.low) : second.low > Math.max(first.high, third.high);
    const back = side * (third.close - (first.open + first.close) / 2) > 0;
    const small = doji ? isDoji(second, usual) : isShort(second, usual);
    const gap = apart ? alone : beyond;
    return sign(first.side === -side && isLong(first, usual) && small && gap && third.side === side && back, side);
  };

/** Three long candles one after another, each opening in the body before and closing near its end. */
const march =
  (side: 1 | -1): Test =>
  ([third, second, first], usual) => {
    const all = [first, second, third].every(
      (candle) =>
        candle.side === side && isLong(candle, usual) && isTiny(side > 0 ? candle.upper : candle.lower, usual),
    );
    const opens = (now: Candle, before: Candle): boolean => now.open <= before.top && now.open >= before.bottom;
    const goesOn = side * (second.close - first.close) > 0 && side * (third.close - second.close) > 0;
    return sign(all && goesOn && opens(second, first) && opens(third, second), side);
  };

/** By name. Nison, "Japanese Candlestick Charting Techniques", 1991; thresholds of TA-Lib. */
export const PATTERNS = {
  doji: { length: 1, test: ([candle], usual) => sign(isDoji(candle, usual), 1) },
  dragonflyDoji: {
    length: 1,
    test: ([candle], usual) =>
      sign(isDoji(candle, usual) && isTiny(candle.upper, usual) && !isTiny(candle.lower, usual), 1),
  },
  gravestoneDoji: {
    length: 1,
    test: ([candle], usual) =>
      sign(isDoji(candle, usual) && isTiny(candle.lower, usual) && !isTiny(candle.upper, usual), -1),
  },
  marubozu: {
    length: 1,
    test: ([candle], usual) =>
      sign(isLong(candle, usual) && isTiny(candle.upper, usual) && isTiny(candle.lower, usual), candle.side),
  },
  spinningTop: {
    length: 1,
    test: ([candle], usual) =>
      sign(isShort(candle, usual) && candle.upper > candle.body && candle.lower > candle.body, candle.side),
  },
  hammer: { length: 1, test: ([candle], usual) => sign(hangs(candle, usual) && usual.trend < 0, 1) },
  hangingMan: { length: 1, test: ([candle], usual) => sign(hangs(candle, usual) && usual.trend > 0, -1) },
  invertedHammer: { length: 1, test: ([candle], usual) => sign(stands(candle, usual) && usual.trend < 0, 1) },
  shootingStar: { length: 1, test: ([candle], usual) => sign(stands(candle, usual) && usual.trend > 0, -1) },
  engulfing: {
    length: 2,
    test: ([second, first]) =>
      sign(second.side !== 0 && second.side === -first.side && inside(first, second), second.side),
  },
  harami: {
    length: 2,
    test: ([second, first], usual) =>
      sign(isLong(first, usual) && isShort(second, usual) && inside(second, first), -first.side),
  },
  haramiCross: {
    length: 2,
    test: ([second, first], usual) =>
      sign(isLong(first, usual) && isDoji(second, usual) && inside(second, first), -first.side),
  },
  piercing: {
    length: 2,
    test: ([second, first], usual) => {
      const both = first.side < 0 && second.side > 0 && isLong(first, usual) && isLong(second, usual);
      const half = second.close > first.close + first.body / 2 && second.close < first.open;
      return sign(both && second.open < first.low && half, 1);
    },
  },
  darkCloudCover: {
    length: 2,
    test: ([second, first], usual) => {
      const both = first.side > 0 && second.side < 0 && isLong(first, usual);
      const half = second.close < first.close - first.body / 2 && second.close > first.open;
      return sign(both && second.open > first.high && half, -1);
    },
  },
  tweezerTop: {
    length: 2,
    test: ([second, first], usual) => sign(usual.trend > 0 && isEqual(second.high, first.high, usual), -1),
  },
  tweezerBottom: {
    length: 2,
    test: ([second, first], usual) => sign(usual.trend < 0 && isEqual(second.low, first.low, usual), 1),
  },
  morningStar: { length: 3, test: star(1, false, false) },
  eveningStar: { length: 3, test: star(-1, false, false) },
  morningDojiStar: { length: 3, test: star(1, true, false) },
  eveningDojiStar: { length: 3, test: star(-1, true, false) },
  abandonedBaby: {
    length: 3,
    test: (candles, usual) => star(1, true, true)(candles, usual) || star(-1, true, true)(candles, usual),
  },
  downsideTasukiGap: {
    length: 3,
    test: ([third, second, first]) => {
      const gap = second.top < first.bottom;
      const into = third.open > second.bottom && third.open < second.top && third.close > second.top;
      return sign(first.side < 0 && second.side < 0 && third.side > 0 && gap && into && third.close < first.bottom, -1);
    },
  },
  threeWhiteSoldiers: { length: 3, test: march(1) },
  threeBlackCrows: { length: 3, test: march(-1) },
} satisfies Record<string, Pattern>;

export type PatternName = keyof typeof PATTERNS;
