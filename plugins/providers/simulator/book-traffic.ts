import { firstOf } from './arrivals.ts';
import type { Dice } from './dice.ts';

/** Mean time after which others react to a market order, microseconds. */
const REACTION_US = 20_000;
const DECAY = 1 / REACTION_US;
/** Share of the messages that come in reaction to a market order; the others come at their own pace. */
const REACTING = 0.5;

/** When resting orders are placed and withdrawn: at a pace that follows the day, and in flurries after each market order. */
export class BookTraffic {
  readonly #dice: Dice;
  /** Intensity that a market order adds, per microsecond. */
  readonly #jump: number;
  readonly #perOrder: number;
  #base = 0;
  #excess = 0;

  /** @param perOrder messages for each market order, mean */
  constructor(dice: Dice, perOrder: number) {
    this.#dice = dice;
    this.#perOrder = perOrder;
    this.#jump = perOrder * REACTING * DECAY;
  }

  /** @param orders market orders expected per microsecond */
  enter(orders: number): void {
    this.#base = orders * this.#perOrder * (1 - REACTING);
  }

  /** A market order has come. */
  order(): void {
    this.#excess += this.#jump;
  }

  /** Microseconds to the next message; at most `longest`, when something else comes. */
  gap(longest: number): number {
    const own = this.#dice.exponential() / this.#base;
    const gap = Math.min(own, firstOf(this.#dice, this.#excess, DECAY), longest);
    this.#excess *= Math.exp(-DECAY * gap);
    return gap;
  }
}
