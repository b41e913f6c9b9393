import { describe, expect, it } from 'vitest';
import { type BarValues, sar } from '#core';
import { valuesFrom } from '../../helpers/series.ts';

const bar = (high: number, low: number): BarValues => ({ open: low, high, low, close: high, volume: 1 });

describe('sar', () => {
  it('follows a rise and turns where the low touches the stop', () => {
    // By hand, factor 0.5 at most 1: long from the low of the first bar, 8, extreme 12. Stop 8 + 0.5 × (12 − 8) = 10, held
    // down to the lows of the last two bars, 9. The third bar reaches 14: factor 1, stop 14 held down to 9, then 11. The
    // fourth touches 9: short from the extreme 14, which is above both highs.
    const bars = [bar(10, 8), bar(12, 9), bar(14, 11), bar(13, 9)];
    expect(valuesFrom(sar({ acceleration: 0.5, maximum: 1 }).create(), bars)).toEqual([
      undefined,
      { stop: 8, direction: 1 },
      { stop: 9, direction: 1 },
      { stop: 14, direction: -1 },
    ]);
  });

  it('starts short when the second bar falls further than it rises', () => {
    expect(valuesFrom(sar().create(), [bar(10, 8), bar(9.5, 6)]).at(-1)).toEqual({ stop: 10, direction: -1 });
  });

  it('starts where it is told, on either side, and steps away at each turn', () => {
    const bars = [bar(10, 8), bar(12, 9), bar(11, 7)];
    expect(valuesFrom(sar({ start: 7.5 }).create(), bars)[1]).toEqual({ stop: 7.5, direction: 1 });
    expect(valuesFrom(sar({ start: -13 }).create(), bars)[1]).toEqual({ stop: 13, direction: -1 });
    // By hand: turned at the extreme, 12, and a tenth further
    expect(valuesFrom(sar({ start: 7.5, offsetOnReverse: 0.1 }).create(), bars)[2]?.stop).toBeCloseTo(13.2, 12);
  });

  it('refuses a start of the factor above its most', () => {
    expect(() => sar({ acceleration: 0.3 })).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
  });
});
