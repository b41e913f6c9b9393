import { describe, expect, it } from 'vitest';
import { Rsi } from '#core';
import { indicatorContract } from '../../contracts/indicator-contract.ts';
import { changes, gridPrice, smoothed, valuesFrom } from '../../helpers/series.ts';

indicatorContract('rsi', {
  create: () => new Rsi(5),
  input: gridPrice,
  bad: [Number.NaN, Infinity, -Infinity],
  naive: (series) => {
    const moves = changes(series);
    const gain = smoothed(
      moves.map((move) => Math.max(move, 0)),
      5,
      1 / 5,
    );
    const loss = smoothed(
      moves.map((move) => Math.max(-move, 0)),
      5,
      1 / 5,
    );
    if (gain === undefined || loss === undefined) return undefined;
    return gain === 0 ? 0 : 100 - 100 / (1 + gain / loss);
  },
});

describe('rsi', () => {
  it('weighs mean gains against mean losses', () => {
    // By hand, period 2: changes +1 −1 give 0.5 and 0.5, so 50; then +3 gives (0.5 + 3) ÷ 2 = 1.75 and 0.25, so 87.5
    expect(valuesFrom(new Rsi(2), [10, 11, 10, 13])).toEqual([undefined, undefined, 50, 87.5]);
  });

  it('is 100 when prices only rose, 0 when they only fell', () => {
    expect(valuesFrom(new Rsi(2), [1, 2, 3]).at(-1)).toBe(100);
    expect(valuesFrom(new Rsi(2), [3, 2, 1]).at(-1)).toBe(0);
  });

  it('is 0 while no price has changed, as in TA-Lib, and recovers', () => {
    const flat = new Rsi(3);
    expect(valuesFrom(flat, [5, 5, 5, 5, 5]).at(-1)).toBe(0);
    expect(flat.update(6)).toBe(100);
  });
});
