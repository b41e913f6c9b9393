import type { TradeChunk } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Bar } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { BarLevel } from './bar-level.ts';
import * as barRow from './bar-row.ts';
import type { LagWatch } from './lag.ts';
import { begin, insert } from './open-bar.ts';

const { CLOSED, COUNT, END, HIGH, LAST, LAST_AT, LOW, OPEN, PRICE_AT, ROW, START, VOLUME } = barRow;

/** The base divides it, so that the first trade of a minute is always outside of the open base bar: see lag.ts. */
const MINUTE: Micros = 60_000_000;

/**
 * Bars of any number of timeframes in one pass. Trades are taken into the finest level only (the greatest common divisor of
 * what is demanded); a closed bar rolls up into the coarser levels it divides.
 *
 * A bar belongs to venue time and closes at whichever comes first: a trade of its instrument at or past its end, or the
 * clock at its end plus the patience (lag.ts). Open and close are the first and last trade by venue time. A trade for a bar
 * that has closed is taken into those of its bars that are still open and counted as late; a closed bar is never emitted
 * again. Intervals are aligned to the UTC day. None of this depends on which other timeframes are wanted.
 */
export class BarTree {
  /** Finest first. */
  readonly levels: BarLevel[] = [];
  readonly base: Micros;
  /** Clock time at which some open bar falls due; Infinity when none is open. */
  deadline: Micros = Number.POSITIVE_INFINITY;
  /** Trades that came after their finest bar had closed. */
  late = 0;
  /** Closed bars that somebody wanted. */
  emitted = 0;
  private readonly instruments: number;
  private readonly symbols: readonly string[];
  private readonly lag: LagWatch;
  /** One row for putting a forming bar together. */
  private readonly scratch = new BarLevel(1, MINUTE, undefined);

  constructor(instruments: readonly Instrument[], spans: readonly Micros[], lag: LagWatch, baseRows?: Float64Array) {
    this.instruments = instruments.length;
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.lag = lag;
    this.base = spans.reduce(greatestCommonDivisor, MINUTE);
    // The base closes and rolls up like the others even when nobody asked for it, unseen.
    const ascending = [...new Set([this.base, ...spans])].sort((a, b) => a - b);
    for (const span of ascending) this.addLevel(span, baseRows);
  }

  level(span: Micros): BarLevel | undefined {
    return this.levels.find((level) => level.span === span);
  }

  /** Adds a timeframe that the base divides. Its first bar starts with what comes from now on. */
  addLevel(span: Micros, baseRows?: Float64Array): BarLevel {
    const known = this.level(span);
    if (known !== undefined) return known;
    const from = this.levels.findLast((finer) => finer.span < span && span % finer.span === 0);
    const rows = from === undefined ? baseRows : undefined;
    const level = new BarLevel(this.instruments, span, from, rows);
    this.levels.push(level);
    this.levels.sort((a, b) => a.span - b.span);
    return level;
  }

  /** A trade that is not simply the next one of the open base bar: it ends bars, or is out of order, or late. */
  cross(chunk: TradeChunk, i: number): void {
    const k = chunk.inst[i]!;
    const event = chunk.event[i]!;
    const price = chunk.price[i]!;
    const size = chunk.size[i]!;
    const base = this.levels[0]!;
    const rows = base.rows;
    const b = k * ROW;
    const start = rows[b + START]!;
    if (event >= start && event < rows[b + END]!) return insert(rows, b, event, price, size);
    if (event < (start === Number.POSITIVE_INFINITY ? rows[b + END]! : start)) {
      this.late++;
      this.amendParents(base, k, event, price, size, start);
      // With no bar open the price is news all the same, if it is the latest.
      if (start === Number.POSITIVE_INFINITY && event >= rows[b + PRICE_AT]!) {
        rows[b + LAST] = price;
        rows[b + PRICE_AT] = event;
      }
      return;
    }
    // Nearly always the clock has closed what this trade could close: no bar that is open ends so early.
    if (event >= this.deadline - this.lag.longest) this.closeUpTo(k, event);
    base.open(k, event, this.lag.of(k));
    begin(rows, b, event, price, size);
    // Coarser bars that are open hold this trade's interval, so none of them is due earlier.
    if (base.due < this.deadline) this.deadline = base.due;
  }

