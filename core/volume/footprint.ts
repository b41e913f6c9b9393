import { Observable, type OperatorFunction } from 'rxjs';
import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Trade } from '../domain/market.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { checkWhole, checkWithin, type Settled } from './option-checks.ts';
import { addTrade, type TradeSink } from './trade-sink.ts';

export interface FootprintOptions {
  /** Length of a bar, microseconds; bars begin at whole multiples of it since 1970. */
  readonly span: Micros;
  /** Ticks of a row. Default 1. */
  readonly ticksPerRow?: number | undefined;
  /** Rows of a bar at most; when it needs more, all of that bar become twice as high. Default 4,096. */
  readonly maxRows?: number | undefined;
  /** An imbalance is so many times the volume of the row that it is compared with. Default 3. */
  readonly ratio?: number | undefined;
  /** Volume that an imbalance has at least, contracts or coins. Default 0: any. */
  readonly minVolume?: number | undefined;
}

export interface FootprintRow {
  /** Lowest price of the row. */
  readonly price: number;
  /** What sellers sold into the bid, and what buyers bought from the offer. */
  readonly sell: number;
  readonly buy: number;
  readonly unknown: number;
  /** `buy`: buyers here outdid the sellers one row below; `sell`: sellers here outdid the buyers one row above. */
  readonly imbalance: 'buy' | 'sell' | 'both' | undefined;
}

/** Prices in price units, volume in contracts or coins, times in epoch milliseconds UTC. */
export interface FootprintBar {
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly buy: number;
  readonly sell: number;
  /** buy − sell, and the highest and lowest that it was within the bar. */
  readonly delta: number;
  readonly maxDelta: number;
  readonly minDelta: number;
  readonly trades: number;
  /** Price of the row with most volume; of equals the lowest. `undefined` without volume. */
  readonly poc: number | undefined;
  readonly ticksPerRow: number;
  /** From the lowest price; rows without volume are left out. */
  readonly rows: readonly FootprintRow[];
}

interface Row {
  buy: number;
  sell: number;
  unknown: number;
}

/**
 * Volume by price and aggressor, bar by bar.
 *
 * In       trades of one instrument; those of size 0 set prices and are no volume
 * Out      a bar goes to `onBar` with the first trade of a later one, and with `end`; intervals without trades have none
 * Late     a trade of a bar that has gone is counted in `late` and left out
 * Formula  imbalances compare diagonally, as footprint charts do: the offer at a price with the bid one row below
 * Memory   the rows of one bar, `maxRows` at most
 */
export class Footprint implements TradeSink {
  late = 0;
  readonly #span: Micros;
  readonly #options: Settled<FootprintOptions>;
  readonly #grid: Pick<Instrument, 'ticks' | 'price'>;
  readonly #onBar: (bar: FootprintBar) => void;
  #bar: OpenBar | undefined;

  constructor(
    grid: Pick<Instrument, 'ticks' | 'price'>,
    { span, ticksPerRow = 1, maxRows = 4_096, ratio = 3, minVolume = 0 }: FootprintOptions,
    onBar: (bar: FootprintBar) => void,
  ) {
    checkWithin('span', span, 0, Number.POSITIVE_INFINITY);
    checkWhole('ticksPerRow', ticksPerRow);
    checkWhole('maxRows', maxRows, 2);
    checkWithin('ratio', ratio, 0, Number.POSITIVE_INFINITY);
    this.#span = span;
    this.#options = { span, ticksPerRow, maxRows, ratio, minVolume };
    this.#grid = grid;
    this.#onBar = onBar;
  }

