import { Observable, type SchedulerLike } from 'rxjs';
import type { Clock } from '../plugin/context.ts';
import { intervalMicros } from './interval.ts';
import type { Kernel } from './kernel.ts';

/** The kernel's clock as plugins see it. */
export class KernelClock implements Clock {
  readonly scheduler: SchedulerLike;
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.scheduler = kernel.timers;
  }

  now(): number {
    return this.kernel.now / 1000;
  }

  every(interval: string): Observable<number> {
    const span = intervalMicros('clock.every', interval);
    const { kernel } = this;
    return new Observable((subscriber) => {
      // Aligned to whole multiples, so that the first tick does not depend on when the run began.
      const untilNext = (): number => (span - (kernel.now % span)) / 1000;
      return kernel.timers.schedule(function again() {
        subscriber.next(kernel.now / 1000);
        if (!this.closed) this.schedule(undefined, untilNext());
      }, untilNext());
    });
  }
}
