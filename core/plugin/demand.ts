import type { Observable } from 'rxjs';

export type StreamName = 'trades' | 'quotes' | 'depth' | 'bars';

/** One thing that somebody subscribed to. */
export interface StreamDemand {
  readonly stream: StreamName;
  readonly instrument: string;
}

/** What is wanted from a provider right now, and its changes. */
export interface Demand {
  current(): readonly StreamDemand[];
  wants(stream: StreamName, instrument: string): boolean;
  readonly changes$: Observable<readonly StreamDemand[]>;
}
