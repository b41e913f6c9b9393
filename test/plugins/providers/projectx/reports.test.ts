import { describe, expect, it } from 'vitest';
import { dataOf, reportOf } from '../../../../plugins/providers/projectx/report-rows.ts';
import { MNQ } from './kit.ts';

const nameOf = (id: string): string => (id === MNQ ? 'MNQ' : id);
const report = (event: string, data: object) => reportOf(event, dataOf([data]) ?? {}, nameOf);

const order = {
  id: 3400000001,
  accountId: 10000001,
  contractId: MNQ,
  symbolId: 'F.US.MNQ',
  creationTimestamp: '2026-08-19T20:49:25.3938333+00:00',
  updateTimestamp: '2026-08-19T20:49:25.3962105+00:00',
  status: 5,
  type: 2,
  side: 1,
  size: 1,
  fillVolume: 0,
  customTag: 'strat-7f3a',
};

// Payloads of section 8 of the gateway's specification, captured from a practice account.
describe('events of the user hub', () => {
  it('maps the account', () => {
    const data = { id: 10000001, name: 'PRAC-V2-000000-00000001', balance: 149848.64, canTrade: true, isVisible: true };
    expect(report('GatewayUserAccount', { action: 1, data })).toEqual({
      type: 'balance',
      account: '10000001',
      balance: 149848.64,
      canTrade: true,
    });
  });

  it('maps the rejected order, wrapped and bare alike', () => {
    const expected = {
      type: 'order',
      account: '10000001',
      instrument: 'MNQ',
      venueId: '3400000001',
      clientId: 'strat-7f3a',
      side: 'sell',
      orderType: 'market',
      quantity: 1,
      filled: 0,
      state: 'rejected',
      tsEvent: Date.UTC(2026, 7, 19, 20, 49, 25) + 396.21,
    };
    expect(report('GatewayUserOrder', { action: 1, data: order })).toEqual(expected);
    expect(report('GatewayUserOrder', order)).toEqual(expected);
  });

  it('maps the close of a position, whose average is that of the entry and says nothing', () => {
    const data = {
      id: 820000001,
      accountId: 10000001,
      contractId: MNQ,
      contractDisplayName: 'MNQU26',
      creationTimestamp: '2026-08-19T14:15:48.611387+00:00',
      type: 0,
      size: 0,
      averagePrice: 29398.5,
    };
    const flat = { type: 'position', account: '10000001', instrument: 'MNQ', quantity: 0 };
    expect(report('GatewayUserPosition', { action: 2, data })).toEqual(flat);
    expect(report('GatewayUserPosition', { action: 2, data: { ...data, type: undefined } })).toEqual(flat);
    expect(report('GatewayUserPosition', { action: 1, data: { ...data, type: 2, size: 3 } })).toEqual({
      ...flat,
      quantity: -3,
      averagePrice: 29398.5,
    });
  });

  it('maps the fill: fees and commissions are both paid, and its profit is given', () => {
    const data = {
      id: 3000000001,
      accountId: 10000001,
      contractId: MNQ,
      creationTimestamp: '2026-08-19T14:16:01.4061289+00:00',
      price: 29423,
      profitAndLoss: -49,
      fees: 0.36,
      commissions: 0.25,
      side: 0,
      size: 1,
      voided: false,
      orderId: 3400000002,
    };
    expect(report('GatewayUserTrade', { action: 0, data })).toEqual({
      type: 'fill',
      account: '10000001',
      instrument: 'MNQ',
      venueId: '3000000001',
      orderId: '3400000002',
      side: 'buy',
      price: 29423,
      size: 1,
      fees: 0.61,
      pnl: -49,
      voided: false,
      tsEvent: Date.UTC(2026, 7, 19, 14, 16, 1) + 406.128,
    });
    expect(report('GatewayUserTrade', { action: 0, data: { ...data, profitAndLoss: null } })).toMatchObject({
      pnl: undefined,
    });
  });

  it.each([
    [0, 'unknown'],
    [1, 'working'],
    [2, 'filled'],
    [3, 'cancelled'],
    [4, 'expired'],
    [5, 'rejected'],
    [6, 'pending'],
    [7, 'working'],
    [8, 'pending'],
    [99, 'unknown'],
  ])('reads order status %i as %s', (status, state) => {
    expect(report('GatewayUserOrder', { ...order, status })).toMatchObject({ state });
  });

  it.each([
    [1, 'limit'],
    [2, 'market'],
    [3, 'stop-limit'],
    [4, 'stop'],
    [5, 'trailing-stop'],
    [6, 'limit'],
    [7, 'limit'],
    [0, 'unknown'],
  ])('reads order type %i as %s', (type, orderType) => {
    expect(report('GatewayUserOrder', { ...order, type })).toMatchObject({ orderType });
  });

  it('takes orderId for id and numbers that are written as text', () => {
    const { id: _, ...rest } = order;
    expect(report('GatewayUserOrder', { ...rest, orderId: '3400000001', accountId: '10000001' })).toMatchObject({
      venueId: '3400000001',
      account: '10000001',
    });
  });

  it('has no report for a row without what makes it one', () => {
    expect(report('GatewayUserOrder', { action: 1, data: { id: 1 } })).toBeUndefined();
    expect(dataOf(['nonsense'])).toBeUndefined();
  });
});
