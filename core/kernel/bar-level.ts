import type { Bar } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { type Timeframe, timeframeName } from '../domain/timeframe.ts';
import * as barRow from './bar-row.ts';
import type { HotSource } from './hot-source.ts';
import { begin, insert } from './open-bar.ts';

const { CLOSED, COUNT, END, FIRST_AT, HIGH, LAST, LAST_AT, LOW, OPEN, ROW, START, VOLUME } = barRow;

/** One timeframe of a BarTree: the open bars of all instruments, and who wants them when they close. */
export class BarLevel {
  readonly span: Micros;
  readonly timeframe: Timeframe;
  readonly rows: Float64Array;
  /** Levels that this one rolls up into. */
  readonly parents: BarLevel[] = [];
  /** Level whose closed bars this one is made of; `undefined` for the base. */
  readonly from: BarLevel | undefined;
  /** Instruments with an open bar, in order of first trade. */
  readonly dirty: Uint16Array;
  dirtyCount = 0;
  /** Clock time before which no open bar falls due; Infinity when none is open. */
  due: Micros = Number.POSITIVE_INFINITY;
  readonly sources: (HotSource<Bar> | undefined)[];
  /** 1 where somebody listens. */
  readonly wanted: Uint8Array;

  constructor(instruments: number, span: Micros, from: BarLevel | undefined, rows?: Float64Array) {
    this.span = span;
    this.timeframe = timeframeName(span);
    this.from = from;
    this.rows = rows ?? barRow.makeRows(instruments);
    this.dirty = new Uint16Array(instruments);
    this.sources = new Array<HotSource<Bar> | undefined>(instruments).fill(undefined);
    this.wanted = new Uint8Array(instruments);
    from?.parents.push(this);
  }

  isOpen(k: number): boolean {
    return this.rows[k * ROW + START] !== Number.POSITIVE_INFINITY;
  }

  /**
   * Opens the interval that holds `at`, without a trade yet.
   *
   * @param patience how long past its end the clock leaves it open
   */
  open(k: number, at: Micros, patience: Micros): void {
    const rows = this.rows;
    const b = k * ROW;
    const start = Math.floor(at / this.span) * this.span;
    const end = start + this.span;
    rows[b + START] = start;
    rows[b + END] = end;
    rows[b + COUNT] = 0;
    this.dirty[this.dirtyCount++] = k;
    if (end + patience < this.due) this.due = end + patience;
  }

  /** A bar that ends at `end` came ready made, while none is open: what is older is late. */
  closedAt(k: number, end: Micros): void {
    this.rows[k * ROW + END] = end;
    this.rows[k * ROW + CLOSED] = end;
  }

  /**
   * Whether a bar from `start` on fits in between the last closed one and the open one. If so it counts as closed.
   */
  takesMissed(k: number, start: Micros): boolean {
    const b = k * ROW;
    const open = this.isOpen(k);
    if (start < this.rows[b + CLOSED]! || (open && start >= this.rows[b + START]!)) return false;
    if (open) this.rows[b + CLOSED] = start + this.span;
    else this.closedAt(k, start + this.span);
    return true;
  }

  /** Takes the instrument out of the list of open bars. It is nearly always the first. */
  drop(k: number): void {
    const at = this.dirty[0] === k ? 0 : this.dirty.indexOf(k);
    this.dirty.copyWithin(at, at + 1, this.dirtyCount);
    this.dirtyCount--;
  }

  /** Takes a trade of its interval into the open bar. */
  add(k: number, at: Micros, price: number, size: number): void {
    const b = k * ROW;
    if (this.rows[b + COUNT] === 0) begin(this.rows, b, at, price, size);
    else insert(this.rows, b, at, price, size);
  }

  /** Takes a closed bar, the row at `at` of `closed`, into the open one. */
  merge(k: number, closed: Float64Array, at: number): void {
    const rows = this.rows;
    const b = k * ROW;
    if (rows[b + COUNT] === 0) {
      rows[b + OPEN] = closed[at + OPEN]!;
      rows[b + HIGH] = closed[at + HIGH]!;
      rows[b + LOW] = closed[at + LOW]!;
      rows[b + LAST] = closed[at + LAST]!;
      rows[b + FIRST_AT] = closed[at + FIRST_AT]!;
      rows[b + LAST_AT] = closed[at + LAST_AT]!;
      rows[b + VOLUME] = closed[at + VOLUME]!;
      rows[b + COUNT] = closed[at + COUNT]!;
      return;
    }
    if (closed[at + HIGH]! > rows[b + HIGH]!) rows[b + HIGH] = closed[at + HIGH]!;
    if (closed[at + LOW]! < rows[b + LOW]!) rows[b + LOW] = closed[at + LOW]!;
    // A late trade that came first lies before the bar that was open, so the closed one is the later and the open stays.
    rows[b + LAST] = closed[at + LAST]!;
    rows[b + LAST_AT] = closed[at + LAST_AT]!;
    rows[b + VOLUME]! += closed[at + VOLUME]!;
    rows[b + COUNT]! += closed[at + COUNT]!;
  }
}
