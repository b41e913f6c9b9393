import { describe, expect, it } from 'vitest';
import maxOrderSize from '../../../plugins/risk/max-order-size.ts';
import { riskContract } from '../../contracts/risk-contract.ts';
import { buy, RiskDesk, sell } from '../../contracts/risk-kit.ts';

const badOptions = [{}, { contracts: 0 }, { contracts: -1 }, { contracts: 3, reduce: 'yes' }];

riskContract(maxOrderSize, {
  options: { contracts: 3 },
  badOptions,
  refused: { order: buy(4) },
  reasonHolds: { number: '4', limit: '3' },
  approved: { order: buy(3) },
});

describe('max-order-size', () => {
  it('cuts the order down when told so, and says why', () => {
    const desk = new RiskDesk(maxOrderSize, { contracts: 3, reduce: true });
    expect(desk.ask({ order: sell(10) })).toEqual({
      approved: true,
      quantity: 3,
      reason: 'the order is for 10 contracts; the limit is 3',
    });
    expect(desk.ask({ order: sell(3) })).toEqual({ approved: true, quantity: 3 });
  });

  it('holds an order that turns the position into a larger one to the limit', () => {
    const desk = new RiskDesk(maxOrderSize, { contracts: 3 });
    expect(desk.ask({ order: sell(10), position: 10 }).approved).toBe(true);
    expect(desk.ask({ order: sell(20), position: 10 }).approved).toBe(false);
  });
});
