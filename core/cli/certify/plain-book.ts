import type { DepthEvent } from '../../domain/event.ts';
import type { Level } from '../../domain/market.ts';

/** A book as simple as can be: the measure for those that are fast. */
export class PlainBook {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();

  get isEmpty(): boolean {
    return this.bids.size === 0 && this.asks.size === 0;
  }

  apply({ bids, asks, snapshot }: DepthEvent): void {
    if (snapshot === true) {
      this.bids.clear();
      this.asks.clear();
    }
    put(this.bids, bids);
    put(this.asks, asks);
  }

  sizeAt(side: 'bids' | 'asks', price: number): number {
    return this[side].get(price) ?? 0;
  }

  /** The first level in which the other book is different, in words. */
  differenceTo(other: PlainBook): string | undefined {
    for (const side of ['bids', 'asks'] as const) {
      const prices = new Set([...this[side].keys(), ...other[side].keys()]);
      for (const price of prices) {
        const [is, shouldBe] = [this.sizeAt(side, price), other.sizeAt(side, price)];
        if (is !== shouldBe) return `${side.slice(0, -1)} ${price} has size ${is}, at the venue ${shouldBe}`;
      }
    }
    return undefined;
  }
}

function put(side: Map<number, number>, levels: readonly Level[]): void {
  for (const [price, size] of levels) {
    if (size === 0) side.delete(price);
    else side.set(price, size);
  }
}
