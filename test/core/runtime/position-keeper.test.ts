import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InstrumentSpec, makeInstrument } from '#core';
import { PositionKeeper } from '../../../core/runtime/position-keeper.ts';

const ES: InstrumentSpec = { symbol: 'ES', tickSize: 0.25, pointValue: 50 };
const BTC: InstrumentSpec = { symbol: 'BTCUSDT', tickSize: 0.1, lotSize: 0.001 };

/** Fills as [signed quantity, price, fee]. */
function keep(spec: InstrumentSpec, fills: readonly (readonly [number, number, number?])[]): PositionKeeper {
  const instrument = makeInstrument(spec, 0);
  const keeper = new PositionKeeper(instrument);
  for (const [quantity, price, fee = 0] of fills) keeper.apply(instrument.lots(quantity), instrument.ticks(price), fee);
  return keeper;
}

describe('a position', () => {
  it('is flat, without a mean price, before the first fill', () => {
    expect(keep(ES, []).view(5_000)).toEqual({ instrument: 'ES', quantity: 0, realised: 0, open: 0, fees: 0 });
  });

  it('averages its entries and is worth the difference to the price', () => {
    // (2 × 5000 + 1 × 5003) ÷ 3 = 5001; open at 5002: 3 × 1 point × 50 = 150
    expect(
      keep(ES, [
        [2, 5_000, 4],
        [1, 5_003, 2],
      ]).view(5_002),
    ).toEqual({
      instrument: 'ES',
      quantity: 3,
      averagePrice: 5_001,
      realised: 0,
      open: 150,
      fees: 6,
    });
  });

  it('realises the closed part at the mean entry price and leaves that of the rest', () => {
    // 4 at 5000; one sold at 5010: 10 × 50 = 500. Three are left at 5000: at 4999 they are worth -150.
    expect(
      keep(ES, [
        [4, 5_000],
        [-1, 5_010],
      ]).view(4_999),
    ).toMatchObject({
      quantity: 3,
      averagePrice: 5_000,
      realised: 500,
      open: -150,
    });
  });

  it('turns from long to short at the fill price', () => {
    // Long 2 at 5000, sold 5 at 4990: -10 × 2 × 50 = -1000 realised, short 3 at 4990; at 4980: 3 × 10 × 50 = 1500
    expect(
      keep(ES, [
        [2, 5_000],
        [-5, 4_990],
      ]).view(4_980),
    ).toMatchObject({
      quantity: -3,
      averagePrice: 4_990,
      realised: -1_000,
      open: 1_500,
    });
  });

  it('earns on a short that falls, and is flat again when it is bought back', () => {
    expect(
      keep(ES, [
        [-2, 5_000],
        [2, 4_999.75],
      ]).view(6_000),
    ).toEqual({
      instrument: 'ES',
      quantity: 0,
      // 2 × 0.25 × 50
      realised: 25,
      open: 0,
      fees: 0,
    });
  });

  it('holds thousandths of a coin exactly', () => {
    // Ten times 0.001 bought at 60000.1, then 0.01 sold at 60000.2: 0.01 × 0.1 = 0.001
    const buys = Array.from({ length: 10 }, () => [0.001, 60_000.1] as const);
    expect(keep(BTC, buys).view(60_000.1)).toMatchObject({ quantity: 0.01, averagePrice: 60_000.1, open: 0 });
    expect(keep(BTC, [...buys, [-0.01, 60_000.2]]).view(0)).toMatchObject({ quantity: 0, realised: 0.001 });
  });

  it('keeps what rounding the share of a closed part leaves with the open part', () => {
    // 3 lots cost 20000 + 20001 + 20001 = 60002 ticks; a third is 20000.67, taken as 20001, so 40001 stay with the other two.
    const keeper = keep(ES, [
      [1, 5_000],
      [2, 5_000.25],
      [-1, 5_000.25],
    ]);
    expect(keeper.realised).toBe(0);
    // 2 × 20001 - 40001 = 1 tick = 12.5
    expect(keeper.openAt(5_000.25)).toBe(12.5);
  });

  it('sums fees without the rounding of binary fractions', () => {
    expect(
      keep(
        ES,
        Array.from({ length: 10 }, () => [1, 5_000, 0.1] as const),
      ).fees,
    ).toBe(1);
  });

  it('is worth nothing while there is no price', () => {
    expect(keep(ES, [[1, 5_000]]).openAt(Number.NaN)).toBe(0);
  });

  it('takes over what an earlier run held', () => {
    const keeper = keep(ES, []);
    keeper.adopt(-2, 5_000.25);
    expect(keeper.view(5_000)).toMatchObject({ quantity: -2, averagePrice: 5_000.25, realised: 0, open: 25 });
  });

  it('is worth, realised and open together, what the cash says to the last tick', () => {
    const fill = fc.tuple(
      fc.integer({ min: -20, max: 20 }).filter((lots) => lots !== 0),
      fc.integer({ min: 1, max: 1_000_000 }),
    );
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 40 }), fc.integer({ min: 1, max: 1_000_000 }), (fills, mark) => {
        const keeper = new PositionKeeper(makeInstrument({ symbol: 'X', tickSize: 1, pointValue: 1 }, 0));
        let cash = 0;
        let lots = 0;
        for (const [size, ticks] of fills) {
          keeper.apply(size, ticks, 0);
          cash -= size * ticks;
          lots += size;
        }
        expect(keeper.lots).toBe(lots);
        expect(keeper.realised + keeper.openAt(mark)).toBe(cash + lots * mark);
        if (lots === 0) expect(keeper.realised).toBe(cash);
      }),
    );
  });
});
