import type { RateLimit } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';

interface Waiting {
  readonly tokens: number;
  readonly resolve: () => void;
}

/** A token bucket that is full at first and refills steadily. Who waits is served in order. */
export class TokenBucket implements RateLimit {
  private readonly capacity: number;
  private readonly perMicro: number;
  private tokens: number;
  private filledAt = wallMicros();
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor({ tokens, perMs }: { readonly tokens: number; readonly perMs: number }) {
    this.capacity = tokens;
    this.tokens = tokens;
    this.perMicro = tokens / (perMs * 1000);
  }

  take(tokens = 1): Promise<void> {
    if (this.tryTake(tokens)) return Promise.resolve();
    return new Promise((resolve) => {
      // More than the bucket holds would never come.
      this.waiting.push({ tokens: Math.min(tokens, this.capacity), resolve });
      this.arm();
    });
  }

  tryTake(tokens = 1): boolean {
    this.refill();
    if (this.waiting.length > 0 || this.tokens < tokens) return false;
    this.tokens -= tokens;
    return true;
  }

  pause(ms: number): void {
    this.refill();
    // An empty bucket that starts to refill only when the pause is over.
    this.tokens = Math.min(this.tokens, 0);
    this.filledAt = Math.max(this.filledAt, wallMicros() + ms * 1000);
    this.arm();
  }

  private refill(): void {
    const now = wallMicros();
    if (now <= this.filledAt) return;
    this.tokens = Math.min(this.capacity, this.tokens + (now - this.filledAt) * this.perMicro);
    this.filledAt = now;
  }

  private arm(): void {
    const first = this.waiting[0];
    wallTimers.clearTimeout(this.timer);
    if (first === undefined) return;
    const missing = Math.max(0, first.tokens - this.tokens) / this.perMicro;
    const wait = Math.max(0, this.filledAt - wallMicros()) + missing;
    this.timer = wallTimers.setTimeout(() => this.serve(), Math.ceil(wait / 1000));
  }

  private serve(): void {
    this.refill();
    for (let first = this.waiting[0]; first !== undefined && this.tokens >= first.tokens; first = this.waiting[0]) {
      this.tokens -= first.tokens;
      this.waiting.shift();
      first.resolve();
    }
    this.arm();
  }
}
