/** How prices of earlier contracts are brought to the level of the last one. */
export type RollAdjustment = 'none' | 'difference' | 'ratio';

/** A continuous series goes over from one contract to the next. */
export interface Roll {
  /** Symbol of the continuous series. */
  readonly instrument: string;
  /** Symbols of the two contracts. */
  readonly from: string;
  readonly to: string;
  /** The trading date from whose open on the new contract is the series. */
  readonly tradingDate: string;
  readonly ts: number;
  readonly adjustment: RollAdjustment;
  /** Last price of the new contract less that of the old one before the roll, in price units as traded. */
  readonly difference: number;
  /** The same as a quotient. */
  readonly ratio: number;
}
