import type { Dice } from './dice.ts';

/** How much an order excites others, and for how long. */
export interface Echo {
  /** Orders that one order sets off by itself, mean; the sum over all echoes stays below 1. */
  readonly offspring: number;
  /** Mean delay of such an order, microseconds. */
  readonly delayUs: number;
}

/**
 * When market orders come: a Hawkes process whose kernel is a sum of exponentials from half a millisecond to seconds, which
 * is how a power law is built from parts that need no memory (Bacry, Mastromatteo & Muzy, "Hawkes processes in finance",
 * Market Microstructure and Liquidity 1(1), 2015). Each part is simulated exactly as in Dassios & Zhao, "Exact simulation of
 * Hawkes process with exponentially decaying intensity", Electronic Communications in Probability 18(62), 2013.
 */
export class Arrivals {
  readonly #dice: Dice;
  /** Share of the orders that no other order set off. */
  readonly #ownShare: number;
  /** Such orders per microsecond. */
  #base = 0;
  /** Per echo: decay per microsecond, jump of the intensity at an order, and intensity left. */
  readonly #decay: Float64Array;
  readonly #jump: Float64Array;
  readonly #excess: Float64Array;

  constructor(dice: Dice, echoes: readonly Echo[]) {
    this.#dice = dice;
    this.#decay = Float64Array.from(echoes, ({ delayUs }) => 1 / delayUs);
    this.#jump = Float64Array.from(echoes, ({ offspring, delayUs }) => offspring / delayUs);
    this.#excess = new Float64Array(echoes.length);
    this.#ownShare = echoes.reduce((share, { offspring }) => share - offspring, 1);
  }

  /** @param orders per microsecond, mean, from the next gap on */
  enter(orders: number): void {
    this.#base = orders * this.#ownShare;
  }

  /** Microseconds from one order to the next. */
  gap(): number {
    const excess = this.#excess;
    const decay = this.#decay;
    let gap = this.#dice.exponential() / this.#base;
    for (let echo = 0; echo < excess.length; echo++) {
      const rate = decay[echo] ?? 1;
      const sooner = firstOf(this.#dice, excess[echo] ?? 0, rate);
      if (sooner < gap) gap = sooner;
    }
    for (let echo = 0; echo < excess.length; echo++) {
      excess[echo] = (excess[echo] ?? 0) * Math.exp(-(decay[echo] ?? 0) * gap) + (this.#jump[echo] ?? 0);
    }
    return gap;
  }
}

/** When an intensity that decays first brings something; Infinity when it dies out before. */
export function firstOf(dice: Dice, intensity: number, decay: number): number {
  const left = 1 - (decay * dice.exponential()) / intensity;
  return left > 0 ? -Math.log(left) / decay : Infinity;
}
