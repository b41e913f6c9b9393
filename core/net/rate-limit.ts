import type { RateLimit } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';

/** setTimeout takes no more than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Waiting {
  readonly tokens: number;
  readonly resolve: () => void;
}
interface Spent {
  readonly tokens: number;
  /** When they are back in the bucket, microseconds. */
  readonly backAt: number;
}

/**
 * A bucket of tokens, full at first, to which each comes back one period after it was spent. So no stretch of that length
 * ever sees more than the bucket holds, however the venue counts; with a bucket that refills steadily the first period
 * would see twice as many. Who waits is served in order.
 */
export class TokenBucket implements RateLimit {
  private readonly capacity: number;
  private readonly periodUs: number;
  private tokens: number;
  /** Oldest first. */
  private readonly spent: Spent[] = [];
  private readonly waiting: Waiting[] = [];
  private pausedUntil = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor({ tokens, perMs }: { readonly tokens: number; readonly perMs: number }) {
    this.capacity = tokens;
    this.tokens = tokens;
    this.periodUs = perMs * 1000;
  }

  take(tokens = 1): Promise<void> {
    if (this.tryTake(tokens)) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push({ tokens: this.possible(tokens), resolve });
      this.arm();
    });
  }

  tryTake(tokens = 1): boolean {
    return this.waiting.length === 0 && this.spend(this.possible(tokens));
  }

  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, wallMicros() + ms * 1000);
    this.arm();
  }

  /** More than the bucket holds would never come. */
  private possible(tokens: number): number {
    return Math.min(tokens, this.capacity);
  }

  private spend(tokens: number): boolean {
    const now = wallMicros();
    for (let first = this.spent[0]; first !== undefined && first.backAt <= now; first = this.spent[0]) {
      this.tokens += first.tokens;
      this.spent.shift();
    }
    if (now < this.pausedUntil || this.tokens < tokens) return false;
    this.tokens -= tokens;
    this.spent.push({ tokens, backAt: now + this.periodUs });
    return true;
  }

  private serve(): void {
    for (let first = this.waiting[0]; first !== undefined && this.spend(first.tokens); first = this.waiting[0]) {
      this.waiting.shift();
      first.resolve();
    }
    this.arm();
  }

  private arm(): void {
    wallTimers.clearTimeout(this.timer);
    const [first] = this.waiting;
    if (first === undefined) return;
    const waitMs = Math.ceil((Math.max(this.pausedUntil, this.enoughAt(first.tokens)) - wallMicros()) / 1000);
    this.timer = wallTimers.setTimeout(() => this.serve(), Math.min(Math.max(waitMs, 0), LONGEST_TIMER_MS));
  }

  private enoughAt(tokens: number): number {
    let there = this.tokens;
    for (const { tokens: more, backAt } of this.spent) {
      if (there >= tokens) break;
      there += more;
      if (there >= tokens) return backAt;
    }
    return 0;
  }
}
