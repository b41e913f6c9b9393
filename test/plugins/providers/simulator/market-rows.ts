/** What one market sent: columns of rows in the order of receipt, prices in whole ticks, times in microseconds. */
export interface MarketRows {
  readonly lengthUs: number;
  readonly trades: {
    readonly at: readonly number[];
    readonly ticks: readonly number[];
    readonly lots: readonly number[];
    readonly side: readonly number[];
    /** Best opposite price that was shown when the trade came. */
    readonly opposite: readonly number[];
  };
  readonly quotes: { readonly at: readonly number[]; readonly spread: readonly number[] };
  /** Prints, and changes of resting orders. */
  readonly messages: number;
}
