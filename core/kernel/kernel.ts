import type { BarChunk, Chunk, DepthChunk, QuoteChunk, TradeChunk } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Trade } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { ActionQueue } from './action-queue.ts';
import { BarForest } from './bar-forest.ts';
import * as barRow from './bar-row.ts';
import type { BarTree } from './bar-tree.ts';
import { DemandBoard } from './demand-board.ts';
import { tell } from './hot-source.ts';
import type { KernelOptions } from './kernel-options.ts';
import { MarketSources, SIDES, WANT_TRADES } from './market-sources.ts';
import { accumulate, accumulateRun, follows } from './open-bar.ts';
import { installKernelTime, KernelTime } from './rxjs-time.ts';
import { TimerHeap } from './scheduler.ts';
import { NO_VENUE, type VenueHooks } from './venue-hooks.ts';

const { LAST, ROW, TRIGGER_HIGH, TRIGGER_LOW } = barRow;

/**
 * The one clock and the one loop. Columns go in; for each row, in this order: timers and bars that are due, the simulated
 * venue, bars and books, subscribers, and what all of that caused. Nothing is built for a row that nobody asked for.
 *
 * Written for the machine first: no allocation per row, state in typed arrays and fields, one compare for all that is due.
 */
export class Kernel {
  readonly instruments: readonly Instrument[];
  readonly demand: DemandBoard = new DemandBoard();
  readonly timers: TimerHeap;
  readonly bars: BarForest;
  readonly sources: MarketSources;
  /** Rows of bar-row.ts, one per instrument. */
  readonly rows: Float64Array;
  /** Best bid, bid size, ask, ask size of each instrument; NaN until the first quote. */
  readonly best: Float64Array;
  /** The clock, whole microseconds. */
  now: Micros = 0;
  /** Sequence number of the event that is being delivered; 0 inside timers and clock-closed bars. */
  cause = 0;
  /** True while history is being delivered: decisions made now are dropped. */
  historical = false;
  readonly counts = { trades: 0, quotes: 0, depth: 0, bars: 0 };
  /** Called when the earliest thing due may have changed; live mode re-arms its alarm. */
  onDeadline: () => void = () => undefined;
  private deadline: Micros = Number.POSITIVE_INFINITY;
  private venue: VenueHooks = NO_VENUE;
  private readonly queue: ActionQueue;
  private readonly time: KernelTime;

  constructor(instruments: readonly Instrument[], options: KernelOptions) {
    installKernelTime();
    this.instruments = instruments;
    this.queue = new ActionQueue(options.onError);
    this.rows = barRow.makeRows(instruments.length);
    this.best = new Float64Array(instruments.length * 4).fill(Number.NaN);
    this.timers = new TimerHeap(
      () => this.now,
      () => this.refresh(),
      options.onError,
    );
    this.time = new KernelTime(this.timers);
    this.bars = new BarForest(instruments, this.rows, options.barGrace);
    this.sources = new MarketSources(instruments, this.demand, this.bars, this.timers);
  }

  /** Sets the clock before anything runs. */
  start(now: Micros): void {
    this.now = now;
  }

  connectVenue(venue: VenueHooks): void {
    this.venue = venue;
  }

  /** True while a delivery is going on: what comes from outside must wait. */
  get busy(): boolean {
    return this.time.entered;
  }

  /** When the next timer or bar falls due; Infinity for never. */
  get nextDue(): Micros {
    return this.deadline;
  }

  /** Last traded price; NaN before the first. */
  last(k: number): number {
    return this.rows[k * ROW + LAST]!;
  }

  /** Prices at or below `low`, or at or above `high`, are shown to the venue. */
  setTriggerBand(k: number, low: number, high: number): void {
    this.rows[k * ROW + TRIGGER_LOW] = low;
    this.rows[k * ROW + TRIGGER_HIGH] = high;
  }

  /** Runs `action` after the delivery that is going on, in order of asking. */
  after(action: () => void): void {
    this.queue.add(action);
  }

  /** Runs `action` as a delivery of its own, at time `at`, after all that is due by then. */
  run(at: Micros, cause: number, action: () => void): void {
    this.time.enter();
    try {
      this.advance(at);
      this.cause = cause;
      action();
      this.queue.drain();
    } finally {
      this.time.leave();
    }
  }

  /** Moves the clock to `at`, running what falls due on the way. */
  advanceTo(at: Micros): void {
    this.time.enter();
    try {
      this.advance(at);
    } finally {
      this.time.leave();
    }
  }

  /** Processes rows [from, to) of a chunk. */
  process(chunk: Chunk, from: number, to: number): void {
    if (to <= from) return;
    this.time.enter();
    try {
      this.bars.settle();
      this.refresh();
      if (chunk.kind === 'trades') this.processTrades(chunk, from, to);
      else if (chunk.kind === 'quotes') this.processQuotes(chunk, from, to);
      else if (chunk.kind === 'depth') this.processDepth(chunk, from, to);
      else this.processBars(chunk, from, to);
      // Not at the end of the loops: code after a loop has never run when the loop is optimised, and would deoptimise it.
      this.now = chunk.recv[to - 1]!;
      this.onDeadline();
    } finally {
      this.time.leave();
    }
  }

