import type { SimulatedMarket } from './market.ts';

/**
 * Which of many markets is due first: a binary heap by `nextAt`. Only the first market's time ever changes, so one walk
 * down after its turn restores the order.
 */
export class Lineup {
  readonly #heap: SimulatedMarket[];

  /** All markets are due at the same instant, so any order is a heap. */
  constructor(markets: readonly SimulatedMarket[]) {
    this.#heap = [...markets];
  }

  get first(): SimulatedMarket | undefined {
    return this.#heap[0];
  }

  /** When the market after the first one is due; Infinity when there is none. */
  get secondAt(): number {
    return Math.min(this.#heap[1]?.nextAt ?? Infinity, this.#heap[2]?.nextAt ?? Infinity);
  }

  /** Puts the first market in its place after its time has changed. */
  settle(): void {
    const heap = this.#heap;
    const moved = heap[0];
    if (moved === undefined) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      const earlier = (heap[right]?.nextAt ?? Infinity) < (heap[left]?.nextAt ?? Infinity) ? right : left;
      const child = heap[earlier];
      if (child === undefined || child.nextAt >= moved.nextAt) break;
      heap[place] = child;
      place = earlier;
    }
    heap[place] = moved;
  }
}
