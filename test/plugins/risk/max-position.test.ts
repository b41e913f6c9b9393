import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeInstrument } from '#core';
import maxPosition from '../../../plugins/risk/max-position.ts';
import { riskContract } from '../../contracts/risk-contract.ts';
import { buy, RiskDesk, sell } from '../../contracts/risk-kit.ts';

riskContract(maxPosition, {
  options: { contracts: 2 },
  badOptions: [{}, { contracts: -2 }, { contracts: 0 }, { contracts: '2' }, { contracts: 2, per: 'desk' }],
  refused: { order: buy(3), position: 0 },
  reasonHolds: { number: '3', limit: '2' },
  approved: { order: buy(2), position: 0 },
});

describe('max-position', () => {
  const desk = (options: object = {}) => new RiskDesk(maxPosition, { contracts: 2, ...options });

  it('counts orders that still work on the same side', () => {
    const account = desk();
    account.place(buy(1));
    expect(account.ask({ order: buy(1) }).approved).toBe(true);
    expect(account.ask({ order: buy(2) })).toMatchObject({
      approved: false,
      reason: '3 contracts could be open; the limit is 2',
    });
  });

  it('does not let a working order on the other side make room', () => {
    const account = desk();
    account.place(sell(2));
    expect(account.ask({ order: buy(3) }).approved).toBe(false);
    expect(account.ask({ order: buy(2), position: 2 }).approved).toBe(false);
  });

  it('counts what is left of a partly filled order', () => {
    const account = desk();
    account.place(buy(2), { filled: 1 });
    // 1 held, 1 of 2 still working: no room for another.
    expect(account.ask({ order: buy(1), position: 1 }).approved).toBe(false);
    expect(account.ask({ order: buy(1), position: 0 }).approved).toBe(true);
  });

  it('lets a long of 2 turn into a short of 2, and no further', () => {
    expect(desk().ask({ order: sell(4), position: 2 }).approved).toBe(true);
    expect(desk().ask({ order: sell(5), position: 2 }).approved).toBe(false);
  });

  it('lets an over-limit position close although its stop is working', () => {
    const account = desk();
    account.place(sell(5));
    expect(account.ask({ order: sell(5), position: 5 }).approved).toBe(true);
  });

  it('looks at the asking strategy alone when told so', () => {
    const account = desk({ per: 'strategy' });
    account.place(buy(2), { strategy: 'other' });
    expect(account.ask({ order: buy(2), position: 5, strategyPosition: 0, strategy: 'mine' }).approved).toBe(true);
    expect(account.ask({ order: buy(1), position: 0, strategyPosition: 0, strategy: 'other' }).approved).toBe(false);
  });

  it('counts fractions of a coin in lots', () => {
    const instrument = makeInstrument({ symbol: 'MNQ', lotSize: 0.1 }, 0);
    // 0.1 + 0.2 is 0.30000000000000004 in floating point.
    expect(desk({ contracts: 0.3 }).ask({ order: buy(0.2), position: 0.1, instrument }).approved).toBe(true);
    expect(desk({ contracts: 0.3 }).ask({ order: buy(0.3), position: 0.1, instrument }).approved).toBe(false);
  });

  it('keeps every position that approved orders can lead to within the limit', () => {
    const step = fc.record({ long: fc.boolean(), quantity: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (steps, contracts) => {
        const account = desk({ contracts });
        let position = 0;
        for (const { long, quantity } of steps) {
          const order = (long ? buy : sell)(quantity);
          if (account.ask({ order, position }).approved) position += long ? quantity : -quantity;
          expect(Math.abs(position)).toBeLessThanOrEqual(contracts);
        }
      }),
    );
  });
});
