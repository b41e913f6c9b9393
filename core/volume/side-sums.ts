import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';

/** Volume by aggressor, in contracts or coins. */
export interface SideVolume {
  readonly volume: number;
  readonly buy: number;
  readonly sell: number;
  /** Of trades whose aggressor nobody knows. */
  readonly unknown: number;
  /** buy − sell. */
  readonly delta: number;
  readonly trades: number;
  readonly averageSize: number | undefined;
  /** Σ(price × size) ÷ Σ size, in price units. */
  readonly vwap: number | undefined;
}

/** Sums that stand for any number of trades. Those of size 0 set prices and are not counted. */
export class SideSums {
  buy = 0;
  sell = 0;
  unknown = 0;
  trades = 0;
  #anchor = 0;
  #paid = 0;

  add(price: number, size: number, side: number): void {
    if (!(size > 0)) return;
    if (this.trades++ === 0) this.#anchor = price;
    if (side === SIDE_BUY) this.buy += size;
    else if (side === SIDE_SELL) this.sell += size;
    else this.unknown += size;
    // Prices enter as distances from the first, which keeps the digits of long sums.
    this.#paid += (price - this.#anchor) * size;
  }

  get volume(): number {
    return this.buy + this.sell + this.unknown;
  }

  get value(): SideVolume {
    const { buy, sell, unknown, trades, volume } = this;
    return {
      volume,
      buy,
      sell,
      unknown,
      delta: buy - sell,
      trades,
      averageSize: trades === 0 ? undefined : volume / trades,
      vwap: trades === 0 ? undefined : this.#anchor + this.#paid / volume,
    };
  }
}
