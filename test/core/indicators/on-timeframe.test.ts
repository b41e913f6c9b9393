import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atr, type BarValues, onTimeframe, sma, type TimedBar } from '#core';
import { barValues, valuesFrom } from '../../helpers/series.ts';

const MINUTE = 60_000;
const bar = (minute: number, close: number): TimedBar => ({
  start: minute * MINUTE,
  end: (minute + 1) * MINUTE,
  open: close,
  high: close + 1,
  low: close - 1,
  close,
  volume: 1,
});

describe('onTimeframe', () => {
  it('changes on the short bar that ends with the longer one', () => {
    // By hand: closes of the 5 minute bars are 5 and 10, their mean 7.5
    const minutes = Array.from({ length: 11 }, (_, index) => bar(index, index + 1));
    const values = valuesFrom(onTimeframe('5m', sma(2)).create(), minutes);
    expect(values.slice(0, 9).every((value) => value === undefined)).toBe(true);
    expect(values.slice(9)).toEqual([7.5, 7.5]);
  });

  it('closes a longer bar whose last short one never came with the next bar', () => {
    const values = valuesFrom(onTimeframe('5m', sma(1)).create(), [bar(0, 3), bar(3, 4), bar(7, 9)]);
    expect(values).toEqual([undefined, undefined, 4]);
  });

  it('gives what the formula gives on longer bars put together apart, replaced inputs and snapshots or not', () => {
    const formula = onTimeframe('5m', atr(2));
    fc.assert(
      fc.property(fc.array(barValues, { minLength: 15, maxLength: 60 }), fc.nat(), (values, cut) => {
        const minutes = values.map((each, index) => ({ ...bar(index, 0), ...each }));
        let whole = formula.create();
        const plain = atr(2).create();
        let expected: number | undefined;
        minutes.forEach((minute, index) => {
          whole.update({ ...minute, high: minute.high + 9, close: minute.high });
          whole.replace(minute);
          if (index % 5 === 4) expected = plain.update(longer(values.slice(index - 4, index + 1)));
          expect(whole.value).toEqual(expected);
          if (index !== cut % values.length) return;
          const resumed = formula.create();
          resumed.restore(JSON.parse(JSON.stringify(whole.snapshot())));
          whole = resumed;
        });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is no timeframe', () => {
    expect(() => onTimeframe('7m', sma(2))).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_OPTION' }));
  });
});

function longer(bars: readonly BarValues[]): BarValues {
  return {
    open: bars[0]?.open ?? 0,
    high: Math.max(...bars.map((each) => each.high)),
    low: Math.min(...bars.map((each) => each.low)),
    close: bars.at(-1)?.close ?? 0,
    volume: bars.reduce((sum, each) => sum + each.volume, 0),
  };
}
