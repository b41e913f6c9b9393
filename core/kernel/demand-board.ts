import type { Observable } from 'rxjs';
import type { Instrument } from '../domain/instrument.ts';
import type { Demand, StreamDemand, StreamName } from '../plugin/demand.ts';
import { HotSource } from './hot-source.ts';

/** Counts who wants which stream of which instrument. Providers subscribe to what it says and to nothing else. */
export class DemandBoard implements Demand {
  /** Providers ask about every row that they have: a symbol is found faster than a text made for the question. */
  private readonly wanted: Readonly<Record<StreamName, Set<string>>> = {
    trades: new Set(),
    quotes: new Set(),
    depth: new Set(),
    bars: new Set(),
  };
  private readonly counts = new Map<string, { readonly demand: StreamDemand; count: number }>();
  private readonly changes = new HotSource<readonly StreamDemand[]>();
  readonly changes$: Observable<readonly StreamDemand[]> = this.changes;

  /** Adds one subscriber; the returned function takes it back, once. */
  add(stream: StreamName, instrument: Instrument): () => void {
    const key = `${stream} ${instrument.symbol}`;
    const entry = this.counts.get(key) ?? { demand: { stream, instrument: instrument.symbol }, count: 0 };
    this.counts.set(key, entry);
    entry.count++;
    this.wanted[stream].add(instrument.symbol);
    if (entry.count === 1) this.tell();
    let taken = false;
    return () => {
      if (taken) return;
      taken = true;
      entry.count--;
      if (entry.count > 0) return;
      this.counts.delete(key);
      this.wanted[stream].delete(instrument.symbol);
      this.tell();
    };
  }

  private tell(): void {
    if (this.changes.observed) this.changes.emit(this.current());
  }

  current(): readonly StreamDemand[] {
    return [...this.counts.values()].map(({ demand }) => demand);
  }

  wants(stream: StreamName, instrument: string): boolean {
    return this.wanted[stream].has(instrument);
  }
}
