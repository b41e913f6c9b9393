import type { Observable } from 'rxjs';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderRequest } from '../domain/order.ts';
import type { Equity, Position } from '../domain/position.ts';
import type { Account, PluginContext } from './context.ts';

export interface RiskContext<Options> extends PluginContext<Options> {
  /** The whole account's orders, fills and positions. */
  readonly account: Account;
}

/** One order on its way to the venue, and what it would add to. */
export interface RiskQuestion {
  readonly order: OrderRequest;
  readonly strategy: string;
  readonly instrument: Instrument;
  /** The whole account's position in the instrument. */
  readonly position: Position;
  /** The asking strategy's own part of it. */
  readonly strategyPosition: Position;
  /** Signed quantity of the account's orders in this instrument that are still open. */
  readonly working: number;
  /** The same for the asking strategy alone. */
  readonly strategyWorking: number;
  readonly equity: Equity;
}

export type RiskVerdict =
  | { readonly approved: true; readonly quantity: number; readonly reason?: string }
  | { readonly approved: false; readonly reason: string };

/** Pure: the answer depends on the question, the account and the clock alone. */
export type RiskReview = (question: RiskQuestion) => RiskVerdict;

/** Something that a rule does by itself: stop new risk, close everything, allow risk again. */
export type RiskAction =
  | { readonly kind: 'halt'; readonly reason: string }
  | { readonly kind: 'flatten'; readonly reason: string }
  | { readonly kind: 'resume'; readonly reason: string };

export interface RiskRule {
  readonly review: RiskReview;
  readonly actions$?: Observable<RiskAction>;
}

export const approve = (order: Pick<OrderRequest, 'quantity'>): RiskVerdict => ({
  approved: true,
  quantity: order.quantity,
});

/** Approves a smaller quantity. */
export const reduce = (quantity: number, reason: string): RiskVerdict => ({ approved: true, quantity, reason });

export const refuse = (_order: OrderRequest, reason: string): RiskVerdict => ({ approved: false, reason });