  /** A trade for trees other than the kernel's first, whose accumulation is written out in the kernel's loop. */
  add(chunk: TradeChunk, i: number): void {
    // Nobody wants any bar of the instrument from this tree.
    if (this.levels[0]!.rows[chunk.inst[i]! * ROW + START] !== Number.NEGATIVE_INFINITY) this.cross(chunk, i);
  }

  /** The clock's patience with the instrument became less: its open bars fall due earlier. */
  reconsider(k: number): void {
    for (const level of this.levels) {
      if (!level.isOpen(k)) continue;
      level.due = Math.min(level.due, level.rows[k * ROW + END]! + this.lag.of(k));
      this.deadline = Math.min(this.deadline, level.due);
    }
  }

  /** A ready-made bar: emitted as it is and rolled up into the coarser levels. One that comes twice or late is dropped. */
  addBar(k: number, bar: Bar, span: Micros): void {
    const b = k * ROW;
    const start = Math.round(bar.start * 1000);
    const end = start + span;
    const exact = this.level(span);
    const base = this.levels[0]!.rows;
    // Nobody wants any bar of the instrument from this tree.
    if (base[b + START] === Number.NEGATIVE_INFINITY) return;
    if (exact !== undefined && start < exact.rows[b + END]!) {
      this.late++;
      return;
    }
    this.closeUpTo(k, start);
    if (exact !== undefined) exact.closedAt(k, end);
    if (exact?.wanted[k] === 1) {
      this.emitted++;
      exact.sources[k]!.emit(bar);
    }
    const takes = (level: BarLevel): boolean => level.span > span && level.span % span === 0;
    // The finest that can be made of it; the others follow from those.
    const into = this.levels.filter((level) => takes(level) && (level.from === undefined || !takes(level.from)));
    this.rollUp(into, k, barRow.rowOf(bar, start), 0);
    this.deadline = Math.min(...this.levels.map(({ due }) => due));
    // Unlike a trade, a bar says that nothing more comes before its end.
    this.closeUpTo(k, end);
  }

  /** Closes every bar that is due at `now` on the clock, level by level, in order of first trade. */
  closeDue(now: Micros): void {
    let next = Number.POSITIVE_INFINITY;
    for (let l = 0; l < this.levels.length; l++) {
      const level = this.levels[l]!;
      if (level.due <= now) {
        const { dirty, rows } = level;
        const count = level.dirtyCount;
        let kept = 0;
        level.due = Number.POSITIVE_INFINITY;
        for (let i = 0; i < count; i++) {
          const k = dirty[i]!;
          const due = rows[k * ROW + END]! + this.lag.of(k);
          if (due <= now) this.close(level, k);
          else {
            dirty[kept++] = k;
            if (due < level.due) level.due = due;
          }
        }
        level.dirtyCount = kept;
      }
      if (level.due < next) next = level.due;
    }
    this.deadline = next;
  }

  /** The bar under construction, or `undefined` when nothing has traded in its interval. */
  forming(level: BarLevel, k: number): Bar | undefined {
    // From the coarse level down to the base: each holds what has not yet rolled up into the one above.
    const path: BarLevel[] = [];
    for (let at: BarLevel | undefined = level; at !== undefined; at = at.from) if (at.isOpen(k)) path.push(at);
    const oldest = path[0];
    if (oldest === undefined) return undefined;
    const b = k * ROW;
    const start = Math.floor(oldest.rows[b + START]! / level.span) * level.span;
    const whole = this.scratch;
    whole.rows[COUNT] = 0;
    for (const { rows } of path) if (rows[b + COUNT] !== 0) whole.merge(0, rows, b);
    return whole.rows[COUNT] === 0 ? undefined : this.barOf(level, k, start, whole.rows, 0);
  }

