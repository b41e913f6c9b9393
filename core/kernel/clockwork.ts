import type { Instrument } from '../domain/instrument.ts';
import type { Micros } from '../domain/time.ts';
import { ActionQueue } from './action-queue.ts';
import { BarForest } from './bar-forest.ts';
import { makeRows } from './bar-row.ts';
import type { KernelOptions } from './kernel-options.ts';
import { installKernelTime, KernelTime } from './rxjs-time.ts';
import { TimerHeap } from './scheduler.ts';

/** The one clock of a run, and what happens by it: timers and the ends of bars, each at its time, and deliveries in between. */
export class Clockwork {
  /** The clock, whole microseconds. */
  now: Micros = 0;
  /** Sequence number of the event that is being delivered; 0 inside timers and clock-closed bars. */
  cause = 0;
  /** True while history is being delivered: decisions made now are dropped. */
  historical = false;
  readonly timers: TimerHeap;
  readonly bars: BarForest;
  /** Rows of bar-row.ts, one per instrument. */
  readonly rows: Float64Array;
  /** Called when the earliest thing due may have changed; live mode re-arms its alarm. */
  onDeadline: () => void = () => undefined;
  /** When the next timer or bar falls due. */
  protected deadline: Micros = Number.POSITIVE_INFINITY;
  protected readonly queue: ActionQueue;
  protected readonly time: KernelTime;

  constructor(instruments: readonly Instrument[], { barGrace, onError }: KernelOptions) {
    installKernelTime();
    this.queue = new ActionQueue(onError);
    this.rows = makeRows(instruments.length);
    this.timers = new TimerHeap(
      () => this.now,
      () => this.refresh(),
      onError,
    );
    this.time = new KernelTime(this.timers);
    this.bars = new BarForest(instruments, this.rows, barGrace);
  }

  /** Sets the clock before anything runs. */
  start(now: Micros): void {
    this.now = now;
  }

  /** True while a delivery is going on: what comes from outside must wait. */
  get busy(): boolean {
    return this.time.entered;
  }

  /** When the next timer or bar falls due; Infinity for never. */
  get nextDue(): Micros {
    return this.deadline;
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

  /** Runs timers and closes bars that are due at or before `at`, in order of due time; bars first at equal times. */
  protected advance(at: Micros): void {
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

  /** When the next timer or bar falls due, asked anew. */
  protected earliest(): Micros {
    const bars = this.bars.deadline;
    const timer = this.timers.top;
    return bars < timer ? bars : timer;
  }

  protected refresh(): void {
    this.deadline = this.earliest();
    if (!this.time.entered) this.onDeadline();
  }
}
