import { SIDE_BUY } from '#core';
import type { Dice } from './dice.ts';

/** Levels shown on each side. */
export const LEVELS = 10;
/** Which level a message is about, for each of thirty-two equal chances: the nearer to the spread, the busier. */
const BUSY = Uint8Array.of(
  ...[8, 6, 5, 3, 2, 2, 2, 2, 1, 1].flatMap((chances, level) => new Array<number>(chances).fill(level)),
);

/**
 * Ten levels a side on whole ticks without gaps between them; only the spread may be wider than a tick. Sizes are whole
 * lots, never 0, and each move of a side stops short of the other, so the book can neither cross nor run empty.
 */
export class OrderBook {
  bestBid: number;
  bestAsk: number;
  /** Lots from the best level outwards. */
  readonly bids = new Float64Array(LEVELS);
  readonly asks = new Float64Array(LEVELS);
  readonly #dice: Dice;
  readonly #meanLots: number;

  constructor(dice: Dice, bestBid: number, meanLots: number) {
    this.#dice = dice;
    this.bestBid = bestBid;
    this.bestAsk = bestBid + 1;
    this.#meanLots = meanLots;
    for (let level = 0; level < LEVELS; level++) {
      this.bids[level] = this.#fresh();
      this.asks[level] = this.#fresh();
    }
  }

  /** The side that a buy (or sell) takes from. */
  opposite(side: number): Float64Array {
    return side === SIDE_BUY ? this.asks : this.bids;
  }

  /** Moves the best bid: levels that it leaves are gone, those that come into view are new. */
  moveBid(to: number): void {
    this.#slide(this.bids, to - this.bestBid);
    this.bestBid = to;
  }

  moveAsk(to: number): void {
    this.#slide(this.asks, this.bestAsk - to);
    this.bestAsk = to;
  }

  /** One order is added or withdrawn somewhere, more often near the best prices. */
  stir(lots: number): void {
    const bits = this.#dice.bits();
    const sizes = bits < 0 ? this.bids : this.asks;
    const level = BUSY[bits & 31] ?? 0;
    const resting = sizes[level] ?? 0;
    // Thin levels rather grow and thick ones shrink: sizes stay around their mean.
    const grows = ((bits >>> 5) & 0xffff) * 2 ** -15 * this.#meanLots > resting;
    sizes[level] = grows ? resting + lots : Math.max(1, resting - lots);
  }

  /** Shifts a side by levels: towards the other side when `nearer` is above 0. */
  #slide(sizes: Float64Array, nearer: number): void {
    const by = Math.min(Math.abs(nearer), LEVELS);
    // Plain loops: for ten numbers copyWithin costs more than it saves.
    if (nearer > 0) {
      for (let level = LEVELS - 1; level >= by; level--) sizes[level] = sizes[level - by] ?? 0;
      for (let level = 0; level < by; level++) sizes[level] = this.#fresh();
    } else {
      for (let level = 0; level < LEVELS - by; level++) sizes[level] = sizes[level + by] ?? 0;
      for (let level = LEVELS - by; level < LEVELS; level++) sizes[level] = this.#fresh();
    }
  }

  /** Pareto with tail index 2, cut off at twenty times the mean. */
  #fresh(): number {
    const lots = Math.ceil(this.#meanLots / 2 / Math.sqrt(this.#dice.next()));
    return Math.min(lots, Math.ceil(this.#meanLots * 20));
  }
}
