import type { Log, OpenSocket, RateLimit } from '#core';
import { kindOfError } from './venue-error.ts';

const PAUSE_MS = 60_000;

export interface SubscriptionsParts {
  readonly socket: OpenSocket;
  readonly pace: RateLimit;
  readonly log: Log;
  /** Whether a row of the symbol has come, so that its subscription was surely accepted. */
  readonly heard: (symbol: string) => boolean;
  /** Symbols that the venue refused for good, with its words. It outlives the connection. */
  readonly refused: Map<string, string>;
  /** Everything that can be subscribed has been, for the first time. */
  readonly onLive: () => void;
  /** Something worth telling whoever watches the connection. */
  readonly onNote: (text: string) => void;
}

/**
 * Keeps the venue's subscriptions equal to what is wanted, one symbol per message, within its pace and its cap. The venue
 * confirms nothing: silence is consent, and an error names the symbol at best.
 */
export class Subscriptions {
  private readonly parts: SubscriptionsParts;
  private wanted: ReadonlySet<string> = new Set();
  /** In the order they were sent. */
  private readonly active = new Set<string>();
  private cap = Number.POSITIVE_INFINITY;
  private working = false;
  private closed = false;
  private isLive = false;

  constructor(parts: SubscriptionsParts) {
    this.parts = parts;
  }

  want(symbols: readonly string[]): void {
    this.wanted = new Set(symbols);
    void this.work();
  }

  close(): void {
    this.closed = true;
  }

  /** Acts on an error message. A text that it does not know is left to the caller: false. */
  onError(text: string): boolean {
    switch (kindOfError(text)) {
      case 'too many symbols':
        this.overCap(text);
        return true;
      case 'invalid symbol':
      case 'no access':
        this.refuse(text);
        return true;
      case 'limit reached':
        this.parts.pace.pause(PAUSE_MS);
        this.parts.onNote(`the venue asks for a pause, so nothing is subscribed for ${PAUSE_MS / 1000} s: ${text}`);
        return true;
      default:
        return false;
    }
  }

  /** One message at a time. What is no longer wanted goes first: it makes room below the cap. */
  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    for (let step = this.next(); step !== undefined && !this.closed; step = this.next()) {
      await this.parts.pace.take();
      if (!this.closed) this.send(this.next());
    }
    this.working = false;
    if (this.closed || this.isLive) return;
    this.isLive = true;
    this.parts.onLive();
  }

  private next(): { readonly type: 'subscribe' | 'unsubscribe'; readonly symbol: string } | undefined {
    const gone = firstOf(this.active, (symbol) => !this.wanted.has(symbol));
    if (gone !== undefined) return { type: 'unsubscribe', symbol: gone };
    if (this.active.size >= this.cap) return undefined;
    const missing = firstOf(this.wanted, (symbol) => !this.active.has(symbol) && !this.parts.refused.has(symbol));
    return missing === undefined ? undefined : { type: 'subscribe', symbol: missing };
  }

  private send(step: ReturnType<Subscriptions['next']>): void {
    // What was to be done may have become needless while it waited for its turn.
    if (step === undefined) return;
    if (step.type === 'subscribe') this.active.add(step.symbol);
    else this.active.delete(step.symbol);
    this.parts.socket.send(JSON.stringify(step));
  }

  /** The symbol is not named, so it must be the last one that has not been heard of. */
  private overCap(text: string): void {
    const symbol = this.lastUnheard();
    if (symbol === undefined) return;
    this.active.delete(symbol);
    this.cap = this.active.size;
    // It counts as refused already; this makes sure.
    this.parts.socket.send(JSON.stringify({ type: 'unsubscribe', symbol }));
    this.parts.onNote(`the plan streams ${this.cap} symbols, so ${symbol} is left out: ${text}`);
  }

  private refuse(text: string): void {
    const words = text.split(/[\s,'"]+/);
    const named = firstOf(this.active, (symbol) => text.endsWith(symbol) || words.includes(symbol));
    const symbol = named ?? this.lastUnheard();
    if (symbol === undefined) return;
    this.active.delete(symbol);
    this.parts.refused.set(symbol, text);
    this.parts.onNote(`${symbol} is left out, because the venue refuses it: ${text}`);
    void this.work();
  }

  private lastUnheard(): string | undefined {
    return [...this.active].findLast((symbol) => !this.parts.heard(symbol));
  }
}

function firstOf(symbols: ReadonlySet<string>, fits: (symbol: string) => boolean): string | undefined {
  for (const symbol of symbols) if (fits(symbol)) return symbol;
  return undefined;
}
