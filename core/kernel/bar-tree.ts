import type { TradeChunk } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Bar } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import { BarLevel } from './bar-level.ts';
import { COUNT, END, HIGH, LAG, LAST, LOW, OPEN, ROW, START, VOLUME } from './bar-row.ts';

/** A demanded timeframe. */
export interface BarSpan {
  readonly span: Micros;
  readonly timeframe: Timeframe;
}

/** Lags are kept in these steps, so that instruments share a deadline instead of having one each. */
const LAG_STEP: Micros = 50_000;

/**
 * Bars of any number of timeframes in one pass. Trades are taken into the finest level only (the greatest common divisor of
 * what is demanded); a closed bar rolls up into the coarser levels it divides.
 *
 * A bar belongs to venue time and closes at whichever comes first: a trade of its instrument at or past its end, or the
 * clock at its end plus the grace. A trade for a bar that has closed is taken into those of its bars that are still open
 * and counted as late; a closed bar is never emitted again. Intervals are aligned to the UTC day.
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
  private readonly grace: Micros;
  /** The longest that any bar has been left open past its end. */
  private longestPatience: Micros;

  constructor(instruments: readonly Instrument[], spans: readonly BarSpan[], grace: Micros, baseRows?: Float64Array) {
    this.instruments = instruments.length;
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.grace = grace;
    this.longestPatience = grace;
    this.base = spans.map(({ span }) => span).reduce(greatestCommonDivisor);
    const hidden = spans.some(({ span }) => span === this.base) ? [] : [hiddenSpan(this.base)];
    const ascending = [...hidden, ...spans].sort((a, b) => a.span - b.span);
    for (const { span, timeframe } of ascending) this.addLevel(span, timeframe, baseRows);
  }

  level(span: Micros): BarLevel | undefined {
    return this.levels.find((level) => level.span === span);
  }

  /** Adds a timeframe that the base divides. Its first bar starts with what comes from now on. */
  addLevel(span: Micros, timeframe: Timeframe, baseRows?: Float64Array): BarLevel {
    const known = this.level(span);
    if (known !== undefined) return known;
    const from = this.levels.findLast((finer) => finer.span < span && span % finer.span === 0);
    const rows = from === undefined ? baseRows : undefined;
    const level = new BarLevel(this.instruments, span, timeframe, from, rows);
    this.levels.push(level);
    this.levels.sort((a, b) => a.span - b.span);
    return level;
  }

  /** A trade outside the open interval of the base bar: closes what it ends, opens the next, or is late. */
  cross(chunk: TradeChunk, i: number): void {
    const k = chunk.inst[i]!;
    const event = chunk.event[i]!;
    const recv = chunk.recv[i]!;
    const price = chunk.price[i]!;
    const base = this.levels[0]!;
    const rows = base.rows;
    const b = k * ROW;
    const floor = rows[b + START] === Number.POSITIVE_INFINITY ? rows[b + END]! : rows[b + START]!;
    if (event < floor) {
      this.late++;
      this.raiseLag(k, recv - event);
      this.amendParents(base, k, event, price, chunk.size[i]!, rows[b + START]!);
      // The price is news all the same, as far as we know; but an open bar has seen a later one, which will be its close.
      if (!base.isOpen(k)) rows[b + LAST] = price;
      return;
    }
    // Nearly always the clock has closed what this trade could close: no bar that is open ends so early.
    if (event >= this.deadline - this.longestPatience) this.closeUpTo(k, event);
    base.open(k, event, this.grace + rows[b + LAG]!);
    if (recv > event || rows[b + LAG]! > 0) this.measureLag(k, recv, event, rows[b + END]!);
    rows[b + OPEN] = price;
    rows[b + HIGH] = price;
    rows[b + LOW] = price;
    rows[b + LAST] = price;
    rows[b + VOLUME] = chunk.size[i]!;
    rows[b + COUNT] = 1;
    // Coarser bars that are open hold this trade's interval, so none of them is due earlier.
    if (base.due < this.deadline) this.deadline = base.due;
  }

  /** A trade for trees other than the kernel's first, whose accumulation is written out in the kernel's loop. */
  add(chunk: TradeChunk, i: number): void {
    const base = this.levels[0]!;
    const k = chunk.inst[i]!;
    const event = chunk.event[i]!;
    const b = k * ROW;
    if (event < base.rows[b + START]! || event >= base.rows[b + END]!) this.cross(chunk, i);
    else base.add(k, chunk.price[i]!, chunk.size[i]!);
  }

  /** A ready-made bar: emitted as it is and rolled up into the coarser levels. One that comes twice or late is dropped. */
  addBar(k: number, bar: Bar, span: Micros, recv: Micros): void {
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
    // The clock has to wait for the last bar of a coarser one, which comes at its end or later.
    this.measureLag(k, recv, start, end);
    this.closeUpTo(k, start);
    if (exact !== undefined) exact.rows[b + END] = end;
    if (exact?.wanted[k] === 1) {
      this.emitted++;
      exact.sources[k]!.emit(bar);
    }
    const takes = (level: BarLevel): boolean => level.span > span && level.span % span === 0;
    // The finest that can be made of it; the others follow from those.
    const into = this.levels.filter((level) => takes(level) && (level.from === undefined || !takes(level.from)));
    this.rollUp(into, k, rowOf(bar, start), 0);
    this.deadline = Math.min(...this.levels.map(({ due }) => due));
    // Unlike a trade, a bar says that nothing more comes before its end.
    this.closeUpTo(k, end);
  }

  /** Closes every bar that is due at `now` on the clock, level by level, in order of first trade. */
  closeDue(now: Micros): void {
    const patience = this.grace;
    const baseRows = this.levels[0]!.rows;
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
          const due = rows[k * ROW + END]! + patience + baseRows[k * ROW + LAG]!;
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
    let high = Number.NEGATIVE_INFINITY;
    let low = Number.POSITIVE_INFINITY;
    let close = Number.NaN;
    let volume = 0;
    let count = 0;
    let open = Number.NaN;
    for (const { rows } of path) {
      if (rows[b + COUNT] === 0) continue;
      if (count === 0) open = rows[b + OPEN]!;
      high = Math.max(high, rows[b + HIGH]!);
      low = Math.min(low, rows[b + LOW]!);
      close = rows[b + LAST]!;
      volume += rows[b + VOLUME]!;
      count += rows[b + COUNT]!;
    }
    const symbol = this.symbols[k]!;
    const end = start + level.span;
    return new Bar(symbol, level.timeframe, start / 1000, end / 1000, open, high, low, close, volume, count);
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
    // END stays: it tells which trades are late.
    rows[b + START] = Number.POSITIVE_INFINITY;
    if (level.wanted[k] === 0) return;
    this.emitted++;
    const bar = new Bar(
      this.symbols[k]!,
      level.timeframe,
      start / 1000,
      (start + level.span) / 1000,
      rows[b + OPEN]!,
      rows[b + HIGH]!,
      rows[b + LOW]!,
      rows[b + LAST]!,
      rows[b + VOLUME]!,
      // A whole number below 2^31 needs no box of its own in the object.
      rows[b + COUNT]! | 0,
    );
    level.sources[k]!.emit(bar);
  }

  private patienceOf(k: number): Micros {
    return this.grace + this.levels[0]!.rows[k * ROW + LAG]!;
  }

  /**
   * A venue whose clock is behind ours, or whose messages travel for long, must not have its bars closed under its hands.
   * So the clock's verdict also waits for the lag (receipt minus venue time): a trade that comes too late raises it, a bar
   * that opens with less lowers it by one step, and the grace on top of it takes up the jitter. A venue clock that runs
   * ahead has lag 0: its own trades close the bars.
   */
  private measureLag(k: number, recv: Micros, event: Micros, end: Micros): void {
    const rows = (this.levels[0] as BarLevel).rows;
    const known = rows[k * ROW + LAG]!;
    if (end + this.grace + known <= recv) this.raiseLag(k, recv - event);
    else if (known > 0 && Math.ceil((recv - event) / LAG_STEP) * LAG_STEP < known)
      rows[k * ROW + LAG] = known - LAG_STEP;
  }

  private raiseLag(k: number, lag: Micros): void {
    const rows = (this.levels[0] as BarLevel).rows;
    const steps = Math.ceil((lag - this.grace) / LAG_STEP) * LAG_STEP;
    if (steps > rows[k * ROW + LAG]!) rows[k * ROW + LAG] = steps;
    if (this.grace + steps > this.longestPatience) this.longestPatience = this.grace + steps;
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
      if (idle) parent.open(k, start, this.patienceOf(k));
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
        if (event >= rows[b + START]! && event < rows[b + END]!) parent.amend(k, price, size);
        else this.amendParents(parent, k, event, price, size, rows[b + START]!);
      } else if (event >= rows[b + END]! && Math.floor(event / span) === Math.floor(coming / span)) {
        parent.open(k, event, this.patienceOf(k));
        parent.add(k, price, size);
      } else {
        this.amendParents(parent, k, event, price, size, coming);
      }
    }
  }
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** A ready-made bar as a row. */
function rowOf(bar: Bar, start: Micros): Float64Array {
  const row = new Float64Array(ROW);
  row[START] = start;
  row[OPEN] = bar.open;
  row[HIGH] = bar.high;
  row[LOW] = bar.low;
  row[LAST] = bar.close;
  row[VOLUME] = bar.volume;
  row[COUNT] = bar.trades;
  return row;
}

/** The base when nobody asked for it: it closes and rolls up like the others, unseen. */
const hiddenSpan = (span: Micros): BarSpan => ({ span, timeframe: `${span / 1000}ms` });
