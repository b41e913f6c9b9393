import type { Instrument } from '../../domain/instrument.ts';
import type { BarFlow, FlowBar } from '../../domain/market.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import {
  BUY,
  CLOSE,
  END,
  flowOf,
  HIGH,
  LOW,
  makeRow,
  merge,
  OPEN,
  SELL,
  START,
  TRADES,
  VALUE,
  VOLUME,
} from './flow-row.ts';

/**
 * Bricks: see RenkoBars. Of several bricks that one trade completes, the first has all that was traded since the last
 * brick and the others nothing. A trade out of order by venue time counts in the volume and moves no brick.
 */
export class RenkoMaker implements BarMaker {
  private readonly out: BarOutlet;
  private readonly instrument: Instrument;
  private readonly wicks: boolean;
  /** In half ticks, in which the middle of two prices is whole. So are the edges of the last brick. */
  private readonly size: number;
  private top = Number.NaN;
  private bottom = Number.NaN;
  /** The furthest prices since the last brick. */
  private high = Number.NEGATIVE_INFINITY;
  private low = Number.POSITIVE_INFINITY;
  private newest = Number.NEGATIVE_INFINITY;
  private last = Number.NaN;
  /** What was traded since the last brick. */
  private readonly since = makeRow();
  private readonly brick = makeRow();

  constructor(out: BarOutlet, instrument: Instrument, size: number, wicks: boolean) {
    this.out = out;
    this.instrument = instrument;
    this.size = size * 2;
    this.wicks = wicks;
  }

  take(row: Float64Array): boolean {
    merge(this.since, row);
    if (row[END]! < this.newest) return true;
    this.newest = row[END]!;
    this.last = row[CLOSE]!;
    this.high = Math.max(this.high, row[HIGH]!);
    this.low = Math.min(this.low, row[LOW]!);
    this.build(this.instrument.ticks(this.last * 2));
    return true;
  }

  forming(next?: Float64Array): FlowBar | undefined {
    const { brick, since } = this;
    brick.set(since);
    if (next !== undefined) merge(brick, next);
    if (brick[TRADES] === 0) return undefined;
    const flow = flowOf(brick);
    const close = next?.[CLOSE] ?? this.last;
    const at = this.instrument.ticks(close * 2);
    // Nothing taken in yet: the brick will start at the price that came.
    const edge = Number.isNaN(this.top) ? at : at < this.bottom ? this.bottom : Math.min(at, this.top);
    this.shape(this.price(edge), close, next);
    return this.out.bar(brick, flow);
  }

  private build(at: number): void {
    if (Number.isNaN(this.top)) {
      this.top = at;
      this.bottom = at;
    }
    while (at >= this.top + this.size) {
      this.bottom = this.top;
      this.top += this.size;
      this.complete(this.bottom, this.top);
    }
    while (at <= this.bottom - this.size) {
      this.top = this.bottom;
      this.bottom -= this.size;
      this.complete(this.top, this.bottom);
    }
  }

  private complete(open: number, close: number): void {
    const { since, brick, last } = this;
    brick.set(since);
    const flow: BarFlow = flowOf(since);
    this.shape(this.price(open), this.price(close));
    this.high = last;
    this.low = last;
    since[START] = since[END]!;
    since[VOLUME] = 0;
    since[TRADES] = 0;
    since[VALUE] = 0;
    since[BUY] = 0;
    since[SELL] = 0;
    this.out.emit(brick, flow);
  }

  /** The wick is on the side that the brick came from: beyond its close the next brick begins. */
  private shape(open: number, close: number, next?: Float64Array): void {
    const { brick } = this;
    brick[OPEN] = open;
    brick[CLOSE] = close;
    brick[HIGH] = Math.max(open, close);
    brick[LOW] = Math.min(open, close);
    if (!this.wicks) return;
    if (close >= open) brick[LOW] = Math.min(open, this.low, next?.[LOW] ?? open);
    if (close <= open) brick[HIGH] = Math.max(open, this.high, next?.[HIGH] ?? open);
  }

  private price(halfTicks: number): number {
    return this.instrument.price(halfTicks) / 2;
  }
}
