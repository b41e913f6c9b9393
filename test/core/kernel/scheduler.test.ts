import fc from 'fast-check';
import type { SchedulerAction, Subscription } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { TimerHeap } from '../../../core/kernel/scheduler.ts';
import { at, makeKernel, sinceStart } from '../../helpers/kernel-kit.ts';

/** A heap with a clock of its own that runs everything due, as the kernel does. */
function makeHeap() {
  let now = 0;
  const errors: unknown[] = [];
  const tops: number[] = [];
  const heap: TimerHeap = new TimerHeap(
    () => now,
    () => tops.push(heap.top),
    (error) => errors.push(error),
  );
  const runUntil = (end: number): void => {
    while (heap.top <= end) {
      now = heap.top;
      heap.runTop();
    }
    now = end;
  };
  return { heap, errors, tops, runUntil };
}

/** What is done to the heap: a new task, or one done to a task that exists. Delays in milliseconds, small so that many tie. */
type Step =
  | { readonly do: 'schedule'; readonly delay: number }
  | { readonly do: 'cancel' | 'rearm'; readonly task: number; readonly delay: number }
  | { readonly do: 'wait'; readonly delay: number };

const delay = fc.integer({ min: 0, max: 6 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('schedule' as const), delay }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'rearm' as const), task: fc.nat(30), delay }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), delay }) },
  ),
  { maxLength: 60 },
);

/** The same on a plain list, sorted again for every task. */
class SortedList {
  now = 0;
  readonly fired: string[] = [];
  readonly #due: { task: number; at: number; seq: number }[] = [];
  readonly #done = new Set<number>();
  #seq = 0;

  arm(task: number, ms: number): void {
    if (this.#done.has(task)) return;
    this.remove(task);
    this.#due.push({ task, at: this.now + ms * 1000, seq: this.#seq++ });
  }

  cancel(task: number): void {
    this.remove(task);
    this.#done.add(task);
  }

  runUntil(end: number, then: (task: number) => void): void {
    for (;;) {
      const [first] = this.#due.sort((a, b) => a.at - b.at || a.seq - b.seq);
      if (first === undefined || first.at > end) break;
      this.now = first.at;
      this.remove(first.task);
      this.fired.push(`${first.task} at ${first.at}`);
      then(first.task);
      if (!this.#due.some(({ task }) => task === first.task)) this.#done.add(first.task);
    }
    this.now = end;
  }

  private remove(task: number): void {
    const at = this.#due.findIndex((each) => each.task === task);
    if (at >= 0) this.#due.splice(at, 1);
  }
}

describe('the timer heap', () => {
  it('fires as a sorted list would, whatever is armed, re-armed, cancelled, or made inside a task', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(3), { maxLength: 40 }), (plan, insides) => {
        const { heap, runUntil } = makeHeap();
        const list = new SortedList();
        const fired: string[] = [];
        const actions: SchedulerAction<unknown>[] = [];
        // What a task does when it fires: nothing, re-arm itself, make another, or both.
        const inside = (task: number): number => (task < 200 ? (insides[task] ?? 0) : 0);
        const make = (ms: number): void => {
          const task = actions.length;
          const action = heap.schedule(function (this: SchedulerAction<unknown>) {
            fired.push(`${task} at ${heap.nowUs()}`);
            const what = fires[task] === undefined ? inside(task) : 0;
            fires[task] = 1;
            if ((what & 1) !== 0) this.schedule(undefined, 3);
            if ((what & 2) !== 0) make(task % 4);
          }, ms);
          actions.push(action as SchedulerAction<unknown>);
        };
        const fires: (1 | undefined)[] = [];
        const listFires: (1 | undefined)[] = [];
        let made = 0;
        const listMake = (ms: number): void => list.arm(made++, ms);
        const then = (task: number): void => {
          const what = listFires[task] === undefined ? inside(task) : 0;
          listFires[task] = 1;
          if ((what & 1) !== 0) list.arm(task, 3);
          if ((what & 2) !== 0) listMake(task % 4);
        };
        let now = 0;
        const wait = (ms: number): void => {
          now += ms * 1000;
          runUntil(now);
          list.runUntil(now, then);
        };
        for (const step of plan) {
          if (step.do === 'schedule') {
            make(step.delay);
            listMake(step.delay);
          } else if (step.do === 'wait') wait(step.delay);
          else if (step.task < actions.length) {
            const action = actions[step.task] as SchedulerAction<unknown>;
            if (step.do === 'cancel') {
              action.unsubscribe();
              list.cancel(step.task);
            } else {
              action.schedule(undefined, step.delay);
              list.arm(step.task, step.delay);
            }
          }
        }
        wait(1_000);
        expect(fired).toEqual(list.fired);
        expect(heap.size).toBe(0);
        expect(heap.top).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 300 },
    );
  });

