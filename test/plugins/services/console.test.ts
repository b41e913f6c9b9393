import { describe, expect, it } from 'vitest';
import type { Equity, Fill, Order } from '#core';
import consoleService from '../../../plugins/services/console.ts';
import { serviceContract } from '../../contracts/service-contract.ts';
import { serviceWorld } from '../../contracts/service-kit.ts';

serviceContract(consoleService, {
  options: { equityEvery: '5s' },
  badOptions: [{ orders: 'yes' }, { fills: 1 }, { equityEvery: '0s' }, { equityEvery: 'often' }],
});

const order: Order = {
  id: 'run/sma-cross/1',
  strategy: 'sma-cross',
  instrument: 'MNQ',
  side: 'buy',
  quantity: 2,
  type: 'limit',
  price: 21000.25,
  reason: 'fast above slow',
  status: 'working',
  filled: 0,
  createdAt: 0,
  updatedAt: 0,
};
const fill: Fill = {
  orderId: order.id,
  strategy: 'sma-cross',
  instrument: 'MNQ',
  side: 'sell',
  price: 21000.25,
  quantity: 2,
  fee: 1.24,
  ts: Date.parse('2026-01-05T14:30:00.250Z'),
  id: 'f1',
};
const equity = (net: number): Equity => ({ realised: net, open: 0, fees: 0, net, ts: 0 });

describe('console', () => {
  it('writes a line for each change of an order, with its reason', async () => {
    const { service, orders, lines } = serviceWorld(consoleService, {});
    await service.start();
    orders.next(order);
    orders.next({ ...order, type: 'market', price: undefined, status: 'rejected', note: 'market is closed' });
    expect(lines).toEqual([
      'sma-cross: limit buy 2 MNQ @ 21000.25 is working (fast above slow)',
      'sma-cross: market buy 2 MNQ is rejected (market is closed)',
    ]);
  });

  it('writes a line for each fill', async () => {
    const { service, fills, lines } = serviceWorld(consoleService, {});
    await service.start();
    fills.next(fill);
    expect(lines).toEqual(['sma-cross: sold 2 MNQ at 21000.25, fee 1.24, 2026-01-05T14:30:00.250000Z']);
  });

  it('writes the PnL as often as told, while it changes', async () => {
    const world = serviceWorld(consoleService, { equityEvery: '5s' });
    await world.service.start();
    world.equity.next(equity(1));
    world.equity.next({ realised: 12.5, open: -2, fees: 1.24, net: 9.26, ts: 0 });
    expect(world.lines).toEqual([]);
    world.pass(5_000);
    world.pass(20_000);
    expect(world.lines).toEqual(['net 9.26 (realised 12.50, open -2.00, fees 1.24)']);
  });

  it('listens only to what it writes', async () => {
    const { service, orders, fills, equity: equities } = serviceWorld(consoleService, { orders: false });
    await service.start();
    expect([orders.observed, fills.observed, equities.observed]).toEqual([false, true, false]);
  });

  it('is silent once stopped', async () => {
    const { service, fills, lines } = serviceWorld(consoleService, {});
    await service.start();
    await service.stop();
    fills.next(fill);
    expect(lines).toEqual([]);
  });
});
