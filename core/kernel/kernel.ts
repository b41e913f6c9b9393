import type { BarChunk, Chunk, DepthChunk, QuoteChunk, TradeChunk } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Trade } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import * as barRow from './bar-row.ts';
import type { BarTree } from './bar-tree.ts';
import { Clockwork } from './clockwork.ts';
import { DemandBoard } from './demand-board.ts';
import { tell } from './hot-source.ts';
import type { KernelOptions } from './kernel-options.ts';
import { MarketSources, SIDES, WANT_TRADES } from './market-sources.ts';
import { accumulate, accumulateRun, follows } from './open-bar.ts';
import { NO_VENUE, type VenueHooks } from './venue-hooks.ts';

const { LAST, ROW, TRIGGER_HIGH, TRIGGER_LOW } = barRow;

/**
 * The one loop, on the one clock. Columns go in; for each row, in this order: timers and bars that are due, the simulated
 * venue, bars and books, subscribers, and what all of that caused. Nothing is built for a row that nobody asked for.
 *
 * Written for the machine first: no allocation per row, state in typed arrays and fields, one compare for all that is due.
 */
export class Kernel extends Clockwork {
  readonly instruments: readonly Instrument[];
  readonly demand: DemandBoard = new DemandBoard();
  readonly sources: MarketSources;
  /** Best bid, bid size, ask, ask size of each instrument; NaN until the first quote. */
  readonly best: Float64Array;
  readonly counts = { trades: 0, quotes: 0, depth: 0, bars: 0 };
  private venue: VenueHooks = NO_VENUE;

  constructor(instruments: readonly Instrument[], options: KernelOptions) {
    super(instruments, options);
    this.instruments = instruments;
    this.best = new Float64Array(instruments.length * 4).fill(Number.NaN);
    this.sources = new MarketSources(instruments, this.demand, this.bars, this.timers);
  }

  connectVenue(venue: VenueHooks): void {
    this.venue = venue;
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

  /** Processes rows [from, to) of a chunk. */
  process(chunk: Chunk, from: number, to: number): void {
    if (to <= from) return;
    this.time.enter();
    try {
      this.bars.settle();
      this.deadline = this.earliest();
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

  /**
   * Delivers the only trade of a chunk, if it is simply the next one of its instrument's open bar, nothing falls due before
   * it, and one plain function at most waits for it. That is what nearly every frame from a socket holds: its columns are
   * read once, and need not say when it came in.
   *
   * @param k the run's number of its instrument; for one that there is not, nothing is done
   * @param at receipt time
   * @returns false when nothing was done, and `process` has to
   */
  processNext(chunk: TradeChunk, k: number, at: Micros, seq: number): boolean {
    const { rows } = this;
    const { tradeWants, tradeListeners, symbols } = this.sources;
    const b = k * ROW;
    const ts = chunk.event[0]!;
    const price = chunk.price[0]!;
    const wants = tradeWants[k]!;
    const listener = tradeListeners[k];
    const isPlain = wants === 0 || (wants === WANT_TRADES && listener !== undefined);
    if (!isPlain || at >= this.deadline || !follows(rows, b, at, ts, price)) return false;
    this.time.enter();
    try {
      const size = chunk.size[0]!;
      this.now = at;
      this.counts.trades++;
      accumulate(rows, b, ts, price, size);
      if (listener !== undefined) {
        this.cause = seq;
        tellTrade(listener, symbols[k]!, price, size, chunk.side[0]!, ts, at);
        this.queue.drain();
      }
      this.onDeadline();
    } finally {
      this.time.leave();
    }
    return true;
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
          else tellTrade(listener, symbols[k]!, p, size[i]!, side[i]!, ts, at);
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

  private hasten(tree: BarTree | undefined): void {
    if (tree !== undefined && tree.deadline < this.deadline) this.deadline = tree.deadline;
  }
}

/** Tells a plain function of a trade, in the form in which plugins see it. */
function tellTrade(
  listener: (trade: Trade) => void,
  symbol: string,
  price: number,
  size: number,
  side: number,
  ts: Micros,
  at: Micros,
): void {
  // A whole number below 2^31 needs no box of its own in the object.
  const plain = (size | 0) === size ? size | 0 : size;
  tell(listener, new Trade(symbol, price, plain, SIDES[side + 1]!, ts / 1000, at / 1000));
}
