import type { Subscription } from 'rxjs';
import type { Demand, StreamName } from '#core';

export const TRADES = 1;
export const QUOTES = 2;
export const DEPTH = 4;
const BITS: Readonly<Record<StreamName, number>> = { trades: TRADES, quotes: QUOTES, depth: DEPTH, bars: 0 };

/** The demand as one byte per instrument, kept up to date: the feed asks it for every arrival. */
export class Wanted {
  readonly bits: Uint8Array;
  /** What somebody has stopped wanting since the feed last looked, even if it is wanted again by now. */
  readonly dropped: Uint8Array;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #changes: Subscription;

  constructor(demand: Demand, symbols: readonly string[]) {
    this.bits = new Uint8Array(symbols.length);
    this.dropped = new Uint8Array(symbols.length);
    this.#numbers = new Map(symbols.map((symbol, number) => [symbol, number]));
    this.#take(demand.current());
    this.#changes = demand.changes$.subscribe((now) => this.#take(now));
  }

  get nothing(): boolean {
    return this.bits.every((bits) => bits === 0);
  }

  close(): void {
    this.#changes.unsubscribe();
  }

  #take(demands: readonly { readonly stream: StreamName; readonly instrument: string }[]): void {
    const before = this.bits.slice();
    this.bits.fill(0);
    for (const { stream, instrument } of demands) {
      const number = this.#numbers.get(instrument);
      if (number !== undefined) this.bits[number] = (this.bits[number] ?? 0) | BITS[stream];
    }
    for (const [number, bits] of before.entries()) {
      this.dropped[number] = (this.dropped[number] ?? 0) | (bits & ~(this.bits[number] ?? 0));
    }
  }
}
