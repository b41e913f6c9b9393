import type { Order } from '../domain/order.ts';
import type { ApprovedOrder } from './risk-stage.ts';

export type OrderChange = Partial<Pick<Order, 'status' | 'quantity' | 'price' | 'filled' | 'averagePrice' | 'note'>>;

/** The state of an order as it leaves for the venue. `ts` in epoch milliseconds. */
export const newOrder = (order: ApprovedOrder, ts: number): Order => ({
  id: order.id,
  strategy: order.strategy,
  instrument: order.instrument,
  side: order.side,
  quantity: order.quantity,
  type: order.type,
  price: order.price,
  reason: order.reason,
  tag: order.tag,
  status: 'pending',
  filled: 0,
  averagePrice: undefined,
  note: undefined,
  createdAt: ts,
  updatedAt: ts,
});

/** Its next state. Written out field by field: all states share one shape, and a spread takes several times as long. */
export const changedOrder = (order: Order, change: OrderChange, ts: number): Order => ({
  id: order.id,
  strategy: order.strategy,
  instrument: order.instrument,
  side: order.side,
  quantity: change.quantity ?? order.quantity,
  type: order.type,
  price: change.price ?? order.price,
  reason: order.reason,
  tag: order.tag,
  status: change.status ?? order.status,
  filled: change.filled ?? order.filled,
  averagePrice: change.averagePrice ?? order.averagePrice,
  note: change.note ?? order.note,
  createdAt: order.createdAt,
  updatedAt: ts,
});
