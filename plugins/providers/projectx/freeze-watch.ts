import type { SchedulerLike, Subscription } from 'rxjs';

const LOOKS = 8;
const LONGEST_MS = 600_000;

export interface FreezeParts {
  readonly wall: SchedulerLike;
  readonly now: () => number;
  /** Silence that counts as frozen, milliseconds; 0 for never. */
  readonly afterMs: number;
  /** Whether data can be expected: something is subscribed, and the market is open. */
  readonly expecting: () => boolean;
  /** Outlives a connection: how many times longer than `afterMs` silence may last. */
  readonly memory: { patience: number };
  /** Half of the time is over. */
  readonly onQuiet: () => void;
  readonly onFrozen: (silentMs: number) => void;
  /** Data came again after `onQuiet`; since and until in epoch milliseconds. */
  readonly onThawed: (since: number, until: number) => void;
}

/**
 * The market hub can stop sending while its connection lives and answers pings. Notices it, and grows more patient with
 * each time in vain, so that a holiday brings no storm of connections.
 */
export class FreezeWatch {
  private readonly parts: FreezeParts;
  private timer: Subscription | undefined;
  private lastData = 0;
  private asked = false;
  private hadData = false;

  constructor(parts: FreezeParts) {
    this.parts = parts;
  }

  /** A connection begins. */
  start(): void {
    const { afterMs, wall, now } = this.parts;
    this.lastData = now();
    this.asked = false;
    this.hadData = false;
    if (afterMs === 0) return;
    const pause = Math.max(10, afterMs / LOOKS);
    const look = (): void => {
      this.look();
      if (this.timer !== undefined) this.timer = wall.schedule(look, pause);
    };
    this.timer = wall.schedule(look, pause);
  }

  stop(): void {
    this.timer?.unsubscribe();
    this.timer = undefined;
  }

  data(): void {
    const now = this.parts.now();
    if (this.asked && this.hadData) this.parts.onThawed(this.lastData, now);
    this.lastData = now;
    this.parts.memory.patience = 1;
    this.asked = false;
    this.hadData = true;
  }

  private look(): void {
    const { afterMs, now, memory, expecting, onQuiet, onFrozen } = this.parts;
    if (!expecting()) {
      this.lastData = now();
      return;
    }
    const silentMs = now() - this.lastData;
    const limitMs = Math.max(afterMs, Math.min(afterMs * memory.patience, LONGEST_MS));
    if (silentMs >= limitMs) {
      memory.patience *= 2;
      this.stop();
      onFrozen(silentMs);
    } else if (silentMs >= limitMs / 2 && !this.asked) {
      this.asked = true;
      onQuiet();
    }
  }
}
