import { createRequire } from 'node:module';
import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';

/**
 * Puts RxJS operators that were given no scheduler (`debounceTime(500)`, `interval(1000)`) on the kernel's clock, but only
 * while the kernel is running somebody's code. A socket handler or a service outside of it keeps real timers.
 *
 * RxJS 7.8 keeps replaceable providers for its own test scheduler. They are internal modules, which is why the RxJS version
 * is pinned; when they cannot be found, start-up fails instead of running on the wrong clock.
 */
const clock = { scheduler: asyncScheduler as SchedulerLike, isKernels: false };

/** What RxJS's shared scheduler knows while it runs its tasks: more that fall due wait in `actions` for the one that runs. */
interface RunningTasks {
  _active: boolean;
  actions: unknown[];
}
const running = asyncScheduler as unknown as RunningTasks;

/**
 * Makes `scheduler` the one that operators run on from `enter` until `leave`, which gives the time back to whoever had it.
 *
 * The caller may itself be a task of RxJS's shared scheduler: a provider made of `interval`. The kernel's tasks must run when
 * they fall due and not queue behind it, or they would run after the delivery and outside of the kernel.
 */
export class KernelTime {
  private readonly scheduler: SchedulerLike;
  private readonly actions: unknown[] = [];
  /** Of the kernel whose delivery this one is part of; `undefined` when there is none. */
  private outer: SchedulerLike | undefined = undefined;
  /** Tasks of the shared scheduler that wait for the one that called us; `undefined` when it was none. */
  private outerActions: unknown[] | undefined = undefined;
  private inside = false;

  constructor(scheduler: SchedulerLike) {
    this.scheduler = scheduler;
  }

  /** Between `enter` and `leave`. */
  get entered(): boolean {
    return this.inside;
  }

  enter(): void {
    if (this.inside) throw new Error('The kernel was entered from within itself; use after()');
    this.inside = true;
    if (clock.isKernels) this.outer = clock.scheduler;
    // Storing an object takes longer than all the rest here, and mostly it is there from the last time.
    if (clock.scheduler !== this.scheduler) clock.scheduler = this.scheduler;
    clock.isKernels = true;
    if (running._active) this.hideTasks();
  }

  leave(): void {
    if (this.outer === undefined) clock.isKernels = false;
    else this.giveBack(this.outer);
    if (this.outerActions !== undefined) this.showTasks(this.outerActions);
    this.inside = false;
  }

  private giveBack(outer: SchedulerLike): void {
    clock.scheduler = outer;
    this.outer = undefined;
  }

  private hideTasks(): void {
    this.outerActions = running.actions;
    running._active = false;
    running.actions = this.actions;
  }

  private showTasks(tasks: unknown[]): void {
    this.outerActions = undefined;
    running._active = true;
    running.actions = tasks;
  }
}

interface IntervalProvider {
  delegate: { setInterval: typeof setInterval; clearInterval: typeof clearInterval } | undefined;
}
interface TimestampProvider {
  delegate: { now(): number } | undefined;
}

/** An interval on the kernel's clock. RxJS clears it by this handle. */
interface KernelInterval {
  readonly task: Subscription;
}

const isKernelInterval = (handle: unknown): handle is KernelInterval =>
  typeof handle === 'object' && handle !== null && 'task' in handle;

function kernelInterval(scheduler: SchedulerLike, work: () => void, delayMs: number): KernelInterval {
  const task = scheduler.schedule(function again() {
    // The work may clear this interval; `closed` then says so and nothing is re-armed.
    work();
    // As Node does: without a smallest step, interval(0) would never let event time move on.
    if (!this.closed) this.schedule(undefined, Math.max(1, delayMs));
  }, delayMs);
  return { task };
}

export function installKernelTime(): void {
  const require = createRequire(import.meta.url);
  const { intervalProvider } = require('rxjs/internal/scheduler/intervalProvider') as {
    intervalProvider: IntervalProvider;
  };
  const { dateTimestampProvider } = require('rxjs/internal/scheduler/dateTimestampProvider') as {
    dateTimestampProvider: TimestampProvider;
  };
  if (intervalProvider.delegate !== undefined) return;

  const set = (work: (...args: unknown[]) => void, delayMs: number, ...rest: unknown[]): unknown =>
    clock.isKernels
      ? kernelInterval(clock.scheduler, () => work(...rest), delayMs)
      : setInterval(work, delayMs, ...rest);
  const clear = (handle: unknown): void => {
    if (isKernelInterval(handle)) handle.task.unsubscribe();
    else clearInterval(handle as NodeJS.Timeout);
  };
  intervalProvider.delegate = { setInterval: set as typeof setInterval, clearInterval: clear };
  dateTimestampProvider.delegate = { now: () => (clock.isKernels ? clock.scheduler.now() : Date.now()) };
}
