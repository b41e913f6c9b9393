import { asyncScheduler } from 'rxjs';

/**
 * Stands in for core/runtime/wall.ts in tests with fake timers: `vi.mock('…/wall.ts', () => import('…/fake-wall.ts'))`. The
 * functions look the timers up when they are called, because the fake ones are put in place later.
 */
export const wallMicros = (): number => Date.now() * 1000;

export const wallTimers = {
  setTimeout: (work: () => void, ms?: number) => setTimeout(work, ms),
  clearTimeout: (timer: NodeJS.Timeout | undefined) => clearTimeout(timer),
  setInterval: (work: () => void, ms?: number) => setInterval(work, ms),
  clearInterval: (timer: NodeJS.Timeout | undefined) => clearInterval(timer),
  setImmediate: (work: () => void) => setImmediate(work),
};

export const wallScheduler = asyncScheduler;
