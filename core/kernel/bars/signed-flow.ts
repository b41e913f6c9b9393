import type { FlowUnit } from '../../domain/bar-spec.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { CLOSE, SIDE, VALUE, VOLUME } from './flow-row.ts';

/**
 * The sign b and the weight v of each trade. The sign is the aggressor's, +1 for a buyer, where the venue tells; otherwise by
 * the tick rule: that of the last change of price, and 0 before the first. López de Prado (2018), §2.3.2.1.
 */
export class SignedFlow {
  sign = 0;
  weight = 0;
  private readonly unit: FlowUnit;
  private readonly pointValue: number;
  private last = Number.NaN;

  constructor(unit: FlowUnit, { pointValue }: Instrument) {
    this.unit = unit;
    this.pointValue = pointValue;
  }

  take(trade: Float64Array): void {
    const price = trade[CLOSE]!;
    if (trade[SIDE] !== 0) this.sign = trade[SIDE]!;
    else if (price > this.last) this.sign = 1;
    else if (price < this.last) this.sign = -1;
    this.last = price;
    if (this.unit === 'tick') this.weight = 1;
    else this.weight = this.unit === 'volume' ? trade[VOLUME]! : trade[VALUE]! * this.pointValue;
  }
}
