import type { Dice } from './dice.ts';

/** Minutes that share one deck of moves. */
const DECK = 30;
/** Exponent of the moves' sizes: 1 would be the tail of an exponential, more is heavier. */
const TAIL = 1.35;
/** How long calm and nervous spells last: correlation of the tension from one minute to the next. */
const SPELL = 0.8;
/** Share of a minute's activity that comes from the size of its move. */
const ACTIVITY_OF_MOVE = 0.3;

/**
 * Sizes of the moves of thirty minutes, in ascending order, with a mean square of 1: heavy-tailed quantiles, one of each,
 * rather than independent draws. Sixty independent draws would show the tail of their distribution in some hours only.
 */
const MOVES = ((): readonly number[] => {
  const raw = Array.from({ length: DECK }, (_, i) => (-Math.log(1 - (i + 0.5) / DECK)) ** TAIL);
  const scale = Math.sqrt(raw.reduce((sum, move) => sum + move * move, 0) / DECK);
  return raw.map((move) => move / scale);
})();
const MEAN_MOVE = MOVES.reduce((sum, move) => sum + move, 0) / DECK;

/**
 * What each minute is like: how active, and how far the fair price goes in it. A deck of moves is dealt to thirty minutes by
 * rank of a tension that lasts for some minutes, so that large moves come near each other, and with more trades.
 */
export class Minutes {
  /** Activity of the minute entered, against the day's mean. */
  activity = 1;
  /** Deviation of the fair price's move in such a minute, against the day's mean. */
  deviation = 1;
  /** The move itself, signed, in deviations. */
  move = 0;
  readonly #dice: Dice;
  readonly #activity: readonly number[];
  readonly #deviation: readonly number[];
  readonly #firstMinute: number;
  readonly #dealt = new Float64Array(DECK);
  readonly #tensions = new Float64Array(DECK);
  readonly #ranked: number[] = Array.from({ length: DECK }, (_, minute) => minute);
  #entered = 0;
  #tension = 0;

  /** @param day relative activity of each half hour UTC; @param minuteOfDay at the start */
  constructor(dice: Dice, day: readonly number[], minuteOfDay: number) {
    this.#dice = dice;
    this.#activity = againstMean(day);
    // Variance goes with the root of the activity: busy hours move less per trade than quiet ones.
    this.#deviation = againstMean(day.map(Math.sqrt)).map(Math.sqrt);
    this.#firstMinute = minuteOfDay;
  }

  /** Goes on to the next minute. */
  enter(): void {
    const card = this.#entered % DECK;
    if (card === 0) this.#deal();
    const size = this.#dealt[card] ?? 0;
    const halfHour = Math.floor((this.#firstMinute + this.#entered) / 30) % this.#activity.length;
    this.activity = (this.#activity[halfHour] ?? 1) * (1 - ACTIVITY_OF_MOVE + (ACTIVITY_OF_MOVE * size) / MEAN_MOVE);
    this.deviation = this.#deviation[halfHour] ?? 1;
    this.move = this.#dice.next() < 0.5 ? -size : size;
    this.#entered++;
  }

  #deal(): void {
    for (let minute = 0; minute < DECK; minute++) {
      this.#tension = SPELL * this.#tension + this.#dice.normal();
      this.#tensions[minute] = this.#tension + this.#dice.normal();
    }
    this.#ranked.sort((a, b) => (this.#tensions[a] ?? 0) - (this.#tensions[b] ?? 0));
    for (const [rank, minute] of this.#ranked.entries()) this.#dealt[minute] = MOVES[rank] ?? 0;
  }
}

function againstMean(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value / mean);
}
