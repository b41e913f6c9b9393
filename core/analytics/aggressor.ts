import { defer, finalize, map, type Observable, type OperatorFunction } from 'rxjs';
import { type AggressorSide, Trade } from '../domain/market.ts';

export interface AggressorOptions {
  /**
   * As project-x-py has it: the venue's flag is not looked at, trades between bid and ask are `unknown`, and there is no tick
   * rule. Default false.
   */
  readonly compat?: boolean | undefined;
}

export type AggressorSource = 'venue' | 'quote' | 'mid' | 'tick' | 'none';

export interface Aggressor {
  readonly side: AggressorSide;
  /** What it was told by: the venue itself, the quote that was hit, the nearer half of the spread, the last change of price. */
  readonly source: AggressorSource;
  /** 0 to 1: 1 from the venue, 0.9 at a quote, 0.7 inside the spread, 0.6 by the tick rule, 0 unknown. An order, not odds. */
  readonly confidence: number;
}

const CONFIDENCE: Readonly<Record<AggressorSource, number>> = { venue: 1, quote: 0.9, mid: 0.7, tick: 0.6, none: 0 };

/**
 * Which side crossed the spread: the venue's flag, else the quote rule, else the tick rule.
 *
 * Formula  Lee & Ready, "Inferring Trade Direction from Intraday Data", Journal of Finance 46(2), 1991, without their
 *          five-second delay: our quotes and trades come in the venue's order
 */
export class AggressorRule {
  readonly #compat: boolean;
  #bid = Number.NaN;
  #ask = Number.NaN;
  #price = Number.NaN;
  #direction: AggressorSide = 'unknown';

  constructor({ compat = false }: AggressorOptions = {}) {
    this.#compat = compat;
  }

  /** The best prices before the next trade; NaN or `undefined` for an empty side. */
  quote(bid = Number.NaN, ask = Number.NaN): void {
    this.#bid = bid;
    this.#ask = ask;
  }

  read({ price, side }: Pick<Trade, 'price' | 'side'>): Aggressor {
    if (price > this.#price) this.#direction = 'buy';
    else if (price < this.#price) this.#direction = 'sell';
    this.#price = price;
    if (this.#compat) return this.#as(this.#byQuote(price), 'quote');
    if (side !== 'unknown') return this.#as(side, 'venue');
    const atQuote = this.#byQuote(price);
    if (atQuote !== 'unknown') return this.#as(atQuote, 'quote');
    const mid = (this.#bid + this.#ask) / 2;
    if (price !== mid && !Number.isNaN(mid)) return this.#as(price > mid ? 'buy' : 'sell', 'mid');
    return this.#as(this.#direction, 'tick');
  }

  #byQuote(price: number): AggressorSide {
    if (Number.isNaN(this.#bid) || Number.isNaN(this.#ask) || this.#bid >= this.#ask) return 'unknown';
    if (price >= this.#ask) return 'buy';
    return price <= this.#bid ? 'sell' : 'unknown';
  }

  #as(side: AggressorSide, told: AggressorSource): Aggressor {
    const source = side === 'unknown' ? 'none' : told;
    return { side, source, confidence: CONFIDENCE[source] };
  }
}

/** Gives trades whose side the venue does not tell the side that the quotes tell. `quotes$` may be quotes or books. */
export const withAggressor =
  (
    quotes$: Observable<{ readonly bid: number | undefined; readonly ask: number | undefined }>,
    options: AggressorOptions = {},
  ): OperatorFunction<Trade, Trade> =>
  (trades$) =>
    defer(() => {
      const rule = new AggressorRule(options);
      const quotes = quotes$.subscribe(({ bid, ask }) => rule.quote(bid, ask));
      return trades$.pipe(
        map((trade) => {
          const { side } = rule.read(trade);
          const { instrument, price, size, tsEvent, tsRecv } = trade;
          return side === trade.side ? trade : new Trade(instrument, price, size, side, tsEvent, tsRecv);
        }),
        finalize(() => quotes.unsubscribe()),
      );
    });
