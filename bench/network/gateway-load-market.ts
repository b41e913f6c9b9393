import { Observable } from 'rxjs';
import { SIDE_BUY, SIDE_SELL, TradeChunk } from '../../core/domain/chunk.ts';
import type { InstrumentSpec, Provider, ProviderEvent } from '../../core/index.ts';

const BEAT_MS = 2;
const MOST_ROWS = 4096;

/** Trades at a fixed rate, one symbol after the other, from `play` on; a late beat catches up. */
export class LoadMarket {
  readonly provider: Provider;
  sent = 0;
  tookMs = Number.NaN;
  /** Milliseconds from the moment at which the first trade of a beat was due to the strategy's call for the last. */
  readonly delays: number[] = [];
  readonly #rate: number;
  readonly #symbols: number;
  readonly #chunk = new TradeChunk(MOST_ROWS);
  #emit: ((event: ProviderEvent) => void) | undefined;
  #seen = 0;
  #dueAt = 0;

  constructor(rate: number, instruments: readonly InstrumentSpec[]) {
    this.#rate = rate;
    this.#symbols = instruments.length;
    this.provider = {
      instruments,
      events: () =>
        new Observable((subscriber) => {
          this.#emit = (event) => subscriber.next(event);
        }),
    };
  }

  get seen(): number {
    return this.#seen;
  }

  /** What the strategy does with a trade. */
  readonly see = (): void => {
    if (++this.#seen === this.sent) this.delays.push(performance.now() - this.#dueAt);
  };

  play(seconds: number): Promise<void> {
    const total = this.#rate * seconds;
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * this.#rate));
        while (this.sent < due) this.#send(Math.min(due - this.sent, MOST_ROWS), startedAt);
        if (this.sent < total) return;
        clearInterval(timer);
        this.tookMs = performance.now() - startedAt;
        resolve();
      }, BEAT_MS);
    });
  }

  #send(rows: number, startedAt: number): void {
    const chunk = this.#chunk;
    // Processes agree on the time of day, but not on the monotonic clock's distance from it.
    const origin = Date.now() - performance.now();
    const dueAt = (n: number): number => startedAt + ((n + 1) / this.#rate) * 1000;
    for (let i = 0; i < rows; i++) {
      const n = this.sent + i;
      chunk.event[i] = Math.round((origin + dueAt(n)) * 1000);
      chunk.inst[i] = n % this.#symbols;
      chunk.price[i] = 60_000 + (n % 5000) / 100;
      chunk.size[i] = 1 + (n % 7);
      chunk.side[i] = n % 2 === 0 ? SIDE_BUY : SIDE_SELL;
      chunk.id[i] = n + 1;
    }
    chunk.n = rows;
    this.#dueAt = dueAt(this.sent);
    this.sent += rows;
    this.#emit?.(chunk);
  }
}
