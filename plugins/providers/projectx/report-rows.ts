import type { BrokerReport, OrderReport, PositionReport, Side } from '#core';
import { millisOf } from './gateway-time.ts';
import { idOf, isRow, numberOf, type Row, textOf } from './values.ts';

/** The configuration's name of a contract, or the gateway's where it is not configured. */
export type NameOf = (contractId: string) => string;

const ORDER_TYPES: readonly OrderReport['orderType'][] = [
  'unknown',
  'limit',
  'market',
  'stop-limit',
  'stop',
  'trailing-stop',
  // Joining the best bid or ask rests there like any limit.
  'limit',
  'limit',
];

/** PositionType. */
const LONG = 1;
const SHORT = 2;

/** A suspended order (8) waits for its parent; one whose cancellation is pending (7) still works. */
const STATES: readonly OrderReport['state'][] = [
  'unknown',
  'working',
  'filled',
  'cancelled',
  'expired',
  'rejected',
  'pending',
  'working',
  'pending',
];

/**
 * What an event of the user hub, or a row of a REST answer, says of the account: both have the same members, the hub leaves
 * out those that are null. `undefined` for a row that lacks what makes it one.
 */
export function reportOf(event: string, row: Row, nameOf: NameOf): BrokerReport | undefined {
  switch (event.toLowerCase()) {
    case 'gatewayuseraccount':
      return balanceOf(row);
    case 'gatewayuserorder':
      return orderOf(row, nameOf);
    case 'gatewayuserposition':
      return positionOf(row, nameOf);
    case 'gatewayusertrade':
      return fillOf(row, nameOf);
    default:
      return undefined;
  }
}

/** `{ action, data }` as it is on the wire, or the bare object of the documentation. */
export function dataOf(args: readonly unknown[]): Row | undefined {
  const [first] = args;
  const given: unknown = Array.isArray(first) ? first[0] : first;
  if (!isRow(given)) return undefined;
  return isRow(given['data']) ? given['data'] : given;
}

function balanceOf(row: Row): BrokerReport | undefined {
  const account = idOf(row['id']);
  const balance = numberOf(row['balance']);
  if (account === undefined || balance === undefined) return undefined;
  return { type: 'balance', account, balance, canTrade: row['canTrade'] === true };
}

function orderOf(row: Row, nameOf: NameOf): BrokerReport | undefined {
  const account = idOf(row['accountId']);
  const venueId = idOf(row['id']) ?? idOf(row['orderId']);
  const contractId = textOf(row['contractId']);
  const side = sideOf(row['side']);
  const quantity = numberOf(row['size']);
  if (account === undefined || venueId === undefined || contractId === undefined) return undefined;
  if (side === undefined || quantity === undefined) return undefined;
  return {
    type: 'order',
    account,
    instrument: nameOf(contractId),
    venueId,
    clientId: textOf(row['customTag']),
    side,
    orderType: ORDER_TYPES[numberOf(row['type']) ?? 0] ?? 'unknown',
    quantity,
    filled: numberOf(row['fillVolume']) ?? 0,
    limitPrice: numberOf(row['limitPrice']),
    stopPrice: numberOf(row['stopPrice']),
    averagePrice: numberOf(row['filledPrice']),
    state: STATES[numberOf(row['status']) ?? 0] ?? 'unknown',
    tsEvent: millisOf(row['updateTimestamp']) ?? millisOf(row['creationTimestamp']),
  };
}

/** `size` is never negative, and a flat position may come without a `type`. */
function positionOf(row: Row, nameOf: NameOf): PositionReport | undefined {
  const account = idOf(row['accountId']);
  const contractId = textOf(row['contractId']);
  const size = numberOf(row['size']);
  if (account === undefined || contractId === undefined || size === undefined) return undefined;
  const type = numberOf(row['type']) ?? 0;
  const flat = size === 0;
  if (!flat && type !== LONG && type !== SHORT) return undefined;
  return {
    type: 'position',
    account,
    instrument: nameOf(contractId),
    quantity: type === SHORT && !flat ? -size : size,
    // Of a position that was closed it is still the price of its entry, and says nothing any more.
    averagePrice: flat ? undefined : numberOf(row['averagePrice']),
    // `creationTimestamp` is when it was opened, not when it changed: a position event carries no time of its own.
  };
}

function fillOf(row: Row, nameOf: NameOf): BrokerReport | undefined {
  const account = idOf(row['accountId']);
  const venueId = idOf(row['id']);
  const contractId = textOf(row['contractId']);
  const side = sideOf(row['side']);
  const price = numberOf(row['price']);
  const size = numberOf(row['size']);
  if (account === undefined || venueId === undefined || contractId === undefined) return undefined;
  if (side === undefined || price === undefined || size === undefined) return undefined;
  return {
    type: 'fill',
    account,
    instrument: nameOf(contractId),
    venueId,
    orderId: idOf(row['orderId']) ?? '',
    side,
    price,
    size,
    fees: costsOf(row),
    pnl: numberOf(row['profitAndLoss']),
    voided: row['voided'] === true,
    tsEvent: millisOf(row['creationTimestamp']),
  };
}

/** Fees and commissions are told apart on the hub, and both are paid. */
function costsOf(row: Row): number | undefined {
  const fees = numberOf(row['fees']);
  const commissions = numberOf(row['commissions']);
  if (fees === undefined && commissions === undefined) return undefined;
  return Number(((fees ?? 0) + (commissions ?? 0)).toPrecision(12));
}

/** OrderSide: 0 is a bid, 1 an ask. */
function sideOf(value: unknown): Side | undefined {
  if (value === 0) return 'buy';
  return value === 1 ? 'sell' : undefined;
}
