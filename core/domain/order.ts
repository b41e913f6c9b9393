import type { Side } from './market.ts';

export type OrderType = 'market' | 'limit' | 'stop';

/** What a strategy asks for. Prices are in price units, quantities in contracts or coins. */
export interface OrderRequest {
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: number;
  readonly type: OrderType;
  /** Limit price or stop trigger; absent on market orders. */
  readonly price?: number | undefined;
  /** Why, for the decision log. */
  readonly reason: string;
  /** The strategy's own name for the order, for amends and cancels; unique among its working orders. */
  readonly tag?: string | undefined;
}

/** Decisions that a strategy may return. */
export type Decision =
  | ({ readonly kind: 'order' } & OrderRequest)
  | { readonly kind: 'target'; readonly instrument: string; readonly quantity: number; readonly reason: string }
  | { readonly kind: 'cancel'; readonly instrument: string; readonly tag?: string | undefined; readonly reason: string }
  | {
      readonly kind: 'amend';
      readonly instrument: string;
      readonly tag: string;
      readonly quantity?: number | undefined;
      readonly price?: number | undefined;
      readonly reason: string;
    }
  | { readonly kind: 'flatten'; readonly instrument: string; readonly reason: string };

export type OrderStatus = 'pending' | 'working' | 'partial' | 'filled' | 'cancelled' | 'rejected';

/** The state of one order. A new value is made at every change. */
export interface Order extends OrderRequest {
  /** Derived from the strategy and a counter: the same in a live run and in its replay. */
  readonly id: string;
  readonly strategy: string;
  readonly status: OrderStatus;
  readonly filled: number;
  /** Mean price of the fills so far; `undefined` before the first. */
  readonly averagePrice?: number | undefined;
  /** Why it was rejected or cancelled. */
  readonly note?: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const isOpen = (order: Pick<Order, 'status'>): boolean =>
  order.status === 'pending' || order.status === 'working' || order.status === 'partial';

/** What the venue did. */
export interface Fill {
  readonly orderId: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  /** Account currency. */
  readonly fee: number;
  /** Epoch milliseconds, our clock. */
  readonly ts: number;
  /** The venue's number for the fill; the same fill never counts twice. */
  readonly id: string;
}

/** +quantity for a buy, -quantity for a sell. */
export const signedQuantity = (order: { readonly side: Side; readonly quantity: number }): number =>
  order.side === 'buy' ? order.quantity : -order.quantity;

type OrderFields = Omit<OrderRequest, 'type' | 'price'>;

export const marketOrder = (order: OrderFields): Decision => ({ kind: 'order', type: 'market', ...order });
export const limitOrder = (order: OrderFields & { readonly price: number }): Decision => ({
  kind: 'order',
  type: 'limit',
  ...order,
});
export const stopOrder = (order: OrderFields & { readonly price: number }): Decision => ({
  kind: 'order',
  type: 'stop',
  ...order,
});

/** Buy or sell at the market what is missing to hold `quantity` (positive long, negative short, 0 flat). */
export const targetPosition = (target: { instrument: string; quantity: number; reason: string }): Decision => ({
  kind: 'target',
  ...target,
});

/** Cancel the strategy's working orders of an instrument, or only the one with `tag`. */
export const cancelOrders = (cancel: { instrument: string; tag?: string; reason: string }): Decision => ({
  kind: 'cancel',
  ...cancel,
});

export const amendOrder = (amend: {
  instrument: string;
  tag: string;
  quantity?: number;
  price?: number;
  reason: string;
}): Decision => ({ kind: 'amend', ...amend });

/** Cancel the strategy's working orders of an instrument and close its position at the market. */
export const flatten = (close: { instrument: string; reason: string }): Decision => ({ kind: 'flatten', ...close });
