import { type DayNumber, dateOf } from '../calendar/day-number.ts';
import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { checkWhole } from './option-checks.ts';

/** A stretch of the tape. Prices in price units, volume in contracts or coins, `start` in epoch milliseconds UTC. */
export interface LinePoint {
  readonly start: number;
  /** Trading date at its end, `YYYY-MM-DD`. */
  readonly tradingDate: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Bought minus sold within it, and since the session began, at its end. */
  readonly delta: number;
  readonly cumulativeDelta: number;
  /** At its end; `undefined` before the first volume. */
  readonly vwap: number | undefined;
  readonly deviation: number | undefined;
}

export interface PriceLineValue {
  /** Length of a stretch, milliseconds. */
  readonly spanMs: number;
  /** Oldest first; stretches without a print are left out. */
  readonly points: readonly LinePoint[];
}

/** Each divides the one after it, so stretches can be joined and keep to the clock. */
const SPANS: readonly Micros[] = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400].map((seconds) => seconds * 1_000_000);

interface Point {
  start: Micros;
  day: DayNumber;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  delta: number;
  cumulativeDelta: number;
  vwap: number;
  deviation: number;
}

/**
 * A tape of any length as a line that fits on a screen: stretches of a second that become longer, up to a day, whenever there
 * are more than `maxPoints`. With stretches of a day the oldest are given up.
 *
 * Late     a print of a stretch that is past is taken into it; one of a stretch without a print gets one
 */
export class PriceLine {
  readonly #maxPoints: number;
  #level = 0;
  #points: Point[] = [];

  constructor(maxPoints = 1_500) {
    checkWhole('maxPoints', maxPoints, 2);
    this.#maxPoints = maxPoints;
  }

  /** `vwap`, `deviation` and `cumulativeDelta` are those after the print, `day` is its trading date. */
  add(
    us: Micros,
    price: number,
    size: number,
    side: number,
    vwap: number,
    deviation: number,
    cumulativeDelta: number,
    day: DayNumber,
  ): void {
    const point = this.#pointOf(us, price);
    if (price > point.high) point.high = price;
    if (price < point.low) point.low = price;
    point.close = price;
    point.volume += size;
    if (side === SIDE_BUY) point.delta += size;
    if (side === SIDE_SELL) point.delta -= size;
    point.vwap = vwap;
    point.deviation = deviation;
    point.cumulativeDelta = cumulativeDelta;
    point.day = day;
    while (this.#points.length > this.#maxPoints) this.#shorten();
  }

  get value(): PriceLineValue {
    const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
    return {
      spanMs: toMillis(this.#span),
      points: this.#points.map(({ start, day, vwap, deviation, ...point }) => ({
        ...point,
        start: toMillis(start),
        tradingDate: dateOf(day),
        vwap: known(vwap),
        deviation: known(deviation),
      })),
    };
  }

  get #span(): Micros {
    return SPANS[this.#level] ?? 0;
  }

  #pointOf(us: Micros, price: number): Point {
    const last = this.#points.at(-1);
    if (last !== undefined && us >= last.start && us < last.start + this.#span) return last;
    const start = Math.floor(us / this.#span) * this.#span;
    const at = this.#points.findLastIndex((point) => point.start <= start);
    const known = this.#points[at];
    if (known?.start === start) return known;
    const point = newPoint(start, price);
    this.#points.splice(at + 1, 0, point);
    return point;
  }

  #shorten(): void {
    if (this.#level === SPANS.length - 1) {
      this.#points.shift();
      return;
    }
    this.#level++;
    const joined: Point[] = [];
    for (const point of this.#points) {
      const start = Math.floor(point.start / this.#span) * this.#span;
      const last = joined.at(-1);
      if (last?.start === start) join(last, point);
      else joined.push({ ...point, start });
    }
    this.#points = joined;
  }
}

const newPoint = (start: Micros, price: number): Point => ({
  start,
  day: 0,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
  delta: 0,
  cumulativeDelta: 0,
  vwap: Number.NaN,
  deviation: Number.NaN,
});

function join(into: Point, next: Point): void {
  into.high = Math.max(into.high, next.high);
  into.low = Math.min(into.low, next.low);
  into.day = next.day;
  into.close = next.close;
  into.volume += next.volume;
  into.delta += next.delta;
  into.cumulativeDelta = next.cumulativeDelta;
  into.vwap = next.vwap;
  into.deviation = next.deviation;
}
