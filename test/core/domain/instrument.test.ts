import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeInstrument } from '#core';

describe('an instrument', () => {
  it('has a default for everything but its symbol', () => {
    expect(makeInstrument({ symbol: 'X' }, 3)).toMatchObject({
      symbol: 'X',
      index: 3,
      tickSize: 0.01,
      pointValue: 1,
      lotSize: 1,
      currency: 'USD',
    });
  });

  it.each([0.25, 0.1, 0.01, 0.001, 0.00001, 1, 5, 0.0005, 0.005])(
    'gives prices on a grid of %d the value of their decimal literal',
    (tickSize) => {
      const { ticks, price } = makeInstrument({ symbol: 'X', tickSize }, 0);
      const digits = Math.max(0, String(tickSize.toFixed(10)).replace(/0+$/, '').split('.')[1]?.length ?? 0);
      fc.assert(
        fc.property(fc.integer({ min: -1_000_000, max: 100_000_000 }), (count) => {
          expect(price(count)).toBe(Number((count * tickSize).toFixed(digits)) + 0);
          expect(ticks(price(count))).toBe(count);
        }),
      );
    },
  );

  it('counts quantities in lots', () => {
    const { lots, quantity } = makeInstrument({ symbol: 'BTCUSDT', lotSize: 0.001 }, 0);
    // 0.1 + 0.2 is not 0.3 in binary; both are 300 lots.
    expect([lots(0.1 + 0.2), quantity(300)]).toEqual([300, 0.3]);
  });
});
