/** What is held in one instrument, by one strategy or by the whole account. */
export interface Position {
  readonly instrument: string;
  /** Positive long, negative short, 0 flat. */
  readonly quantity: number;
  /** Mean entry price of what is open; `undefined` when flat. */
  readonly averagePrice?: number | undefined;
  /** Account currency, before fees. */
  readonly realised: number;
  /** Account currency, at the last price. */
  readonly open: number;
  readonly fees: number;
}

/** Money of one strategy or of the account. Account currency. */
export interface Equity {
  readonly realised: number;
  readonly open: number;
  readonly fees: number;
  /** realised + open - fees */
  readonly net: number;
  /** Epoch milliseconds. */
  readonly ts: number;
}
