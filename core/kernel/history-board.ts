import type { Bar } from '../domain/market.ts';
import type { HistoryRequest } from '../plugin/provider.ts';

/** History answers are inputs like any other; this is their payload on the tape. */
export interface HistoryAnswer {
  readonly key: string;
  readonly bars: readonly Bar[];
}

interface Waiting {
  readonly request: HistoryRequest;
  readonly deliver: ((bars: readonly Bar[]) => void)[];
}

/** Requests for warm-up bars that wait for their answer. Equal requests share one. */
export class HistoryBoard {
  /** Told of each new request; the runtime asks the provider, or the tape answers. */
  onRequest: (key: string, request: HistoryRequest) => void = () => undefined;
  private readonly waiting = new Map<string, Waiting>();

  /** Calls `deliver` once, with the answer; the returned function withdraws. */
  ask(request: HistoryRequest, deliver: (bars: readonly Bar[]) => void): () => void {
    // Without the time: in a replay the same subscription must find the recorded answer.
    const key = `${request.instrument} ${request.timeframe} ${request.count}`;
    const known = this.waiting.get(key);
    const entry = known ?? { request, deliver: [] };
    entry.deliver.push(deliver);
    if (known === undefined) {
      this.waiting.set(key, entry);
      this.onRequest(key, request);
    }
    return () => {
      const at = entry.deliver.indexOf(deliver);
      if (at >= 0) entry.deliver.splice(at, 1);
    };
  }

  pending(): readonly string[] {
    return [...this.waiting.keys()];
  }

  answer({ key, bars }: HistoryAnswer): void {
    const entry = this.waiting.get(key);
    this.waiting.delete(key);
    // A copy: one that has enough withdraws while it is being answered.
    for (const deliver of [...(entry?.deliver ?? [])]) deliver(bars);
  }
}
