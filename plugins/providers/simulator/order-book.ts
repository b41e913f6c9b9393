import { SIDE_BUY } from '#core';
import type { Dice } from './dice.ts';

/** Levels shown on each side. */
export const LEVELS = 10;

/**
 * Ten levels a side on whole ticks without gaps; the best ask is one tick above the best bid. Sizes are whole lots, never
 * 0, so the book cannot cross or run empty.
 */
export class OrderBook {
  bestBid: number;
  /** Lots from the best level outwards. */
  readonly bids = new Float64Array(LEVELS);
  readonly asks = new Float64Array(LEVELS);
  readonly #dice: Dice;
  readonly #meanLots: number;

  constructor(dice: Dice, bestBid: number, meanLots: number) {
    this.#dice = dice;
    this.bestBid = bestBid;
    this.#meanLots = meanLots;
    this.#renew(this.bids, 0, LEVELS);
    this.#renew(this.asks, 0, LEVELS);
  }

  /** Moves both sides by whole ticks: what is passed is gone, what comes into view is new. */
  shift(ticks: number): void {
    this.bestBid += ticks;
    const ahead = ticks > 0 ? this.asks : this.bids;
    const behind = ticks > 0 ? this.bids : this.asks;
    const by = Math.min(Math.abs(ticks), LEVELS);
    // Plain loops: for ten numbers copyWithin costs more than it saves.
    for (let level = 0; level < LEVELS - by; level++) ahead[level] = ahead[level + by] ?? 0;
    for (let level = LEVELS - 1; level >= by; level--) behind[level] = behind[level - by] ?? 0;
    this.#renew(ahead, LEVELS - by, LEVELS);
    this.#renew(behind, 0, by);
  }

  /** Takes up to `lots` from one level and says how many it held. An emptied level fills up again with new orders. */
  take(side: number, level: number, lots: number): number {
    const sizes = side === SIDE_BUY ? this.bids : this.asks;
    const resting = sizes[level] ?? 0;
    const taken = Math.min(lots, resting);
    sizes[level] = resting > taken ? resting - taken : this.#fresh();
    return taken;
  }

  /** One order is added or withdrawn somewhere, more often near the best prices. */
  stir(lots: number): void {
    const sizes = this.#dice.next() < 0.5 ? this.bids : this.asks;
    const near = this.#dice.next();
    const level = Math.floor(near * near * LEVELS);
    const resting = sizes[level] ?? 0;
    // Thin levels rather grow and thick ones shrink: sizes stay around their mean.
    const grows = this.#dice.next() * 2 * this.#meanLots > resting;
    sizes[level] = grows ? resting + lots : Math.max(1, resting - lots);
  }

  /** Pareto with tail index 2, cut off at twenty times the mean. */
  #fresh(): number {
    const lots = Math.ceil(this.#meanLots / 2 / Math.sqrt(this.#dice.next()));
    return Math.min(lots, Math.ceil(this.#meanLots * 20));
  }

  #renew(sizes: Float64Array, from: number, to: number): void {
    for (let level = from; level < to; level++) sizes[level] = this.#fresh();
  }
}
