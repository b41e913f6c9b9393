import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Bar, ema, onTimeframe, rsi, sma, withIndicators, withIndicatorsEach } from '#core';
import { collect } from '../../helpers/collect.ts';

const bar = (instrument: string, minute: number, close: number): Bar =>
  new Bar(instrument, '1m', minute * 60_000, (minute + 1) * 60_000, close, close, close, close, 1, 1);
const instruments = [
  { symbol: 'ES', index: 1 },
  { symbol: 'NQ', index: 0 },
];

describe('withIndicatorsEach', () => {
  it('keeps the instruments of one stream apart', () => {
    const bars = [bar('ES', 0, 2), bar('NQ', 0, 100), bar('ES', 1, 4), bar('NQ', 1, 300), bar('CL', 1, 7)];
    const out = collect(from(bars).pipe(withIndicatorsEach(instruments, { mean: sma(2), power: rsi(1) })));
    // By hand: (2 + 4) ÷ 2, (100 + 300) ÷ 2; CL is not among the instruments
    expect(out.map(({ instrument, mean, power }) => [instrument, mean, power])).toEqual([
      ['ES', undefined, undefined],
      ['NQ', undefined, undefined],
      ['ES', 3, 100],
      ['NQ', 200, 100],
    ]);
  });

  it('follows forming bars of each instrument', () => {
    const bars = [bar('ES', 0, 2), bar('NQ', 0, 10), bar('ES', 0, 6), bar('NQ', 1, 20), bar('ES', 1, 8)];
    const out = collect(from(bars).pipe(withIndicatorsEach(instruments, { mean: sma(2) })));
    expect(out.map(({ mean }) => mean)).toEqual([undefined, undefined, undefined, 15, 7]);
  });

  it('refuses the name of a bar field at once', () => {
    const formulas = { volume: sma(2) } as unknown as { mean: ReturnType<typeof sma> };
    expect(() => withIndicatorsEach(instruments, formulas)).toThrow(
      expect.objectContaining({ code: 'INDICATOR_NAME_TAKEN' }),
    );
  });
});

describe('withIndicators with onTimeframe', () => {
  it('puts several timeframes on one bar', () => {
    const bars = Array.from({ length: 4 }, (_, index) => bar('ES', index, index + 1));
    const out = collect(from(bars).pipe(withIndicators({ fast: ema(1), slow: onTimeframe('2m', sma(2)) })));
    // By hand: two minute closes 2 and 4
    expect(out.map(({ fast, slow }) => [fast, slow])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, undefined],
      [4, 3],
    ]);
  });
});
