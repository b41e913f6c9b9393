import type { Dice } from './dice.ts';

const SECOND_US = 1_000_000;
const SECONDS = 60;

/** What the seconds of a minute share: quantiles of a logistic distribution, one of each; sum 0, mean square 1. */
const MOVES = ((): readonly number[] => {
  const raw = Array.from({ length: SECONDS }, (_, i) => Math.log((i + 0.5) / (SECONDS - i - 0.5)));
  const scale = Math.sqrt(raw.reduce((sum, move) => sum + move * move, 0) / SECONDS);
  return raw.map((move) => move / scale);
})();

/**
 * Where the price belongs, in ticks with fraction. Each minute brings the move that it was dealt, on a rough way: its seconds
 * share a deck of ups and downs that cancel out, and within a second the price goes on a Brownian bridge.
 */
export class FairPrice {
  ticks: number;
  readonly #dice: Dice;
  /** The price stays above this. */
  readonly #floor: number;
  readonly #moves = Float64Array.from(MOVES);
  /** Of a second in this minute, ticks: trend, and deviation of the rest. */
  #trend = 0;
  #deviation = 0;
  #second = SECONDS;
  #target: number;
  #now = 0;
  #end = 0;

  constructor(dice: Dice, ticks: number, floor: number) {
    this.#dice = dice;
    this.#floor = floor;
    this.ticks = Math.max(ticks, floor);
    this.#target = this.ticks;
  }

  /** Begins a minute that moves the price by `move`, on a way whose ups and downs deviate by `deviation` in all; ticks. */
  aim(move: number, deviation: number): void {
    while (this.#second < SECONDS) this.#nextSecond();
    this.#trend = move / SECONDS;
    this.#deviation = deviation / Math.sqrt(SECONDS);
    this.#second = 0;
    this.#shuffle();
  }

  /** Goes on to a time within the minute, microseconds since the start. */
  advance(to: number): void {
    while (to >= this.#end) this.#nextSecond();
    const left = this.#end - this.#now;
    const passed = to - this.#now;
    if (passed <= 0) return;
    const deviation = this.#deviation * Math.sqrt((passed * (left - passed)) / (left * SECOND_US));
    const ticks = this.ticks + ((this.#target - this.ticks) * passed) / left + deviation * this.#dice.normal();
    this.ticks = Math.max(ticks, this.#floor);
    this.#now = to;
  }

  /**
   * A trade draws opinions a share of the way to its price, or of a tick when they are further off, and leaves doubts, in
   * ticks. The next second forgets both.
   */
  heed(price: number, share: number, doubt: number): void {
    if (share === 0) return;
    const way = Math.max(-1, Math.min(1, price - this.ticks));
    this.ticks += share * way + doubt * this.#dice.normal();
  }

  #nextSecond(): void {
    this.ticks = this.#target;
    this.#now = this.#end;
    this.#end += SECOND_US;
    const move = this.#trend + this.#deviation * (this.#moves[this.#second++] ?? 0);
    this.#target = Math.max(this.ticks + move, this.#floor);
  }

  /** Fisher and Yates. */
  #shuffle(): void {
    const moves = this.#moves;
    for (let last = SECONDS - 1; last > 0; last--) {
      const other = Math.floor(this.#dice.next() * (last + 1));
      const move = moves[last] ?? 0;
      moves[last] = moves[other] ?? 0;
      moves[other] = move;
    }
  }
}
