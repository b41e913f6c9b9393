import { SIDE_BUY, SIDE_SELL } from '#core';
import type { Dice } from './dice.ts';
import type { Profile } from './profiles.ts';

/** Tail index of the number of orders that a large order is split into (Lillo, Mike & Farmer, Physical Review E 71, 2005). */
const SPLIT_TAIL = 1.3;
const LONGEST_SPLIT = 1_000;
/** Tail index of the number of resting orders that a market order meets, and the most that it can. */
const PRINT_TAIL = 1.2;
export const MOST_PRINTS = 60;
/** Σ k^-tail, the mean of the whole part of a Pareto number, cut off. */
const MEAN_FURTHER = Array.from({ length: MOST_PRINTS - 1 }, (_, k) => (k + 1) ** -PRINT_TAIL).reduce((a, b) => a + b);

/** Who sends market orders: somebody who works off a large order in pieces, and others who look at the fair price. */
export class OrderFlow {
  readonly #dice: Dice;
  readonly #profile: Profile;
  /** Prints of a market order, mean. */
  readonly meanPrints: number;
  #side = SIDE_BUY;
  #pieces = 0;

  constructor(dice: Dice, profile: Profile) {
    this.#dice = dice;
    this.#profile = profile;
    this.meanPrints = 1 + profile.sweeping * MEAN_FURTHER;
  }

  /** Side of the next market order, `above` ticks being the fair price above the bid. */
  side(above: number): number {
    const dice = this.#dice;
    if (dice.next() >= this.#profile.splitting) return dice.next() < above ? SIDE_BUY : SIDE_SELL;
    if (this.#pieces === 0) {
      this.#pieces = Math.min(LONGEST_SPLIT, Math.floor(dice.next() ** (-1 / SPLIT_TAIL)));
      this.#side = dice.next() < 0.5 ? SIDE_BUY : SIDE_SELL;
    }
    this.#pieces--;
    return this.#side;
  }

  /** How many resting orders the next market order meets: most one, some many. */
  prints(): number {
    const dice = this.#dice;
    if (dice.next() >= this.#profile.sweeping) return 1;
    return Math.min(MOST_PRINTS, 1 + Math.floor(dice.next() ** (-1 / PRINT_TAIL)));
  }

  /** Lots of one print, or of one resting order. */
  lots(): number {
    const dice = this.#dice;
    const { oneLot, clipLots, clipSpread } = this.#profile;
    if (dice.next() < oneLot) return 1;
    return 1 + Math.ceil(clipLots * Math.exp(clipSpread * dice.normal()));
  }
}
