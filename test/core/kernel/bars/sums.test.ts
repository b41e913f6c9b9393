import { describe, expect, it } from 'vitest';
import { at, make, numbers } from './bars-kit.ts';

describe('tick bars', () => {
  it('close with every third trade and carry the flow of their trades', () => {
    const { bars, forming } = make(
      '3t',
      at([100, 2, 'buy'], [103, 1, 'sell'], [101, 5, 'buy'], [99, 4], [98, 1, 'sell']),
    );
    // By hand: (100×2 + 103×1 + 101×5) ÷ 8 = 808 ÷ 8 = 101; 7 bought, 1 sold.
    expect(bars).toEqual([
      {
        name: '3t',
        start: 0,
        end: 2,
        ...{ open: 100, high: 103, low: 100, close: 101, volume: 8, trades: 3 },
        ...{ vwap: 101, buy: 7, sell: 1, delta: 6, historical: false },
      },
    ]);
    // (99×4 + 98×1) ÷ 5 = 98.8; the 4 of unknown side are in neither.
    expect(forming).toMatchObject({ start: 3, trades: 2, volume: 5, vwap: 98.8, buy: 0, sell: 1, delta: -1 });
  });

  it("are the same as '…t' or as a map", () => {
    const rows = at(1, 2, 3, 4, 5);
    expect(make({ ticks: 2 }, rows)).toEqual(make('2t', rows));
  });

  it('count a trade of size 0, which has a price and no volume', () => {
    const { bars } = make('2t', at([100, 0], [101, 0]));
    expect(bars[0]).toMatchObject({ open: 100, close: 101, volume: 0, trades: 2, vwap: undefined, delta: 0 });
  });
});

describe('volume bars', () => {
  it('close with the trade that brings them to their volume, which is never split', () => {
    const { bars, forming } = make({ volume: 10 }, at([100, 4], [101, 5], [102, 7], [103, 25], [104, 9]));
    expect(bars.map(numbers)).toEqual([
      [100, 102, 100, 102, 16, 3],
      [103, 103, 103, 103, 25, 1],
    ]);
    expect(forming).toMatchObject({ volume: 9, trades: 1 });
  });

  it('are not kept open by the rounding of decimals', () => {
    // 0.1 ten times is 0.9999999999999999 in doubles.
    const { bars } = make({ volume: 1 }, at(...Array.from({ length: 10 }, () => [100, 0.1] as const)));
    expect(bars.map(({ volume, trades }) => [volume, trades])).toEqual([[1, 10]]);
  });
});

describe('dollar bars', () => {
  it('close with the trade that brings price × size × point value to the amount', () => {
    const instrument = { symbol: 'ES', tickSize: 1, pointValue: 50 };
    // 5000 × 50 = 250,000 each: the fourth makes a million.
    const rows = at(5000, 5000, 5000, 5000, [5000, 3], 5001);
    expect(make({ dollar: 1e6 }, rows, { instrument }).bars.map(({ trades }) => trades)).toEqual([4, 2]);
    expect(make({ dollar: 1e6 }, rows).bars).toEqual([]);
  });
});

describe('groups', () => {
  it('make so many bars one', () => {
    const rows = at([10, 1, 'buy'], 12, 9, [11, 3, 'sell'], 14, 13, 15);
    const { bars } = make({ bars: 2, of: '2t' }, rows);
    // (10 + 12 + 9 + 33) ÷ 6
    expect(bars).toMatchObject([
      {
        name: 'bars 2 of 2t',
        start: 0,
        end: 3,
        open: 10,
        high: 12,
        low: 9,
        close: 11,
        volume: 6,
        trades: 4,
        delta: -2,
      },
    ]);
    expect(bars[0]?.vwap).toBeCloseTo(64 / 6, 12);
  });

  it('hold what has come so far in the one under construction', () => {
    const { forming } = make({ bars: 2, of: '2t' }, at(10, 12, 9));
    expect(forming).toMatchObject({ open: 10, high: 12, low: 9, close: 9, volume: 3, trades: 3 });
  });
});

describe('Heikin-Ashi', () => {
  it('smooths each bar by the one before', () => {
    // Bars of 4: 10 14 8 12 and 12 20 11 19.
    const { bars } = make({ heikinAshi: '4t' }, at(10, 14, 8, [12, 5, 'buy'], 12, 20, 11, 19));
    // Close (10+14+8+12)/4 = 11, open (10+12)/2 = 11; then close 15.5 and open (11+11)/2.
    expect(bars.map(numbers)).toEqual([
      [11, 14, 8, 11, 8, 4],
      [11, 20, 11, 15.5, 4, 4],
    ]);
    expect(bars[0]).toMatchObject({ name: 'heikinAshi 4t', buy: 5, delta: 5 });
  });

  it('keeps its own open and close inside of high and low', () => {
    // 100 … 100, then a bar far below: its open, (100 + 100) ÷ 2, is above all that was traded.
    const { bars } = make({ heikinAshi: '2t' }, at(100, 100, 50, 52));
    expect(numbers(bars[1]!)).toEqual([100, 100, 50, 51, 2, 2]);
  });

  it('of the bar under construction starts from the last closed one', () => {
    const { forming } = make({ heikinAshi: '4t' }, at(10, 14, 8, 12, 12, 20));
    // Close (12+20+12+20)/4 = 16, open 11.
    expect(numbers(forming!)).toEqual([11, 20, 11, 16, 2, 2]);
  });
});

describe('a late trade', () => {
  it('within the window counts, without becoming the close; beyond it, it is counted and left out', () => {
    const rows = [
      { ms: 20_000, price: 100 },
      { ms: 20_001, event: 15_000, price: 90 },
      { ms: 20_002, event: 9_999, price: 1 },
      { ms: 20_003, event: 10_000, price: 95 },
    ];
    const { forming, late } = make('9t', rows);
    expect(forming).toMatchObject({ open: 95, high: 100, low: 90, close: 100, trades: 3, start: 10_000, end: 20_000 });
    expect(late).toBe(1);
    expect(make({ ticks: 9, amend: '1s' }, rows)).toMatchObject({ late: 3, forming: { trades: 1 } });
  });

  it('is measured by receipt where a venue clock runs ahead: one wild time does not make all others late', () => {
    const rows = [{ ms: 1_000, event: 900_000 }, { ms: 1_001 }, { ms: 1_002 }];
    expect(make('3t', rows)).toMatchObject({ late: 0, bars: [{ trades: 3 }] });
  });
});