  private processTrades(chunk: TradeChunk, from: number, to: number): void {
    this.counts.trades += to - from;
    const { recv, event, inst, price, size, side, seq } = chunk;
    const { rows, queue } = this;
    const { tradeWants, tradeListeners, symbols } = this.sources;
    let deadline = this.deadline;
    for (let i = from; i < to; i++) {
      const at = recv[i]!;
      if (at >= deadline) {
        this.advance(at);
        deadline = this.deadline;
      }
      const k = inst[i]!;
      const b = k * ROW;
      const p = price[i]!;
      const ts = event[i]!;
      if (follows(rows, b, at, ts, p)) {
        accumulate(rows, b, ts, p, size[i]!);
        const wants = tradeWants[k]!;
        if (wants === 0) {
          i = accumulateRun(chunk, i + 1, to, rows, tradeWants, deadline) - 1;
          continue;
        }
        // Written out for the usual listener: each call that the engine does not build into the loop costs more than this.
        if (wants === WANT_TRADES) {
          this.now = at;
          this.cause = seq[i]!;
          const listener = tradeListeners[k];
          // The function itself: each object on the way to it is a cache miss, 10 ns in all at a hundred instruments. And a
          // trade for it alone: one that also went elsewhere would have to exist, where this one often need not.
          if (listener === undefined) this.sources.deliverTrade(chunk, i, k, wants);
          else {
            const s = size[i]!;
            const whole = (s | 0) === s ? s | 0 : s;
            const aggressor = SIDES[side[i]! + 1]!;
            tell(listener, new Trade(symbols[k]!, p, whole, aggressor, ts / 1000, at / 1000));
          }
          queue.drain();
          deadline = this.deadline;
          continue;
        }
      } else {
        this.unusualTrade(chunk, i);
      }
      this.concludeTrade(chunk, i);
      deadline = this.deadline;
    }
  }

  /** A trade that can touch an order, or that is not simply the next one of its instrument's open bar. */
  private unusualTrade(chunk: TradeChunk, i: number): void {
    this.now = chunk.recv[i]!;
    this.cause = chunk.seq[i]!;
    this.offer(chunk.inst[i]!, chunk.price[i]!, chunk.size[i]!);
    this.bars.take(chunk, i);
    this.hasten(this.bars.trees[0]);
  }

  /** Shows a price to the venue if it can touch a working order. */
  private offer(k: number, price: number, size: number): void {
    const b = k * ROW;
    if (price <= this.rows[b + TRIGGER_LOW]! || price >= this.rows[b + TRIGGER_HIGH]!)
      this.venue.onTrade(k, price, size);
  }

  /** The bars of later trees, the subscribers, and what all of it caused. */
  private concludeTrade(chunk: TradeChunk, i: number): void {
    const { trees } = this.bars;
    const k = chunk.inst[i]!;
    this.now = chunk.recv[i]!;
    this.cause = chunk.seq[i]!;
    for (let other = 1; other < trees.length; other++) {
      trees[other]!.add(chunk, i);
      this.hasten(trees[other]);
    }
    const wants = this.sources.tradeWants[k]!;
    if (wants !== 0) this.sources.deliverTrade(chunk, i, k, wants);
    this.queue.drain();
  }

  private processQuotes(chunk: QuoteChunk, from: number, to: number): void {
    this.counts.quotes += to - from;
    const { recv, inst, bid, bidSize, ask, askSize, seq } = chunk;
    const { best } = this;
    const { quoteWants } = this.sources;
    for (let i = from; i < to; i++) {
      const at = recv[i]!;
      if (at >= this.deadline) this.advance(at);
      this.now = at;
      this.cause = seq[i]!;
      const k = inst[i]!;
      best[k * 4] = bid[i]!;
      best[k * 4 + 1] = bidSize[i]!;
      best[k * 4 + 2] = ask[i]!;
      best[k * 4 + 3] = askSize[i]!;
      this.venue.onQuote(k, bid[i]!, bidSize[i]!, ask[i]!, askSize[i]!);
      if (quoteWants[k] !== 0) this.sources.deliverQuote(chunk, i, k);
      this.queue.drain();
    }
  }

  private processDepth(chunk: DepthChunk, from: number, to: number): void {
    this.counts.depth += to - from;
    for (let i = from; i < to; i++) {
      const at = chunk.recv[i]!;
      if (at >= this.deadline) this.advance(at);
      const k = chunk.inst[i]!;
      if (!this.sources.keepBook(chunk, i, k)) continue;
      this.now = at;
      this.cause = chunk.seq[i]!;
      this.sources.deliverDepth(chunk, i, k);
      this.queue.drain();
    }
  }

  private processBars(chunk: BarChunk, from: number, to: number): void {
    this.counts.bars += to - from;
    for (let i = from; i < to; i++) {
      const at = chunk.recv[i]!;
      if (at >= this.deadline) this.advance(at);
      this.now = at;
      this.cause = chunk.seq[i]!;
      const k = chunk.inst[i]!;
      // The venue sees the bar's prices in an order that does not flatter: open, then the extremes, then the close.
      for (const price of [chunk.open, chunk.low, chunk.high, chunk.close]) this.offer(k, price[i]!, chunk.volume[i]!);
      this.rows[k * ROW + LAST] = chunk.close[i]!;
      this.bars.addBar(chunk, i);
      this.queue.drain();
      this.refresh();
    }
  }

  /** Runs timers and closes bars that are due at or before `at`, in order of due time; bars first at equal times. */
  private advance(at: Micros): void {
    this.cause = 0;
    for (;;) {
      const bars = this.bars.deadline;
      const timer = this.timers.top;
      const due = bars <= timer ? bars : timer;
      this.deadline = due;
      if (due > at) break;
      if (due > this.now) this.now = due;
      if (bars <= timer) for (const tree of this.bars.trees) tree.closeDue(due);
      else this.timers.runTop();
      this.queue.drain();
    }
    if (at > this.now) this.now = at;
  }

  private hasten(tree: BarTree | undefined): void {
    if (tree !== undefined && tree.deadline < this.deadline) this.deadline = tree.deadline;
  }

  private refresh(): void {
    this.deadline = Math.min(this.bars.deadline, this.timers.top);
    if (!this.time.entered) this.onDeadline();
  }
}
