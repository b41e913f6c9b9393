import type { Link } from '#core';
import { isKind } from './explain.ts';

export interface PumpParts {
  readonly link: Link;
  /** Waits for what comes next. */
  readonly next: () => Promise<unknown>;
  readonly take: (answer: unknown) => void;
  /** The exchange's book had a hole. */
  readonly onBroken?: (reason: string) => void;
  /** The exchange has no such thing after all. */
  readonly onUnsupported: (error: unknown) => void;
  readonly onLost: (error: unknown) => void;
}

/**
 * Copies one stream of ccxt out of it, and does nothing else between two calls: whatever comes while nobody waits is kept in
 * a ring, and what falls out of that is lost without a word. Never rejects.
 */
export class Pump {
  private readonly parts: PumpParts;
  private stopped = false;

  constructor(parts: PumpParts) {
    this.parts = parts;
  }

  async run(): Promise<void> {
    while (!this.stopped) {
      try {
        const answer = await this.parts.next();
        if (!this.stopped) this.deliver(answer);
      } catch (error) {
        if (this.stopped || !this.goesOn(error)) return;
      }
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private deliver(answer: unknown): void {
    const { link, take } = this.parts;
    // ccxt does not tell how many bytes there were.
    link.received(0);
    take(answer);
  }

  private goesOn(error: unknown): boolean {
    const { onBroken, onUnsupported, onLost } = this.parts;
    // The answer to an earlier `unWatch` of the same stream, which is wanted again.
    if (isKind(error, 'UnsubscribeError')) return true;
    if (onBroken !== undefined && (isKind(error, 'ChecksumError') || isKind(error, 'InvalidNonce'))) {
      onBroken('checksum');
      return true;
    }
    if (isKind(error, 'NotSupported')) onUnsupported(error);
    else if (!isKind(error, 'ExchangeClosedByUser')) onLost(error);
    return false;
  }
}
