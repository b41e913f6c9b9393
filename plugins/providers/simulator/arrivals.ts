import type { Dice } from './dice.ts';

/** Share of the arrivals that an earlier arrival set off. */
const BRANCHING = 0.7;
/** Decay of the excitement after an arrival, per microsecond: a time constant of 100 ms. */
const DECAY = 1 / 100_000;
const MINUTE_US = 60_000_000;
const DAY_MINUTES = 1440;

/**
 * When things happen in one instrument: a Hawkes process with an exponential kernel, so that arrivals come in bursts with
 * long gaps between, on a base rate that follows the day's curve and a slow random regime of busy and calm minutes.
 * Simulated exactly as in Dassios & Zhao, "Exact simulation of Hawkes process with exponentially decaying intensity",
 * Electronic Communications in Probability 18(62), 2013.
 */
export class Arrivals {
  readonly #dice: Dice;
  readonly #day: readonly number[];
  /** Base arrivals per microsecond on an average minute. */
  readonly #mean: number;
  #base = 0;
  #excess = 0;
  #regime = 0;
  #minute = -1;

  /** @param perSecond arrivals, mean over the day; @param day relative activity at each full hour UTC */
  constructor(dice: Dice, perSecond: number, day: readonly number[]) {
    const total = day.reduce((sum, hour) => sum + hour, 0);
    this.#dice = dice;
    this.#day = day.map((hour) => (hour * day.length) / total);
    this.#mean = (perSecond / 1e6) * (1 - BRANCHING);
  }

  /** Microseconds from an arrival at `time` (microseconds since midnight of some day, UTC) to the next one. */
  gap(time: number): number {
    const minute = Math.floor(time / MINUTE_US);
    if (minute !== this.#minute) this.#enter(minute);

    const quiet = -Math.log(this.#dice.next()) / this.#base;
    // What is left of the excitement when it sets off the next arrival; 0 or less when it dies out before.
    const left = 1 + (DECAY * Math.log(this.#dice.next())) / this.#excess;
    const burst = left > 0 ? -Math.log(left) / DECAY : Infinity;
    const gap = Math.min(quiet, burst);
    this.#excess = this.#excess * (burst < quiet ? left : Math.exp(-DECAY * quiet)) + BRANCHING * DECAY;
    return gap;
  }

  /** Takes up the rate of another minute: the day's curve times a log-normal regime that forgets within half an hour. */
  #enter(minute: number): void {
    this.#minute = minute;
    this.#regime = 0.97 * this.#regime + 0.15 * this.#dice.normal();
    const hours = ((minute % DAY_MINUTES) / DAY_MINUTES) * this.#day.length;
    const hour = Math.floor(hours);
    const from = this.#day[hour] ?? 1;
    const to = this.#day[(hour + 1) % this.#day.length] ?? 1;
    // 0.19 is half the regime's variance, so that its mean is 1.
    this.#base = this.#mean * (from + (to - from) * (hours - hour)) * Math.exp(this.#regime - 0.19);
  }
}
