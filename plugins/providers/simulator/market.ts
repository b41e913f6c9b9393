import { type Instrument, SIDE_BUY, SIDE_SELL } from '#core';
import { Arrivals } from './arrivals.ts';
import { Dice } from './dice.ts';
import { LEVELS, OrderBook } from './order-book.ts';
import type { Profile } from './profiles.ts';

/** Between two market orders the resting orders change once, so the fair price takes two steps per market order. */
const STEPS_PER_TRADE = 2;
/** How far the fair price may leave the spread before the quotes follow, in ticks: this is what makes prices bounce. */
const SLACK = 0.35;
/** One move in fifty is three times as large as the others. */
const LEAP_CHANCE = 0.02;
const LEAP = 3;
const LEAP_VARIANCE = 1 + LEAP_CHANCE * (LEAP ** 2 - 1);
const DAY_SECONDS = 86_400;

export interface MarketSettings {
  readonly instrument: Instrument;
  readonly profile: Profile;
  readonly price: number;
  readonly tradesPerSecond: number;
  /** Standard deviation of a day's return, in percent. */
  readonly volatility: number;
}

/**
 * One instrument: a fair price that wanders, a book around it, and orders that arrive in bursts. A market order takes the
 * best opposite level and walks on when it is larger. It knows nothing of who listens, so what it does cannot depend on it.
 */
export class SimulatedMarket {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  /** Microseconds since the start at which the next step is due. */
  nextAt = 0;
  /** Prints of the last step: `prints` of them, all by the aggressor `side`. */
  prints = 0;
  side = SIDE_BUY;
  readonly printTicks = new Float64Array(LEVELS);
  readonly printLots = new Float64Array(LEVELS);

  readonly #profile: Profile;
  readonly #dice: Dice;
  readonly #arrivals: Arrivals;
  readonly #midnightToStart: number;
  /** Relative size of the fair price's move at one step. */
  readonly #step: number;
  #tradeIsNext = false;
  /** When the next market order is due. */
  #tradeAt = 0;
  /** Fair price in ticks, with fraction. */
  #fair: number;

  /** @param timeOfDay microseconds since midnight UTC at the start */
  constructor(settings: MarketSettings, seed: number, timeOfDay: number) {
    const { instrument, profile } = settings;
    const stepsPerDay = DAY_SECONDS * settings.tradesPerSecond * STEPS_PER_TRADE;
    this.instrument = instrument;
    this.#profile = profile;
    this.#dice = new Dice(seed, instrument.symbol);
    this.#arrivals = new Arrivals(this.#dice, settings.tradesPerSecond, profile.day);
    this.#midnightToStart = timeOfDay;
    this.#step = settings.volatility / 100 / Math.sqrt(stepsPerDay * LEAP_VARIANCE);
    this.#fair = Math.max(instrument.ticks(settings.price), LEVELS) + 0.5;
    this.book = new OrderBook(this.#dice, Math.floor(this.#fair), profile.restingLots);
  }

  /** What is due at `nextAt`: a market order, or the change of resting orders between it and the next. */
  step(): void {
    const dice = this.#dice;
    const leap = dice.next() < LEAP_CHANCE ? LEAP : 1;
    // The floor keeps the lowest bid level above a price of 0.
    this.#fair = Math.max(this.#fair * (1 + this.#step * leap * dice.normal()), LEVELS + 0.5);
    this.prints = 0;
    if (this.#tradeIsNext) this.#trade();
    else this.book.stir(this.#profile.orderLots(dice.next()));
    this.#follow();
    this.#tradeIsNext = !this.#tradeIsNext;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#tradeIsNext) {
      this.nextAt = this.#tradeAt;
      return;
    }
    const gap = this.#arrivals.gap(this.#midnightToStart + this.nextAt);
    this.#tradeAt = this.nextAt + gap;
    this.nextAt += gap * this.#dice.next();
  }

  #trade(): void {
    const { book } = this;
    this.side = this.#aggressor();
    const buys = this.side === SIDE_BUY;
    const best = buys ? book.bestBid + 1 : book.bestBid;
    let lots = this.#profile.orderLots(this.#dice.next());
    for (let level = 0; level < LEVELS && lots > 0; level++) {
      const taken = book.take(-this.side, level, lots);
      this.printTicks[level] = buys ? best + level : best - level;
      this.printLots[level] = taken;
      this.prints = level + 1;
      lots -= taken;
    }
  }

  /** Whoever sees the fair price beyond a quote takes that quote; inside the spread the last side tends to go on. */
  #aggressor(): number {
    const above = this.#fair - this.book.bestBid;
    if (above > 1) return SIDE_BUY;
    if (above < 0) return SIDE_SELL;
    if (this.#dice.next() < this.#profile.persistence) return this.side;
    return this.#dice.next() < above ? SIDE_BUY : SIDE_SELL;
  }

  #follow(): void {
    const above = this.#fair - this.book.bestBid;
    if (above > 1 + SLACK || above < -SLACK) this.book.shift(Math.floor(this.#fair) - this.book.bestBid);
  }
}