  it('fires timers that are due together in the order of their making', () => {
    const { heap, runUntil } = makeHeap();
    const fired: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) heap.schedule(() => fired.push(name), 5);
    heap.schedule(() => fired.push('earlier'), 4);
    runUntil(5_000);
    expect(fired).toEqual(['earlier', 'a', 'b', 'c', 'd']);
  });

  it('says the earliest due time whenever it changes', () => {
    const { heap, tops } = makeHeap();
    heap.schedule(() => undefined, 20);
    const soon = heap.schedule(() => undefined, 10);
    heap.schedule(() => undefined, 30);
    soon.unsubscribe();
    expect(tops).toEqual([20_000, 10_000, 10_000, 20_000]);
  });

  it('goes on after a task that throws, and reports it', () => {
    const { heap, errors, runUntil } = makeHeap();
    const after = vi.fn();
    heap.schedule(() => {
      throw new Error('broken');
    }, 1);
    heap.schedule(after, 1);
    heap.schedule(after, 2);
    runUntil(10_000);
    expect(errors).toEqual([new Error('broken')]);
    expect(after).toHaveBeenCalledTimes(2);
  });

  it('hands a task its state and closes it when it has run', () => {
    const { heap, runUntil } = makeHeap();
    const states: unknown[] = [];
    const task = heap.schedule((state) => states.push(state), 1, { n: 7 });
    expect(task.closed).toBe(false);
    runUntil(1_000);
    expect([states, task.closed]).toEqual([[{ n: 7 }], true]);
  });

  it('fires at once for delays that lie in the past', () => {
    const { heap, runUntil } = makeHeap();
    runUntil(5_000);
    heap.schedule(() => undefined, -100);
    expect(heap.top).toBe(5_000);
  });
});

describe('timers in the kernel', () => {
  it('see their due time as the time, however far the clock is moved at once', () => {
    const { kernel, clock, inside } = makeKernel();
    const seen: number[] = [];
    inside(() => {
      for (const ms of [70, 10, 40]) kernel.timers.schedule(() => seen.push(sinceStart(clock.now())), ms);
    });
    kernel.advanceTo(at(100_000));
    expect(seen).toEqual([10, 40, 70]);
    expect(sinceStart(clock.now())).toBe(100_000);
  });

  it('due exactly at an event fire before it', () => {
    const { kernel, inside } = makeKernel();
    const order: string[] = [];
    inside(() => void kernel.timers.schedule(() => order.push('timer'), 10));
    kernel.run(at(10), 1, () => order.push('event'));
    expect(order).toEqual(['timer', 'event']);
  });

  it('fire at whole multiples under clock.every, whenever it was subscribed', () => {
    const { kernel, clock } = makeKernel();
    const seen: number[] = [];
    let subscription: Subscription | undefined;
    kernel.run(at(1_234), 0, () => {
      subscription = clock.every('500ms').subscribe((now) => seen.push(sinceStart(now)));
    });
    kernel.advanceTo(at(3_000));
    expect(seen).toEqual([1_500, 2_000, 2_500, 3_000]);
    subscription?.unsubscribe();
    expect(kernel.timers.size).toBe(0);
  });

  it('are refused intervals below a millisecond', () => {
    const { clock } = makeKernel();
    expect(() => clock.every('10us')).toThrow(expect.objectContaining({ code: 'BAD_INTERVAL' }));
    expect(() => clock.every('soon')).toThrow(expect.objectContaining({ code: 'BAD_INTERVAL' }));
  });
});