  add(us: Micros, price: number, size: number, side: number): void {
    if (this.#bar === undefined || us >= this.#bar.end) {
      this.end();
      this.#bar = new OpenBar(Math.floor(us / this.#span) * this.#span, price, this.#options);
    }
    if (us < this.#bar.start) this.late++;
    else this.#bar.add(this.#grid.ticks(price), price, size, side);
  }

  /** No more trades come: the open bar goes out. */
  end(): void {
    if (this.#bar !== undefined) this.#onBar(this.#bar.close(this.#grid));
    this.#bar = undefined;
  }
}

class OpenBar {
  readonly start: Micros;
  readonly end: Micros;
  readonly #options: Settled<FootprintOptions>;
  readonly #open: number;
  #high: number;
  #low: number;
  #last: number;
  #buy = 0;
  #sell = 0;
  #volume = 0;
  #maxDelta = 0;
  #minDelta = 0;
  #trades = 0;
  #ticksPerRow: number;
  #rows = new Map<number, Row>();

  constructor(start: Micros, price: number, options: Settled<FootprintOptions>) {
    this.start = start;
    this.end = start + options.span;
    this.#options = options;
    this.#ticksPerRow = options.ticksPerRow;
    this.#open = price;
    this.#high = price;
    this.#low = price;
    this.#last = price;
  }

  add(ticks: number, price: number, size: number, side: number): void {
    if (price > this.#high) this.#high = price;
    if (price < this.#low) this.#low = price;
    this.#last = price;
    if (!(size > 0)) return;
    this.#trades++;
    this.#volume += size;
    const row = this.#rowOf(Math.floor(ticks / this.#ticksPerRow));
    if (side === SIDE_BUY) {
      row.buy += size;
      this.#buy += size;
    } else if (side === SIDE_SELL) {
      row.sell += size;
      this.#sell += size;
    } else row.unknown += size;
    const delta = this.#buy - this.#sell;
    if (delta > this.#maxDelta) this.#maxDelta = delta;
    if (delta < this.#minDelta) this.#minDelta = delta;
    while (this.#rows.size > this.#options.maxRows) this.#widen();
  }

  close(grid: Pick<Instrument, 'price'>): FootprintBar {
    const rows = [...this.#rows].sort(([a], [b]) => a - b);
    const priceOf = (row: number): number => grid.price(row * this.#ticksPerRow);
    const most = rows.reduce((best, row) => (volumeOf(row[1]) > volumeOf(best[1]) ? row : best), rows[0] ?? NO_ROW);
    return {
      start: toMillis(this.start),
      end: toMillis(this.end),
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#last,
      volume: this.#volume,
      buy: this.#buy,
      sell: this.#sell,
      delta: this.#buy - this.#sell,
      maxDelta: this.#maxDelta,
      minDelta: this.#minDelta,
      trades: this.#trades,
      poc: rows.length === 0 ? undefined : priceOf(most[0]),
      ticksPerRow: this.#ticksPerRow,
      rows: rows.map(([row, { buy, sell, unknown }]) => ({
        price: priceOf(row),
        sell,
        buy,
        unknown,
        imbalance: this.#imbalance(row, buy, sell),
      })),
    };
  }

  #imbalance(row: number, buy: number, sell: number): FootprintRow['imbalance'] {
    const { ratio, minVolume } = this.#options;
    const outdoes = (one: number, other: number): boolean => one > 0 && one >= minVolume && one >= ratio * other;
    const isBuy = outdoes(buy, this.#rows.get(row - 1)?.sell ?? 0);
    const isSell = outdoes(sell, this.#rows.get(row + 1)?.buy ?? 0);
    if (isBuy && isSell) return 'both';
    return isBuy ? 'buy' : isSell ? 'sell' : undefined;
  }

  #rowOf(number: number): Row {
    const known = this.#rows.get(number);
    if (known !== undefined) return known;
    const row = { buy: 0, sell: 0, unknown: 0 };
    this.#rows.set(number, row);
    return row;
  }

  #widen(): void {
    const narrow = this.#rows;
    this.#rows = new Map();
    this.#ticksPerRow *= 2;
    for (const [number, { buy, sell, unknown }] of narrow) {
      const row = this.#rowOf(Math.floor(number / 2));
      row.buy += buy;
      row.sell += sell;
      row.unknown += unknown;
    }
  }
}

const NO_ROW: readonly [number, Row] = [0, { buy: 0, sell: 0, unknown: 0 }];
const volumeOf = ({ buy, sell, unknown }: Row): number => buy + sell + unknown;

/** The footprint of each bar when it is over, and of the last one when the trades end; see `Footprint`. */
export const footprint =
  (grid: Pick<Instrument, 'ticks' | 'price'>, options: FootprintOptions): OperatorFunction<Trade, FootprintBar> =>
  (trades$) =>
    new Observable((subscriber) => {
      const bars = new Footprint(grid, options, (bar) => subscriber.next(bar));
      return trades$.subscribe({
        next: (trade) => addTrade(bars, trade),
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          bars.end();
          subscriber.complete();
        },
      });
    });
