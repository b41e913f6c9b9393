import { createRequire } from 'node:module';
import type { SchedulerLike, Subscription } from 'rxjs';

/**
 * Puts RxJS operators that were given no scheduler (`debounceTime(500)`, `interval(1000)`) on the kernel's clock, but only
 * while the kernel is running somebody's code. A socket handler or a service outside of it keeps real timers.
 *
 * RxJS 7.8 keeps replaceable providers for its own test scheduler. They are internal modules, which is why the RxJS version
 * is pinned; when they cannot be found, start-up fails instead of running on the wrong clock.
 */
let current: SchedulerLike | undefined;

/** The scheduler whose kernel is running; `undefined` outside of any kernel. */
export const enterKernelTime = (scheduler: SchedulerLike | undefined): SchedulerLike | undefined => {
  const outer = current;
  current = scheduler;
  return outer;
};

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

  const set = (work: () => void, delayMs: number, ...rest: unknown[]): unknown =>
    current === undefined
      ? setInterval(work, delayMs, ...(rest as []))
      : kernelInterval(current, () => (work as (...args: unknown[]) => void)(...rest), delayMs);
  const clear = (handle: unknown): void => {
    if (isKernelInterval(handle)) handle.task.unsubscribe();
    else clearInterval(handle as NodeJS.Timeout);
  };
  intervalProvider.delegate = { setInterval: set as typeof setInterval, clearInterval: clear as typeof clearInterval };
  dateTimestampProvider.delegate = { now: () => (current === undefined ? Date.now() : current.now()) };
}
