import type { DepthEvent, Level } from '#core';

/** A book by price, kept so that a new socket can be given the whole of it. */
export class Levels {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  /** Number of the last change. */
  seq = 0;
  tsEvent: number | undefined;

  apply({ bids, asks, snapshot, tsEvent }: DepthEvent): void {
    this.seq++;
    this.tsEvent = tsEvent;
    if (snapshot === true) {
      this.#bids.clear();
      this.#asks.clear();
    }
    for (const [price, size] of bids) set(this.#bids, price, size);
    for (const [price, size] of asks) set(this.#asks, price, size);
  }

  whole(instrument: string): DepthEvent {
    const sides = (levels: Map<number, number>): readonly Level[] => [...levels];
    const { tsEvent } = this;
    return { kind: 'depth', instrument, bids: sides(this.#bids), asks: sides(this.#asks), snapshot: true, tsEvent };
  }
}

function set(levels: Map<number, number>, price: number, size: number): void {
  if (size === 0) levels.delete(price);
  else levels.set(price, size);
}
