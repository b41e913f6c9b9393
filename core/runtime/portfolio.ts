import type { Instrument } from '../domain/instrument.ts';
import type { Fill } from '../domain/order.ts';
import { signedQuantity } from '../domain/order.ts';
import type { Equity, Position } from '../domain/position.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { PositionKeeper } from './position-keeper.ts';

/** The positions of one strategy, or of the whole account. */
export class Portfolio {
  private readonly kernel: Kernel;
  private readonly keepers = new Map<number, PositionKeeper>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  apply(instrument: Instrument, fill: Fill): void {
    this.keeper(instrument).apply(instrument.lots(signedQuantity(fill)), instrument.ticks(fill.price), fill.fee);
  }

  adopt(instrument: Instrument, quantity: number, averagePrice: number): void {
    const keeper = this.keeper(instrument);
    const held = keeper.lots;
    if (held === 0) keeper.adopt(quantity, averagePrice);
    else keeper.apply(instrument.lots(quantity), instrument.ticks(averagePrice), 0);
  }

  position(instrument: Instrument): Position {
    return this.keeper(instrument).view(this.kernel.last(instrument.index));
  }

  /** Everything that was ever held in this run. */
  positions(): readonly Position[] {
    return [...this.keepers.values()].map((keeper) => keeper.view(this.kernel.last(keeper.instrument.index)));
  }

  /** Is a position in the instrument open? */
  holds(instrument: Instrument): boolean {
    return (this.keepers.get(instrument.index)?.lots ?? 0) !== 0;
  }

  /** Instruments with an open position. */
  open(): readonly Instrument[] {
    return [...this.keepers.values()].filter(({ lots }) => lots !== 0).map(({ instrument }) => instrument);
  }

  equity(): Equity {
    let realised = 0;
    let open = 0;
    let fees = 0;
    for (const keeper of this.keepers.values()) {
      realised += keeper.realised;
      open += keeper.openAt(this.kernel.last(keeper.instrument.index));
      fees += keeper.fees;
    }
    return { realised, open, fees, net: realised + open - fees, ts: this.kernel.now / 1000 };
  }

  private keeper(instrument: Instrument): PositionKeeper {
    const known = this.keepers.get(instrument.index);
    if (known !== undefined) return known;
    const keeper = new PositionKeeper(instrument);
    this.keepers.set(instrument.index, keeper);
    return keeper;
  }
}
