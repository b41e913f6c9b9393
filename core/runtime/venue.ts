import type { Order } from '../domain/order.ts';
import type { Micros } from '../domain/time.ts';
import type { ApprovedOrder } from './risk-stage.ts';

/** What a venue reports about one of our orders. It enters like a tick: in order, and on the tape when it is a live one. */
export type VenueReport =
  | { readonly kind: 'accepted'; readonly orderId: string }
  | { readonly kind: 'rejected'; readonly orderId: string; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly orderId: string; readonly reason: string }
  | {
      readonly kind: 'amended';
      readonly orderId: string;
      readonly quantity: number;
      readonly price: number | undefined;
    }
  | {
      readonly kind: 'filled';
      readonly orderId: string;
      readonly fillId: string;
      readonly price: number;
      readonly quantity: number;
      readonly fee: number;
    };

/** The other side of the order path: the simulated venue, or a provider's broker. */
export interface Venue {
  /** Takes approved orders only; the type can be made nowhere but in the risk stage. */
  submit(order: ApprovedOrder): void;
  cancel(orderId: string): void;
  amend(orderId: string, change: { readonly quantity?: number | undefined; readonly price?: number | undefined }): void;
  /** Orders of an earlier run that are still working. */
  adopt(orders: readonly Order[]): void;
  /** How long after `submit` an order can still be on its way; a clean stop waits for it. */
  readonly settleUs: Micros;
}
