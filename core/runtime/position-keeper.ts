import type { Instrument } from '../domain/instrument.ts';
import type { Position } from '../domain/position.ts';

/** Fees are summed in hundred-millionths of the account currency, so that the sum does not depend on the order. */
const FEE_UNITS = 100_000_000;

/**
 * One position in whole lots and whole ticks. Money is lots × ticks × the value of a tick, so sums are exact and the same on
 * every machine. Entry cost is averaged; closing a part takes its share of the cost, rounded to a whole tick-lot, and what
 * the rounding leaves stays with the open part: realised plus open is always exact.
 */
export class PositionKeeper {
  readonly instrument: Instrument;
  /** Positive long, negative short. */
  lots = 0;
  /** Σ lots × entry ticks of what is open. */
  private cost = 0;
  private realisedTicks = 0;
  private feeUnits = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  /** @param lots signed @param ticks fill price in ticks @param fee account currency */
  apply(lots: number, ticks: number, fee: number): void {
    this.feeUnits += Math.round(fee * FEE_UNITS);
    const opposite = this.lots !== 0 && Math.sign(lots) !== Math.sign(this.lots);
    const closing = opposite ? Math.min(Math.abs(lots), Math.abs(this.lots)) * Math.sign(this.lots) : 0;
    if (closing !== 0) {
      const share = closing === this.lots ? this.cost : Math.round((this.cost * closing) / this.lots);
      this.realisedTicks += closing * ticks - share;
      this.lots -= closing;
      this.cost -= share;
    }
    const opening = lots + closing;
    this.lots += opening;
    this.cost += opening * ticks;
  }

  /** Takes over a position from an earlier run. */
  adopt(quantity: number, averagePrice: number): void {
    this.lots = this.instrument.lots(quantity);
    this.cost = Math.round((this.lots * averagePrice) / this.instrument.tickSize);
  }

  get quantity(): number {
    return this.instrument.quantity(this.lots);
  }

  get realised(): number {
    return this.money(this.realisedTicks);
  }

  get fees(): number {
    return this.feeUnits / FEE_UNITS;
  }

  /** At `price`; 0 when flat or when there is no price yet. */
  openAt(price: number): number {
    if (this.lots === 0 || Number.isNaN(price)) return 0;
    return this.money(this.lots * this.instrument.ticks(price) - this.cost);
  }

  view(price: number): Position {
    const { symbol: instrument, price: priceOf } = this.instrument;
    const { realised, fees } = this;
    if (this.lots === 0) return { instrument, quantity: 0, realised, open: 0, fees };
    const averagePrice = priceOf(this.cost / this.lots);
    return { instrument, quantity: this.quantity, averagePrice, realised, open: this.openAt(price), fees };
  }

  private money(tickLots: number): number {
    const { tickSize, pointValue, lotSize } = this.instrument;
    // Rounded to a hundred-millionth: 0.25 × 50 is exact, 0.1 × 0.001 is not.
    return Math.round(tickLots * tickSize * pointValue * lotSize * FEE_UNITS) / FEE_UNITS;
  }
}