  /** Closes the instrument's bars that end at or before `event`, finest first so that they roll up in order. */
  private closeUpTo(k: number, event: Micros): void {
    const { levels } = this;
    const b = k * ROW;
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i]!;
      if (event < level.rows[b + END]! || level.rows[b + START] === Number.POSITIVE_INFINITY) continue;
      level.drop(k);
      this.close(level, k);
    }
  }

  /** Takes the bar out, rolls it up and emits it. The caller sees to the level's list of open bars. */
  private close(level: BarLevel, k: number): void {
    const { rows } = level;
    const b = k * ROW;
    const start = rows[b + START]!;
    if (level.parents.length !== 0) this.rollUp(level.parents, k, rows, b);
    rows[b + START] = Number.POSITIVE_INFINITY;
    rows[b + CLOSED] = rows[b + END]!;
    rows[b + PRICE_AT] = rows[b + LAST_AT]!;
    rows[b + LAST_AT] = Number.POSITIVE_INFINITY;
    if (level.wanted[k] === 0) return;
    this.emitted++;
    level.sources[k]!.emit(this.barOf(level, k, start, rows, b));
  }

  private barOf(level: BarLevel, k: number, start: Micros, rows: Float64Array, b: number): Bar {
    return new Bar(
      this.symbols[k]!,
      level.timeframe,
      start / 1000,
      (start + level.span) / 1000,
      rows[b + OPEN]!,
      rows[b + HIGH]!,
      rows[b + LOW]!,
      rows[b + LAST]!,
      exactSum(rows[b + VOLUME]!),
      // A whole number below 2^31 needs no box of its own in the object.
      rows[b + COUNT]! | 0,
    );
  }

  /**
   * Takes a closed bar, the row at `at` of `closed`, into the coarser ones. One that the clock has closed already is not
   * opened again. A row, because seven numbers as arguments would be boxed one by one.
   */
  private rollUp(parents: readonly BarLevel[], k: number, closed: Float64Array, at: number): void {
    const b = k * ROW;
    const start = closed[at + START]!;
    for (let i = 0; i < parents.length; i++) {
      const parent = parents[i]!;
      const idle = parent.rows[b + START] === Number.POSITIVE_INFINITY;
      if (start < (idle ? parent.rows[b + END]! : parent.rows[b + START]!)) {
        this.late += closed[at + COUNT]!;
        this.rollUp(parent.parents, k, closed, at);
        continue;
      }
      if (idle) parent.open(k, start, this.lag.of(k));
      parent.merge(k, closed, at);
    }
  }

  /**
   * Takes a late trade into the finest of the coarser bars that are still open, or still to be opened.
   *
   * @param coming start of the open bar that is going to roll up into the parents; Infinity for none
   */
  private amendParents(level: BarLevel, k: number, event: Micros, price: number, size: number, coming: Micros): void {
    const b = k * ROW;
    for (const parent of level.parents) {
      const { rows, span } = parent;
      if (parent.isOpen(k)) {
        if (event >= rows[b + START]! && event < rows[b + END]!) insert(rows, b, event, price, size);
        else this.amendParents(parent, k, event, price, size, rows[b + START]!);
      } else if (event >= rows[b + END]! && Math.floor(event / span) === Math.floor(coming / span)) {
        parent.open(k, event, this.lag.of(k));
        parent.add(k, event, price, size);
      } else {
        this.amendParents(parent, k, event, price, size, coming);
      }
    }
  }
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Sizes on a grid add up to the grid again; in doubles they miss it by an amount that depends on the order. */
const exactSum = (volume: number): number => (Number.isInteger(volume) ? volume : Math.round(volume * 1e8) / 1e8);
