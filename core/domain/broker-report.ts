import type { Side } from './market.ts';

/** What a venue says of an account, in its own words' order. The order path of live trading is built on these. */
export type BrokerReport = BalanceReport | PositionReport | OrderReport | FillReport;

interface OfAccount {
  /** The venue's name or number of the account. */
  readonly account: string;
  /** Venue time, epoch milliseconds. */
  readonly tsEvent?: number | undefined;
}

export interface BalanceReport extends OfAccount {
  readonly type: 'balance';
  readonly balance: number;
  readonly canTrade: boolean;
}

export interface PositionReport extends OfAccount {
  readonly type: 'position';
  readonly instrument: string;
  /** Signed: short is negative, 0 is flat. */
  readonly quantity: number;
  readonly averagePrice: number | undefined;
}

export interface OrderReport extends OfAccount {
  readonly type: 'order';
  readonly instrument: string;
  /** The venue's number of the order. */
  readonly venueId: string;
  /** Our own tag, where the venue gives it back. */
  readonly clientId?: string | undefined;
  readonly side: Side;
  readonly orderType: 'market' | 'limit' | 'stop' | 'stop-limit' | 'trailing-stop' | 'unknown';
  readonly quantity: number;
  readonly filled: number;
  readonly limitPrice?: number | undefined;
  readonly stopPrice?: number | undefined;
  readonly averagePrice?: number | undefined;
  readonly state: 'pending' | 'working' | 'filled' | 'cancelled' | 'expired' | 'rejected' | 'unknown';
  readonly reason?: string | undefined;
}

export interface FillReport extends OfAccount {
  readonly type: 'fill';
  readonly instrument: string;
  readonly venueId: string;
  readonly orderId: string;
  readonly side: Side;
  readonly price: number;
  readonly size: number;
  readonly fees: number | undefined;
  /** Realised profit and loss, for fills that close. */
  readonly pnl: number | undefined;
  /** The venue took it back. */
  readonly voided: boolean;
}
