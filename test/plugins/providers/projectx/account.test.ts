import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerReport, ProviderEvent } from '#core';
import { until } from '../../../helpers/provider-rig.ts';
import { isLive, world } from './kit.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const account = { accountId: 10_000_001, contractId: 'CON.F.US.ENQ.Z26' };
const position = (size: number) => ({ id: 1, ...account, type: size === 0 ? 0 : 1, size, averagePrice: 100 });
const fill = (id: number) => ({ id, ...account, price: 100, fees: 0.36, side: 0, size: 1, voided: false, orderId: 9 });
const order = (id: number, status: number) => ({ id, ...account, status, type: 1, side: 0, size: 1, limitPrice: 99 });

const reportsOf = (events: readonly ProviderEvent[]): readonly BrokerReport[] =>
  events.flatMap((event) => (event.kind === 'report' ? [event.report] : []));
const short = (reports: readonly BrokerReport[]) =>
  reports.map((report) => {
    if (report.type === 'fill') return `fill ${report.venueId}${report.voided ? ' voided' : ''}`;
    if (report.type === 'order') return `order ${report.venueId} ${report.state}`;
    return report.type === 'position'
      ? `position ${report.instrument} ${report.quantity}`
      : `balance ${report.balance}`;
  });

async function following(options: object = {}) {
  const { venue, provider } = await world(['NQZ26'], { options, demand: [] });
  cleanups.push(() => venue.stop());
  venue.account.positions.push(position(2));
  venue.account.orders.push(order(7, 1));
  const rig = await provider();
  cleanups.push(() => rig.stop());
  const connect = async () => {
    rig.events.length = 0;
    rig.connect();
    await until(() => isLive(rig.events));
  };
  await connect();
  return { venue, rig, connect, reports: () => short(reportsOf(rig.events)) };
}

describe('the account', () => {
  it('is told as it is when the connection begins, then as it changes', async () => {
    const { venue, reports } = await following();
    await until(() => reports().length === 3);
    venue.report('GatewayUserOrder', order(7, 2), 1);
    venue.report('GatewayUserTrade', fill(70), 0);
    venue.report('GatewayUserPosition', position(3), 1);
    venue.report('GatewayUserAccount', { id: account.accountId, balance: 149_000, canTrade: true });
    await until(() => reports().length === 7);
    expect(reports()).toEqual([
      'balance 150000',
      'position NQZ26 2',
      'order 7 working',
      'order 7 filled',
      'fill 70',
      'position NQZ26 3',
      'balance 149000',
    ]);
  });

  it('tells after an outage what happened in it: the fill, the order that ended, the position that was closed', async () => {
    const { venue, rig, connect, reports } = await following();
    await until(() => reports().length === 3);
    venue.report('GatewayUserTrade', fill(70), 0);
    await until(() => reports().length === 4);
    rig.disconnect();
    venue.account.trades.push(fill(70), fill(71));
    venue.account.positions.length = 0;
    venue.account.orders[0] = order(7, 2);
    await connect();
    await until(() => reports().length === 4);
    expect(reports()).toEqual(['fill 71', 'order 7 filled', 'balance 150000', 'position NQZ26 0']);
  });

  it('tells no fill twice, and tells that one was taken back', async () => {
    const { venue, reports } = await following();
    await until(() => reports().length === 3);
    for (const row of [fill(70), fill(70), { ...fill(70), voided: true }, fill(71)])
      venue.report('GatewayUserTrade', row);
    await until(() => reports().length === 6);
    expect(reports().slice(3)).toEqual(['fill 70', 'fill 70 voided', 'fill 71']);
  });

  it('goes by the hub where an answer that was asked for earlier says something else', async () => {
    const { venue, rig, connect, reports } = await following();
    await until(() => reports().length === 3);
    rig.disconnect();
    venue.misbehave('delay');
    await connect();
    // The hub is heard before the answers of REST come in, which still call the order open.
    venue.report('GatewayUserOrder', order(7, 2), 1);
    await until(() => reports().includes('position NQZ26 2'), 5000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(reports().filter((line) => line.startsWith('order'))).toEqual(['order 7 filled']);
  });

  it('is chosen by name, and a wrong name lists the right ones', async () => {
    await following({ account: 'PRAC-V2-000000-00000001' });
    await expect(following({ account: 'mine' })).rejects.toMatchObject({
      code: 'PROVIDER_AUTH',
      problems: [{ expected: 'one of PRAC-V2-000000-00000001' }],
    });
  });

  it('is left alone when reports are off', async () => {
    const { venue, rig } = await following({ reports: false });
    expect(venue.clients().user).toBe(0);
    expect(reportsOf(rig.events)).toEqual([]);
    expect(venue.rest.asked).not.toContain('account/search');
  });
});
