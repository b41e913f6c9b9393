import type { Instrument } from '../domain/instrument.ts';
import type { Decision, Order, OrderRequest } from '../domain/order.ts';

const KINDS: readonly string[] = ['order', 'target', 'cancel', 'amend', 'flatten'] satisfies Decision['kind'][];
const TYPES: readonly string[] = ['market', 'limit', 'stop'] satisfies OrderRequest['type'][];

/**
 * What makes a decision senseless whatever its kind; `undefined` when nothing does. The types say that a strategy emits
 * decisions; a strategy in plain JavaScript may emit anything.
 */
export function checkDecision(decision: Decision, instrumentOf: (symbol: string) => Instrument): string | undefined {
  if (typeof decision !== 'object' || decision === null || !KINDS.includes(decision.kind)) {
    return `${shown(decision)} is not a decision; marketOrder(), targetPosition() and the like make one`;
  }
  try {
    instrumentOf(decision.instrument);
  } catch {
    return `unknown instrument '${decision.instrument}'`;
  }
  if (decision.kind === 'target' && !Number.isFinite(decision.quantity)) {
    return `target quantity ${decision.quantity} is not a number`;
  }
  return undefined;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);

/** What is wrong with an order as such, before any rule is asked; `undefined` when nothing is. */
export function checkOrder(order: OrderRequest, instrument: Instrument, open: readonly Order[]): string | undefined {
  if (!TYPES.includes(order.type)) return `order type '${order.type}' is not market, limit or stop`;
  if (order.side !== 'buy' && order.side !== 'sell') return `side '${String(order.side)}' is not buy or sell`;
  if (order.tag !== undefined && open.some(({ tag }) => tag === order.tag)) {
    return `an order tagged '${order.tag}' is already working`;
  }
  if (order.type !== 'market' && order.price === undefined) return `a ${order.type} order needs a price`;
  return checkQuantity(order.quantity, instrument) ?? checkPrice(order.price, instrument);
}

export function checkAmend(
  change: Extract<Decision, { kind: 'amend' }>,
  order: Order | undefined,
  instrument: Instrument,
): string | undefined {
  if (order === undefined) return `no working order tagged '${change.tag}' in ${change.instrument}`;
  if (change.quantity !== undefined && change.quantity <= order.filled) {
    return `quantity ${change.quantity} is not above the ${order.filled} already filled`;
  }
  const quantity = change.quantity === undefined ? undefined : checkQuantity(change.quantity, instrument);
  return quantity ?? checkPrice(change.price, instrument);
}

function checkQuantity(quantity: number, instrument: Instrument): string | undefined {
  if (!Number.isFinite(quantity) || quantity <= 0) return `quantity ${quantity} is not a positive number`;
  const lots = quantity / instrument.lotSize;
  if (Math.abs(lots - Math.round(lots)) < 1e-6 && Math.round(lots) > 0) return undefined;
  return `quantity ${quantity} is not a multiple of the lot size ${instrument.lotSize}`;
}

function checkPrice(price: number | undefined, instrument: Instrument): string | undefined {
  if (price === undefined) return undefined;
  if (!Number.isFinite(price)) return `price ${price} is not a number`;
  const ticks = price / instrument.tickSize;
  if (Math.abs(ticks - Math.round(ticks)) < 1e-6) return undefined;
  return `price ${price} is not a multiple of the tick size ${instrument.tickSize}`;
}
