import { concatMap, defer, from, type OperatorFunction } from 'rxjs';
import { MillraceError } from '../errors/millrace-error.ts';
import { checkWhole } from './option-checks.ts';

/** What is read of a bar: a footprint bar has it all. */
export interface DeltaBar {
  /** Epoch milliseconds, UTC. */
  readonly start: number;
  readonly high: number;
  readonly low: number;
  /** Bought minus sold within the bar. */
  readonly delta: number;
}

export interface DivergenceOptions {
  /** Bars on either side that a swing's price beats. Default 3. */
  readonly strength?: number | undefined;
  /** Bars between the two swings at most. Default 60. */
  readonly maxBars?: number | undefined;
  /** Names the session of a time; swings and cumulative delta begin anew when it changes. Default one session for ever. */
  readonly sessionOf?: ((start: number) => number | string) | undefined;
}

/** Prices in price units, delta cumulative since the session began. */
export interface DeltaDivergence {
  /** `bearish`: a higher high on less delta. `bullish`: a lower low on more. */
  readonly kind: 'bearish' | 'bullish';
  /** Start of the bar of the second swing, and of the first; epoch milliseconds. */
  readonly at: number;
  readonly before: number;
  readonly price: number;
  readonly priceBefore: number;
  readonly delta: number;
  readonly deltaBefore: number;
  /** Start of the bar at whose close it was known: `strength` bars after the swing. It is never taken back. */
  readonly knownAt: number;
}

interface Point extends DeltaBar {
  readonly number: number;
  /** Cumulative delta at the end of the bar. */
  readonly sum: number;
}

/**
 * Where price and cumulative delta part at swings.
 *
 * In       closed bars of one instrument, oldest first
 * Out      the divergences that a bar makes known, none or one of each kind
 * Formula  a swing high is a bar whose high is above the highs of the `strength` bars before it and not below those of the
 *          `strength` bars after it; lows likewise. Two swings that follow upon each other within `maxBars` diverge when price
 *          makes a higher high and cumulative delta a lower one, or price a lower low and delta a higher one
 * Resets   when `sessionOf` changes
 * Memory   2 × `strength` + 1 bars and two swings
 */
export class DeltaDivergences {
  readonly #strength: number;
  readonly #maxBars: number;
  readonly #sessionOf: (start: number) => number | string;
  #session: number | string | undefined;
  #recent: Point[] = [];
  #number = 0;
  #sum = 0;
  #high: Point | undefined;
  #low: Point | undefined;

  constructor({ strength = 3, maxBars = 60, sessionOf = () => 0 }: DivergenceOptions = {}) {
    checkWhole('strength', strength);
    checkWhole('maxBars', maxBars);
    this.#strength = strength;
    this.#maxBars = maxBars;
    this.#sessionOf = sessionOf;
  }

  update({ start, high, low, delta }: DeltaBar): readonly DeltaDivergence[] {
    if (!Number.isFinite(high + low + delta)) throw badBar(high, low, delta);
    const session = this.#sessionOf(start);
    if (session !== this.#session) this.#begin();
    this.#session = session;
    this.#sum += delta;
    this.#recent.push({ start, high, low, delta, number: this.#number++, sum: this.#sum });
    if (this.#recent.length <= 2 * this.#strength) return [];
    const found = this.#judge(this.#recent[this.#strength], start);
    this.#recent.shift();
    return found;
  }

  #begin(): void {
    this.#recent = [];
    this.#sum = 0;
    this.#high = undefined;
    this.#low = undefined;
  }

  #judge(middle: Point | undefined, knownAt: number): DeltaDivergence[] {
    if (middle === undefined) return [];
    const found: DeltaDivergence[] = [];
    if (this.#beats(({ high }) => high)) {
      const before = this.#near(this.#high, middle);
      if (before && middle.high > before.high && middle.sum < before.sum) {
        found.push(divergence('bearish', before, middle, knownAt));
      }
      this.#high = middle;
    }
    if (this.#beats(({ low }) => -low)) {
      const before = this.#near(this.#low, middle);
      if (before && middle.low < before.low && middle.sum > before.sum) {
        found.push(divergence('bullish', before, middle, knownAt));
      }
      this.#low = middle;
    }
    return found;
  }

  /** Is the middle one of the recent bars a swing? */
  #beats(read: (point: Point) => number): boolean {
    const values = this.#recent.map(read);
    const at = values[this.#strength] ?? 0;
    return values.every((value, i) => (i < this.#strength ? value < at : value <= at));
  }

  #near(before: Point | undefined, now: Point): Point | undefined {
    return before !== undefined && now.number - before.number <= this.#maxBars ? before : undefined;
  }
}

function divergence(kind: 'bearish' | 'bullish', before: Point, now: Point, knownAt: number): DeltaDivergence {
  const priceOf = kind === 'bearish' ? (point: Point) => point.high : (point: Point) => point.low;
  return {
    kind,
    at: now.start,
    before: before.start,
    price: priceOf(now),
    priceBefore: priceOf(before),
    delta: now.sum,
    deltaBefore: before.sum,
    knownAt,
  };
}

const badBar = (high: number, low: number, delta: number): MillraceError =>
  new MillraceError({
    code: 'VOLUME_BAD_INPUT',
    where: { path: 'deltaDivergence' },
    was: `high ${high}, low ${low}, delta ${delta}`,
    expected: 'finite numbers: one NaN would spoil every later sum',
    fix: 'filter such bars out before',
  });

/** Divergences as closed bars make them known; see `DeltaDivergences`. */
export const deltaDivergence =
  (options: DivergenceOptions = {}): OperatorFunction<DeltaBar, DeltaDivergence> =>
  (bars$) =>
    defer(() => {
      const divergences = new DeltaDivergences(options);
      return bars$.pipe(concatMap((bar) => from(divergences.update(bar))));
    });
