import type { SchedulerLike, Subscription } from 'rxjs';
import type { FlowBar } from '../../domain/market.ts';
import { MICROS_PER_MS, type Micros } from '../../domain/time.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import { END, makeRow, merge, START, TRADES } from './flow-row.ts';
import type { Intervals } from './intervals.ts';

/** The run's clock, and how long past its end a bar waits for its trades. */
export interface BarClock {
  readonly timers: SchedulerLike;
  readonly now: () => Micros;
  readonly patience: () => Micros;
}

/**
 * Bars of intervals of venue time that the tree of time bars does not make: those of quotes, and sessions. The rules are the
 * same: a bar closes by the first trade at or past its end or by the clock, and a trade for a closed one is late.
 */
export class IntervalMaker implements BarMaker {
  private readonly out: BarOutlet;
  private readonly intervals: Intervals;
  private readonly clock: BarClock;
  private readonly bar = makeRow();
  private readonly finished = makeRow();
  private from: Micros = Number.NEGATIVE_INFINITY;
  /** End of the open bar, or of the last one. */
  private end: Micros = Number.NEGATIVE_INFINITY;
  private alarm: Subscription | undefined;

  constructor(out: BarOutlet, intervals: Intervals, clock: BarClock) {
    this.out = out;
    this.intervals = intervals;
    this.clock = clock;
  }

  take(row: Float64Array): boolean {
    const at = row[START]!;
    if (!this.intervals.holds(at)) return true;
    const open = this.bar[TRADES] !== 0;
    if (at < (open ? this.from : this.end)) return false;
    if (at >= this.end) {
      if (open) this.close();
      const { start, end } = this.intervals.find(at);
      this.from = start;
      this.end = end;
      this.arm();
    }
    merge(this.bar, row);
    return true;
  }

  forming(): FlowBar | undefined {
    if (this.bar[TRADES] === 0) return undefined;
    this.finish();
    return this.out.bar(this.finished);
  }

  stop(): void {
    this.alarm?.unsubscribe();
  }

  private arm(): void {
    const { timers, now, patience } = this.clock;
    this.alarm = timers.schedule(
      () => {
        // More may be known of the lag by now than when the bar was opened.
        if (now() < this.end + patience()) this.arm();
        else this.close();
      },
      (this.end + patience() - now()) / MICROS_PER_MS,
    );
  }

  private close(): void {
    this.alarm?.unsubscribe();
    this.finish();
    this.bar[TRADES] = 0;
    this.out.emit(this.finished);
  }

  private finish(): void {
    this.finished.set(this.bar);
    this.finished[START] = this.from;
    this.finished[END] = this.end;
  }
}
