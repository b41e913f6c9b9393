import { describe, expect, it } from 'vitest';
import { at, make, numbers } from './bars-kit.ts';

describe('range bars', () => {
  it('close as soon as high and low are so far apart, or before a trade that would take them further', () => {
    const { bars, forming } = make({ range: 4 }, at(100, 102, 98, 99, 101, 106, 107));
    expect(bars.map(numbers)).toEqual([
      // 98 to 102: it has its range.
      [100, 102, 98, 98, 3, 3],
      // 106 would make it 7.
      [99, 101, 99, 101, 2, 2],
    ]);
    expect(forming).toMatchObject({ open: 106, high: 107, low: 106 });
  });

  it('measure in ticks of the instrument, half ticks for the middle of quotes', () => {
    const instrument = { symbol: 'ES', tickSize: 0.25 };
    expect(make({ range: 2 }, at(100, 100.25, 100.5), { instrument }).bars.map(numbers)).toEqual([
      [100, 100.5, 100, 100.5, 3, 3],
    ]);
    const quote = (ms: number, bid: number, ask: number) => ({ ms, bid, ask });
    const from = [quote(1, 100, 100.25), quote(2, 100, 100.5), quote(3, 100.25, 100.5), quote(4, 100.25, 101)];
    // 100.125, 100.25, 100.375, 100.625
    const { bars } = make({ range: 2, from: 'mid' }, [], { instrument, from });
    expect(bars).toMatchObject([
      { name: 'range 2 mid', open: 100.125, high: 100.625, close: 100.625, volume: 0, trades: 4, vwap: undefined },
    ]);
  });
});

describe('Renko', () => {
  const brick = ({ open, high, low, close }: { open: number; high: number; low: number; close: number }) =>
    [open, high, low, close].join(' ');

  it('lays bricks one on another, and turns after two', () => {
    // From 100: 104 and 108; at 101 nothing (it takes 100), at 100 one down from 104.
    const { bars } = make({ renko: 4 }, at(100, 104, 108, 101, 100, 96));
    expect(bars.map(brick)).toEqual(['100 104 100 104', '104 108 104 108', '104 104 100 100', '100 100 96 96']);
    expect(bars.map(({ volume }) => volume)).toEqual([2, 1, 2, 1]);
  });

  it('lays several bricks in one trade: the first has what was traded since the last brick, the others nothing', () => {
    const { bars, forming } = make({ renko: 4 }, at([100, 5, 'buy'], [113, 2, 'sell']));
    expect(bars.map(brick)).toEqual(['100 104 100 104', '104 108 104 108', '108 112 108 112']);
    expect(bars.map(({ volume, trades, delta, start, end }) => [volume, trades, delta, start, end])).toEqual([
      [7, 2, 3, 0, 1],
      [0, 0, 0, 1, 1],
      [0, 0, 0, 1, 1],
    ]);
    // (100×5 + 113×2) ÷ 7 = 103.71…; without volume there is no mean.
    expect(bars.map(({ vwap }) => vwap)).toEqual([726 / 7, undefined, undefined]);
    expect(forming).toBeUndefined();
  });

  it('shows with wicks how far the price went against a brick', () => {
    const rows = at(100, 97, 104, 106, 101, 100, 103, 95);
    expect(make({ renko: 4, wicks: true }, rows).bars.map(brick)).toEqual([
      // Down to 97 before it rose.
      '100 104 97 104',
      // Falls below 100 - 4, from a high of 106.
      '100 106 96 96',
    ]);
    expect(make({ renko: 4 }, rows).bars.map(brick)).toEqual(['100 104 100 104', '100 100 96 96']);
  });

  it('begins each wick anew', () => {
    // 106 belongs to the first brick down; before the second it rose to 97 only.
    const { bars } = make({ renko: 4, wicks: true }, at(100, 106, 96, 97, 92));
    expect(bars.map(brick)).toEqual(['100 104 100 104', '100 106 96 96', '96 97 92 92']);
  });

  it('takes a reversal brick from where the last one began', () => {
    // After 104 → 108 a fall to 100 draws 104 → 100, with the high of 110 as its wick.
    const { bars } = make({ renko: 4, wicks: true }, at(104, 108, 110, 100));
    expect(bars.map(brick)).toEqual(['104 108 104 108', '104 110 100 100']);
  });

  it('is the same at a tick of 0.1, which doubles do not hold', () => {
    const instrument = { symbol: 'ES', tickSize: 0.1 };
    const { bars } = make({ renko: 1 }, at(0.1, 0.2, 0.3, 0.1), { instrument });
    expect(bars.map(brick)).toEqual(['0.1 0.2 0.1 0.2', '0.2 0.3 0.2 0.3', '0.2 0.2 0.1 0.1']);
  });

  it('of other bars looks at their closes alone', () => {
    // Bars of two trades close at 100, 103, 109; 120 and 80 are no close.
    const { bars } = make({ renko: 4, of: '2t' }, at(90, 100, 120, 103, 80, 109));
    expect(bars.map(brick)).toEqual(['100 104 100 104', '104 108 104 108']);
    expect(bars[0]).toMatchObject({ name: 'renko 4 of 2t', volume: 6, trades: 6 });
  });

  it('is not moved by a trade out of order, which counts in the volume', () => {
    const rows = [
      { ms: 1, price: 100 },
      { ms: 10, price: 101 },
      { ms: 11, event: 5, price: 120, size: 7 },
      { ms: 12, price: 104 },
    ];
    expect(make({ renko: 4, wicks: true }, rows).bars).toMatchObject([{ high: 104, low: 100, volume: 10, trades: 4 }]);
  });

  it('under construction reaches from the last brick to the price', () => {
    const { forming } = make({ renko: 4, wicks: true }, at(100, 104, 103, 102, 105));
    expect(forming).toMatchObject({ open: 104, high: 105, low: 102, close: 105, volume: 3 });
  });
});
