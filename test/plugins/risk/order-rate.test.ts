import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import orderRate from '../../../plugins/risk/order-rate.ts';
import { riskContract } from '../../contracts/risk-contract.ts';
import { buy, RiskDesk, sell } from '../../contracts/risk-kit.ts';

riskContract(orderRate, {
  options: { orders: 2, per: '10s' },
  badOptions: [{}, { orders: 0 }, { orders: 1.5 }, { orders: 2, per: 'often' }, { orders: 2, per: 10 }],
  refused: {
    order: buy(1),
    before: (desk) => {
      desk.place(buy(1));
      desk.place(buy(1));
    },
  },
  reasonHolds: { number: '2 orders', limit: 'the limit is 2' },
  approved: { order: buy(1) },
});

describe('order-rate', () => {
  const desk = () => new RiskDesk(orderRate, { orders: 2, per: '10s' });

  it('frees a place exactly one window after the order that took it', () => {
    const account = desk();
    account.send(buy(1));
    account.pass(4_000);
    account.send(buy(1));
    account.pass(5_999);
    expect(account.send(buy(1))).toMatchObject({
      approved: false,
      reason: '2 orders in the last 10 s; the limit is 2, free again at 2026-01-05T14:30:10.000000Z',
    });
    account.pass(1);
    expect(account.send(buy(1)).approved).toBe(true);
    expect(account.send(buy(1)).approved).toBe(false);
  });

  it('counts an order once, whatever happens to it afterwards', () => {
    const account = desk();
    const order = account.place(buy(1));
    account.note({ ...order, status: 'working', updatedAt: order.createdAt + 1 });
    account.note({ ...order, status: 'filled', updatedAt: order.createdAt + 2 });
    expect(account.ask({ order: buy(1) }).approved).toBe(true);
  });

  it('does not count again an old order that changes', () => {
    const account = desk();
    const order = account.place(buy(1));
    account.pass(60_000);
    account.note({ ...order, status: 'filled' });
    account.send(buy(1));
    expect(account.ask({ order: buy(1) }).approved).toBe(true);
  });

  it('lets exits pass, and counts them', () => {
    const account = desk();
    account.send(buy(1));
    account.send(buy(1));
    expect(account.ask({ order: sell(2), position: 2 }).approved).toBe(true);

    const other = desk();
    other.place(sell(1));
    other.place(sell(1));
    expect(other.ask({ order: buy(1) }).approved).toBe(false);
  });

  it('never has more than N approved orders in any window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 60 }), (gaps) => {
        const account = desk();
        const approvedAt: number[] = [];
        for (const gap of gaps) {
          account.pass(gap);
          if (account.send(buy(1)).approved) approvedAt.push(account.scheduler.now());
        }
        for (const [i, at] of approvedAt.entries()) {
          const third = approvedAt[i + 2];
          if (third !== undefined) expect(third - at).toBeGreaterThanOrEqual(10_000);
        }
      }),
    );
  });
});
