import { Observable, type SchedulerLike } from 'rxjs';
import { durationMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Clock } from '../plugin/context.ts';
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
    const span = durationMicros(interval);
    if (span === undefined || span < 1000) {
      throw new MillraceError({
        code: 'BAD_INTERVAL',
        where: {},
        was: `clock.every('${interval}')`,
        expected: 'a duration of at least 1ms, such as 500ms, 5s, 1m or 1h',
        fix: "write a number and a unit, for example clock.every('5s')",
      });
    }
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
