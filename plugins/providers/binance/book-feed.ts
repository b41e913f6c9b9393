import type { Subscription } from 'rxjs';
import { DEPTH_LAST, DEPTH_SNAPSHOT, type Micros, SIDE_BUY, SIDE_SELL, toMillis } from '#core';
import { type DepthMessage, DepthSync } from './depth-sync.ts';
import type { Tools } from './tools.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Keeps the book of one instrument: joins snapshots and changes, and begins again when changes are missing. */
export class BookFeed {
  readonly sync: DepthSync;
  private readonly symbol: string;
  private readonly inst: number;
  private readonly tools: Tools;
  private readonly fetch: () => Promise<DepthMessage>;
  private lastEvent: Micros | undefined;
  /** A connection ended while the book was known. */
  private wasLost = false;
  /** Which of the requests that were started is still wanted. */
  private request = 0;
  private failures = 0;
  private pause: Subscription | undefined;

  constructor(symbol: string, inst: number, tools: Tools, fetch: () => Promise<DepthMessage>) {
    this.symbol = symbol;
    this.inst = inst;
    this.tools = tools;
    this.fetch = fetch;
    this.sync = new DepthSync({
      apply: (message, snapshot) => this.apply(message, snapshot),
      lost: (missed, next) => this.lose(missed, next),
    });
  }

  /** The stream of changes is open: from here on nothing that a snapshot lacks can be missed. */
  begin(): void {
    this.end();
    void this.join(++this.request);
  }

  /** The stream of changes has ended. */
  end(): void {
    this.wasLost = this.lastEvent !== undefined;
    this.request++;
    this.failures = 0;
    this.pause?.unsubscribe();
    this.sync.reset();
  }

  /** Nobody wants the book any more: what is missed from here on is no gap. */
  forget(): void {
    this.end();
    this.wasLost = false;
    this.lastEvent = undefined;
  }

  private async join(request: number): Promise<void> {
    try {
      const snapshot = await this.fetch();
      if (request !== this.request) return;
      const joined = this.sync.snapshot(snapshot);
      this.tools.writer.flush();
      // The changes that had waited may have shown the next hole, which has asked for a snapshot of its own.
      if (joined || request !== this.request) return;
    } catch (error) {
      if (request !== this.request) return;
      this.tools.link.bad('no snapshot of the book', `${this.symbol}: ${String(error)}`);
    }
    this.later();
  }

  /** Snapshots are dear, and a venue in trouble must not be asked for them in a loop. */
  private later(): void {
    const request = ++this.request;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++);
    this.pause?.unsubscribe();
    this.pause = this.tools.wall.schedule(() => void this.join(request), pauseMs);
  }

  private lose(missed: number | undefined, next: DepthMessage): void {
    this.report(missed, next.event, 'sequence');
    this.write(SIDE_BUY, [0, 0], next, { snapshot: true, isLast: true });
    this.later();
  }

  private apply(message: DepthMessage, snapshot: boolean): void {
    const { bids, asks } = message;
    if (snapshot) {
      if (this.wasLost) this.report(undefined, message.event, 'reconnect');
      this.wasLost = false;
      // A book with a hole in it looks right and is not; an empty one says so.
      if (bids.length + asks.length === 0) this.write(SIDE_BUY, [0, 0], message, { snapshot, isLast: true });
    } else this.failures = 0;
    this.write(SIDE_BUY, bids, message, { snapshot, isLast: asks.length === 0 });
    this.write(SIDE_SELL, asks, message, { snapshot: snapshot && bids.length === 0, isLast: true });
    this.lastEvent = message.event;
  }

  private write(
    side: number,
    levels: readonly number[],
    { event, last }: DepthMessage,
    { snapshot, isLast }: { readonly snapshot: boolean; readonly isLast: boolean },
  ): void {
    for (let i = 0; i < levels.length; i += 2) {
      const flags = (snapshot && i === 0 ? DEPTH_SNAPSHOT : 0) | (isLast && i + 2 === levels.length ? DEPTH_LAST : 0);
      this.tools.writer.depth(this.inst, side, levels[i] ?? 0, levels[i + 1] ?? 0, flags, event, 0, last);
    }
  }

  private report(missed: number | undefined, until: Micros, reason: string): void {
    this.tools.link.gap({
      instrument: this.symbol,
      stream: 'depth',
      from: this.lastEvent === undefined ? undefined : toMillis(this.lastEvent),
      until: toMillis(until),
      missed,
      filled: 'none',
      reason,
    });
  }
}
