import { type Instrument, SIDE_BUY } from '#core';
import { Arrivals } from './arrivals.ts';
import { BookTraffic } from './book-traffic.ts';
import { Dice } from './dice.ts';
import { FairPrice } from './fair-price.ts';
import { Minutes } from './minutes.ts';
import { LEVELS, OrderBook } from './order-book.ts';
import { MOST_PRINTS, OrderFlow } from './order-flow.ts';
import type { Profile } from './profiles.ts';

const MINUTE_US = 60_000_000;
const DAY_MINUTES = 1440;
const DAY_SECONDS = 86_400;
/** Share of the orders that walk to worse levels when the best one is used up; the others let the rest go. */
const WALKS = 0.4;
/** The fair price stays above this, in ticks, and with it the lowest bid above 0. */
const LOWEST = LEVELS + 2;

export interface MarketSettings {
  readonly instrument: Instrument;
  readonly profile: Profile;
  readonly price: number;
  readonly tradesPerSecond: number;
  /** Standard deviation of a day's return, in percent. */
  readonly volatility: number;
}

/**
 * One instrument: a fair price that wanders, a book around it, and orders that arrive in bursts. It knows nothing of who
 * listens, so what it does cannot depend on it.
 */
export class SimulatedMarket {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  /** Microseconds since the start at which the next step is due. */
  nextAt = 0;
  /** Prints of the last step: `prints` of them, all by the aggressor `side`. */
  prints = 0;
  side = SIDE_BUY;
  readonly printTicks = new Float64Array(MOST_PRINTS + LEVELS);
  readonly printLots = new Float64Array(MOST_PRINTS + LEVELS);

  readonly #profile: Profile;
  readonly #dice: Dice;
  readonly #minutes: Minutes;
  readonly #fair: FairPrice;
  readonly #flow: OrderFlow;
  readonly #arrivals: Arrivals;
  readonly #traffic: BookTraffic;
  /** Orders per microsecond, mean over the day. */
  readonly #orders: number;
  /** Deviation of the fair price's move in an average minute, relative to the price. */
  readonly #minuteDeviation: number;
  /** How far the fair price may leave the spread before the quotes follow, in ticks: this is what makes prices bounce. */
  readonly #slack: number;
  #orderIsNext = false;
  /** When the next market order is due. */
  #orderAt = 0;
  #minuteEnd = 0;

  /** @param timeOfDay microseconds since midnight UTC at the start */
  constructor(settings: MarketSettings, seed: number, timeOfDay: number) {
    const { instrument, profile } = settings;
    const dice = new Dice(seed, instrument.symbol);
    const ticks = Math.max(instrument.ticks(settings.price), LOWEST) + 0.5;
    this.instrument = instrument;
    this.#profile = profile;
    this.#dice = dice;
    this.#flow = new OrderFlow(dice, profile);
    const ordersPerSecond = settings.tradesPerSecond / this.#flow.meanPrints;
    this.#minutes = new Minutes(dice, profile.day, timeOfDay / MINUTE_US);
    this.#fair = new FairPrice(dice, ticks, LOWEST);
    this.#arrivals = new Arrivals(dice, profile.echoes);
    this.#traffic = new BookTraffic(dice, profile.messagesPerTrade * this.#flow.meanPrints);
    this.#orders = ordersPerSecond / 1e6;
    this.#minuteDeviation = settings.volatility / 100 / Math.sqrt(DAY_MINUTES);
    const ticksPerDay = (settings.volatility / 100) * ticks;
    this.#slack = slackFor(ticksPerDay ** 2 / (DAY_SECONDS * ordersPerSecond) / profile.movesPerOrder);
    this.book = new OrderBook(dice, Math.floor(ticks), profile.restingLots);
  }

  /** What is due at `nextAt`: a market order, or a change of resting orders. At the start there is one of each. */
  step(): void {
    const now = this.nextAt;
    while (now >= this.#minuteEnd) this.#enterMinute();
    this.#fair.advance(now);
    this.prints = 0;
    if (this.#orderIsNext) {
      this.#order();
      this.#orderAt = now + this.#arrivals.gap();
      this.#traffic.order();
    } else this.#message();

    const gap = this.#traffic.gap(this.#orderAt - now);
    this.#orderIsNext = now + gap >= this.#orderAt;
    this.nextAt = this.#orderIsNext ? this.#orderAt : now + gap;
  }

  #enterMinute(): void {
    this.#minutes.enter();
    const { activity, deviation, move } = this.#minutes;
    const orders = this.#orders * activity;
    this.#arrivals.enter(orders);
    this.#traffic.enter(orders);
    const typical = this.#fair.ticks * this.#minuteDeviation * deviation;
    this.#fair.aim(typical * move, typical * this.#profile.roughness);
    this.#minuteEnd += MINUTE_US;
  }

  #order(): void {
    const { book } = this;
    this.side = this.#flow.side(this.#fair.ticks - (book.bestBid + book.bestAsk - 1) / 2);
    const sizes = book.opposite(this.side);
    const buys = this.side === SIDE_BUY;
    const best = buys ? book.bestAsk : book.bestBid;
    const deepest = this.#dice.next() < WALKS ? 2 : 1;
    let level = 0;
    for (let owners = this.#flow.prints(); owners > 0 && level < deepest; owners--) {
      let lots = this.#flow.lots();
      while (lots > 0 && level < deepest) {
        const taken = Math.min(lots, sizes[level] ?? 0);
        this.printTicks[this.prints] = buys ? best + level : best - level;
        this.printLots[this.prints++] = taken;
        lots -= taken;
        sizes[level] = (sizes[level] ?? 0) - taken;
        if (sizes[level] === 0) level++;
      }
    }
    this.#fair.heed(best, this.#profile.heed, this.#profile.doubt);
    if (buys) book.moveAsk(best + level);
    else book.moveBid(best - level);
  }

  #message(): void {
    const { book } = this;
    const fair = this.#fair.ticks;
    const wide = book.bestAsk - book.bestBid > 1;
    if (wide && this.#dice.next() < this.#profile.closing) this.#close(fair);
    else if (wide) book.stir(this.#flow.lots());
    else if (fair > book.bestAsk + this.#slack) {
      // The quotes leave the last tick open, to whoever is the first to fill it.
      const to = Math.floor(fair);
      book.moveAsk(to + 1);
      book.moveBid(to - 1);
    } else if (fair < book.bestBid - this.#slack) {
      const to = Math.floor(fair);
      book.moveBid(to);
      book.moveAsk(to + 2);
    } else book.stir(this.#flow.lots());
  }

  /** The side that gains by it narrows a wide spread by a tick. */
  #close(fair: number): void {
    const { book } = this;
    if (fair > book.bestBid + 1) book.moveBid(book.bestBid + 1);
    else book.moveAsk(book.bestAsk - 1);
  }
}

/**
 * The slack with which the quotes follow as often as asked. A fair price that enters a zone of one tick and twice the slack
 * at the slack's distance from one edge leaves it after slack × (1 + slack) units of variance.
 *
 * @param variance of the fair price between two moves, ticks²
 */
const slackFor = (variance: number): number => (Math.sqrt(1 + 4 * variance) - 1) / 2;
