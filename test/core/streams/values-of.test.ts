import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { atr, Bar, ema, pricesOf, Trade, valuesOf } from '#core';
import { collect } from '../../helpers/collect.ts';

const trade = (price: number): Trade => new Trade('ES', price, 1, 'buy', 0, 0);
const bar = (high: number, low: number): Bar => new Bar('ES', '1m', 0, 60_000, low, high, low, low, 1, 1);

describe('valuesOf', () => {
  it('emits from the first warm value on', () => {
    // By hand: (2 + 4 + 6) ÷ 3 = 4, then halfway to 8
    expect(collect(from([2, 4, 6, 8]).pipe(valuesOf(ema(3))))).toEqual([4, 6]);
  });

  it('feeds bars to a formula on bars', () => {
    expect(collect(from([bar(9, 8), bar(10, 8)]).pipe(valuesOf(atr(1))))).toEqual([2]);
  });

  it('starts afresh with every subscription', () => {
    const stream$ = from([2, 4, 6]).pipe(valuesOf(ema(2)));
    expect(collect(stream$)).toEqual(collect(stream$));
  });

  it('ends with INDICATOR_BAD_INPUT on NaN', () => {
    expect(() => collect(from([1, Number.NaN]).pipe(valuesOf(ema(2))))).toThrow(
      expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' }),
    );
  });
});

describe('pricesOf', () => {
  it('gives the price of a trade and the close of a bar', () => {
    expect(collect(from([trade(5000.25), bar(5001, 4999)]).pipe(pricesOf()))).toEqual([5000.25, 4999]);
  });
});
