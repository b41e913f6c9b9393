import type { OperatorFunction } from 'rxjs';
import type { BookView } from '../plugin/context.ts';
import { streaming } from './streaming.ts';
import { checkPositive } from './time-window.ts';

export interface ImbalanceOptions {
  /** Levels of each side. Default 10. */
  readonly levels?: number | undefined;
  /** Price of a tick: distances are counted in it. */
  readonly tickSize: number;
  /** Ticks from its side's best price at which a level counts half. Default 5. */
  readonly halfTicks?: number | undefined;
}

/** All ratios run from -1 (asks only) to 1 (bids only); `undefined` where a side is empty. */
export interface MarketImbalance {
  readonly tsEvent: number;
  readonly bidTotal: number;
  readonly askTotal: number;
  /** (B − A) ÷ (B + A) over the levels. */
  readonly imbalance: number | undefined;
  /** The same with sizes × 2^(−distance ÷ halfTicks). */
  readonly weighted: number | undefined;
  /** The same on the best level alone. */
  readonly top: number | undefined;
  /** Micro-price minus mid, in ticks: where the top of the book leans. */
  readonly leanTicks: number | undefined;
}

/**
 * How the resting sizes lean.
 *
 * Formula  order-book imbalance; Cartea, Jaimungal & Penalva, "Algorithmic and High-Frequency Trading", 2015, 12.2.1
 */
export class ImbalanceMeter {
  readonly #levels: number;
  readonly #tickSize: number;
  readonly #halfTicks: number;
  readonly #prices: Float64Array;
  readonly #sizes: Float64Array;

  constructor({ levels = 10, tickSize, halfTicks = 5 }: ImbalanceOptions) {
    for (const [name, value] of Object.entries({ levels, tickSize, halfTicks })) checkPositive(name, value);
    this.#levels = levels;
    this.#tickSize = tickSize;
    this.#halfTicks = halfTicks;
    this.#prices = new Float64Array(levels);
    this.#sizes = new Float64Array(levels);
  }

  read(book: BookView): MarketImbalance {
    const [bidTotal, askTotal] = [book.total('bid', this.#levels), book.total('ask', this.#levels)];
    const hasBoth = bidTotal > 0 && askTotal > 0;
    const { mid, microPrice } = book;
    return {
      tsEvent: book.tsEvent,
      bidTotal,
      askTotal,
      imbalance: hasBoth ? ratio(bidTotal, askTotal) : undefined,
      weighted: hasBoth ? ratio(this.#weighted(book, 'bid'), this.#weighted(book, 'ask')) : undefined,
      top: hasBoth ? ratio(book.bidSize, book.askSize) : undefined,
      leanTicks: mid === undefined || microPrice === undefined ? undefined : (microPrice - mid) / this.#tickSize,
    };
  }

  #weighted(book: BookView, side: 'bid' | 'ask'): number {
    const count = book.top(side, this.#prices, this.#sizes);
    const best = this.#prices[0] ?? 0;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const distance = Math.abs((this.#prices[i] ?? best) - best) / this.#tickSize;
      sum += (this.#sizes[i] ?? 0) * 2 ** (-distance / this.#halfTicks);
    }
    return sum;
  }
}

const ratio = (bids: number, asks: number): number => (bids - asks) / (bids + asks);

/** Imbalance of each book that comes; see `ImbalanceMeter`. */
export const marketImbalance = (options: ImbalanceOptions): OperatorFunction<BookView, MarketImbalance> =>
  streaming(
    () => new ImbalanceMeter(options),
    (meter, book) => meter.read(book),
  );
