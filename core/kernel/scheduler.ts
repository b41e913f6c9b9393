import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Micros } from '../domain/time.ts';

type Work = (this: SchedulerAction<unknown>, state?: unknown) => void;

/** A task in the heap. One object per task, re-armed in place: RxJS's own virtual scheduler makes a new one each time. */
class TimerAction extends Subscription implements SchedulerAction<unknown> {
  private readonly owner: TimerHeap;
  private readonly work: Work;
  private state: unknown = undefined;
  at: Micros = 0;
  seq = 0;
  /** Place in the heap; -1 when not in it. */
  index = -1;

  constructor(owner: TimerHeap, work: Work) {
    super();
    this.owner = owner;
    this.work = work;
  }

  schedule(state?: unknown, delayMs = 0): Subscription {
    if (this.closed) return this;
    if (this.index >= 0) this.owner.remove(this);
    this.state = state;
    this.at = this.owner.nowUs() + (delayMs > 0 ? Math.round(delayMs * 1000) : 0);
    this.owner.add(this);
    return this;
  }

  execute(): void {
    try {
      this.work(this.state);
    } finally {
      // Not re-armed by its own work: the task is done.
      if (this.index < 0 && !this.closed) this.unsubscribe();
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    if (this.index >= 0) this.owner.remove(this);
    this.state = undefined;
    super.unsubscribe();
  }
}

/**
 * All timers of a run: a binary heap ordered by due time, then by creation. It is the scheduler of live, paper and replay
 * alike, and implements RxJS's SchedulerLike, so debounceTime, bufferTime, timer and the rest run on event time.
 */
export class TimerHeap implements SchedulerLike {
  /** Due time of the earliest timer; Infinity when there is none. The hot loop compares with it. */
  top: Micros = Number.POSITIVE_INFINITY;
  readonly nowUs: () => Micros;
  private readonly onTop: () => void;
  private readonly onError: (error: unknown) => void;
  private readonly heap: TimerAction[] = [];
  private nextSeq = 0;

  /**
   * @param nowUs the kernel's clock
   * @param onTop told whenever `top` may have changed
   * @param onError told when a task throws; the other timers go on
   */
  constructor(nowUs: () => Micros, onTop: () => void, onError: (error: unknown) => void) {
    this.nowUs = nowUs;
    this.onTop = onTop;
    this.onError = onError;
  }

  get size(): number {
    return this.heap.length;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.nowUs() / 1000;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
    return new TimerAction(this, work as Work).schedule(state, delayMs);
  }

  /** Runs the earliest timer. The caller has set the clock to its due time. */
  runTop(): void {
    const action = this.heap[0];
    if (action === undefined) return;
    this.remove(action);
    try {
      action.execute();
    } catch (error) {
      this.onError(error);
    }
  }

  add(action: TimerAction): void {
    action.seq = this.nextSeq++;
    this.heap.push(action);
    this.place(action, this.heap.length - 1);
    this.settle();
  }

  remove(action: TimerAction): void {
    const index = action.index;
    const last = this.heap.pop();
    action.index = -1;
    if (last !== undefined && last !== action) this.place(last, index);
    this.settle();
  }

  private settle(): void {
    const first = this.heap[0];
    this.top = first === undefined ? Number.POSITIVE_INFINITY : first.at;
    this.onTop();
  }

  /** Puts `action` at `index`, then moves it up or down to where it belongs. */
  private place(action: TimerAction, index: number): void {
    const heap = this.heap;
    let i = index;
    while (i > 0) {
      const parent = heap[(i - 1) >> 1] as TimerAction;
      if (!earlier(action, parent)) break;
      heap[i] = parent;
      parent.index = i;
      i = (i - 1) >> 1;
    }
    if (i === index) {
      for (;;) {
        let child = 2 * i + 1;
        if (child >= heap.length) break;
        const right = heap[child + 1];
        if (right !== undefined && earlier(right, heap[child] as TimerAction)) child++;
        const next = heap[child] as TimerAction;
        if (!earlier(next, action)) break;
        heap[i] = next;
        next.index = i;
        i = child;
      }
    }
    heap[i] = action;
    action.index = i;
  }
}

const earlier = (a: TimerAction, b: TimerAction): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);
