import { Subscription, VirtualTimeScheduler } from 'rxjs';
import { TimerHeap } from '../../core/kernel/scheduler.ts';
import { xorshift } from '../data/random.ts';
import type { Group } from '../figure.ts';

const PENDING = 1000;
/** RxJS's own scheduler sorts its whole list at every step and needs a shorter run. */
const VIRTUAL_SHARE = 0.05;

/** Timers that re-arm themselves at random delays, a thousand of them pending at any time. */
export const timerGroup = (firings: number, rounds: number): Group => ({
  name: `timers, ${PENDING} pending`,
  per: 'firing',
  rounds,
  cases: [
    { name: 'limit: a heap of bare numbers', operations: firings, start: () => ({ run: () => fireNumbers(firings) }) },
    { name: 'TimerHeap', operations: firings, start: () => ({ run: () => fireHeap(firings) }) },
    {
      name: "RxJS's VirtualTimeScheduler",
      operations: firings * VIRTUAL_SHARE,
      start: () => ({ run: () => fireVirtual(firings * VIRTUAL_SHARE) }),
    },
  ],
});

const delays = (): (() => number) => {
  const random = xorshift(99);
  return () => 1 + (random() % 1000);
};

function fireHeap(firings: number): void {
  const clock = { now: 0 };
  const delay = delays();
  const heap = new TimerHeap(
    () => clock.now,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  for (let i = 0; i < PENDING; i++) {
    heap.schedule(function again() {
      this.schedule(undefined, delay());
    }, delay());
  }
  for (let i = 0; i < firings; i++) {
    clock.now = heap.top;
    heap.runTop();
  }
}

function fireVirtual(firings: number): void {
  const delay = delays();
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const all = new Subscription();
  let left = firings;
  for (let i = 0; i < PENDING; i++) {
    const task = scheduler.schedule(function again() {
      if (left-- > 0) this.schedule(undefined, delay());
    }, delay());
    all.add(task);
  }
  scheduler.flush();
  all.unsubscribe();
}

/** Replacing the top of a binary heap in an array of numbers: what any such scheduler has to do at least. */
function fireNumbers(firings: number): void {
  const delay = delays();
  const heap = new Float64Array(PENDING);
  for (let i = 0; i < PENDING; i++) heap[i] = delay();
  heap.sort();
  for (let fired = 0; fired < firings; fired++) {
    const at = heap[0]! + delay();
    let i = 0;
    for (let child = 1; child < PENDING; child = 2 * i + 1) {
      if (child + 1 < PENDING && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= at) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = at;
  }
}
