import { describe, expect, it } from 'vitest';
import { type BarValues, candlestick, type PatternName, patternNames } from '#core';

const bar = (open: number, high: number, low: number, close: number): BarValues => ({
  open,
  high,
  low,
  close,
  volume: 1,
});

/** Ten bars with bodies of 2 and ranges of 4 that go nowhere, then five that fall or rise to about 100. */
const leadUp = (trend: -1 | 1): BarValues[] => [
  ...Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? bar(99, 102, 98, 101) : bar(101, 102, 98, 99))),
  ...Array.from({ length: 5 }, (_, index) => {
    const close = 100 - trend * 2 * (4 - index);
    return bar(
      close - 2 * trend,
      Math.max(close, close - 2 * trend) + 1,
      Math.min(close, close - 2 * trend) - 1,
      close,
    );
  }),
];

// Drawn by hand from Nison's pictures, at a scale where a usual body is 2 and a usual range 4.
const DRAWN: readonly (readonly [PatternName, -1 | 1, -1 | 1, readonly BarValues[]])[] = [
  ['doji', 1, 1, [bar(100, 102, 98, 100.1)]],
  ['dragonflyDoji', -1, 1, [bar(100, 100.1, 96, 100)]],
  ['gravestoneDoji', 1, -1, [bar(100, 104, 99.9, 100)]],
  ['marubozu', 1, 1, [bar(100, 106, 100, 106)]],
  ['marubozu', -1, -1, [bar(106, 106, 100, 100)]],
  ['spinningTop', 1, 1, [bar(100, 103, 97, 101)]],
  ['hammer', -1, 1, [bar(98, 98.6, 94, 98.5)]],
  ['hangingMan', 1, -1, [bar(101, 101.6, 97, 101.5)]],
  ['invertedHammer', -1, 1, [bar(98, 102, 97.9, 98.5)]],
  ['shootingStar', 1, -1, [bar(101, 105, 100.9, 101.5)]],
  ['engulfing', -1, 1, [bar(100, 101, 98, 99), bar(98, 103, 97, 102)]],
  ['engulfing', 1, -1, [bar(100, 102, 99, 101), bar(102, 103, 97, 98)]],
  ['harami', -1, 1, [bar(100, 101, 93, 94), bar(96, 98, 95, 97)]],
  ['haramiCross', 1, -1, [bar(100, 107, 99, 106), bar(103, 104, 102, 103)]],
  ['piercing', -1, 1, [bar(100, 101, 93, 94), bar(92, 99, 91, 98)]],
  ['darkCloudCover', 1, -1, [bar(100, 107, 99, 106), bar(108, 109, 101, 102)]],
  ['tweezerTop', 1, -1, [bar(100, 105, 99, 104), bar(104, 105, 100, 101)]],
  ['tweezerBottom', -1, 1, [bar(100, 101, 95, 96), bar(96, 100, 95, 99)]],
  ['morningStar', -1, 1, [bar(100, 101, 93, 94), bar(92, 93, 90, 91), bar(93, 99, 92, 98)]],
  ['eveningStar', 1, -1, [bar(100, 107, 99, 106), bar(108, 110, 107, 109), bar(107, 108, 101, 102)]],
  ['morningDojiStar', -1, 1, [bar(100, 101, 93, 94), bar(92, 93, 91, 92), bar(93, 99, 92, 98)]],
  ['eveningDojiStar', 1, -1, [bar(100, 107, 99, 106), bar(108, 109, 107, 108), bar(107, 108, 101, 102)]],
  ['abandonedBaby', -1, 1, [bar(100, 101, 93, 94), bar(91, 92, 90, 91), bar(93, 99, 92.5, 98)]],
  ['abandonedBaby', 1, -1, [bar(100, 107, 99, 106), bar(109, 110, 108, 109), bar(107, 107.5, 101, 102)]],
  ['downsideTasukiGap', -1, -1, [bar(100, 101, 95, 96), bar(94, 95, 89, 90), bar(92, 95.5, 91, 95)]],
  ['threeWhiteSoldiers', -1, 1, [bar(96, 100, 95, 100), bar(99, 103, 98, 103), bar(102, 106, 101, 106)]],
  ['threeBlackCrows', 1, -1, [bar(106, 107, 102, 102), bar(103, 104, 99, 99), bar(100, 101, 96, 96)]],
];

function foundIn(name: PatternName, bars: readonly BarValues[]): number | undefined {
  const indicator = candlestick(name).create();
  for (const each of bars) indicator.update(each);
  return indicator.value;
}

describe('candlestick', () => {
  it.each(DRAWN)('finds a drawn %s in a trend of %i and says %i', (name, trend, side, drawn) => {
    expect(foundIn(name, [...leadUp(trend), ...drawn])).toBe(side);
  });

  it.each(DRAWN)('finds the same %s (%i, %i) at the scale of 1e-5', (name, trend, side, drawn) => {
    const small = [...leadUp(trend), ...drawn].map(({ open, high, low, close }) =>
      bar(open * 2 ** -23, high * 2 ** -23, low * 2 ** -23, close * 2 ** -23),
    );
    expect(foundIn(name, small)).toBe(side);
  });

  it('draws every pattern that it names at least once', () => {
    expect([...new Set(DRAWN.map(([name]) => name))].sort()).toEqual(patternNames);
  });

  it.each(patternNames)('finds no %s in bars like the ones before', (name) => {
    expect(foundIn(name, [...leadUp(1), bar(99, 102, 98, 101), bar(100, 103, 98.5, 102.4)])).toBe(0);
  });

  it('lists the names for one that it does not know', () => {
    expect(() => candlestick('hamer' as 'hammer')).toThrow('did you mean hammer?');
  });
});
