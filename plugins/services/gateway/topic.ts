import type { Observable, Subscription } from 'rxjs';
import type { Client } from './client.ts';
import type { FanOut } from './fan-out.ts';
import type { Frame } from './frame.ts';

/** Where the frames of one symbol and channel come from. */
export interface Source {
  readonly frames$: Observable<Frame>;
  /** What a client that joins needs to make sense of the frames to come. */
  readonly snapshot?: () => Frame | undefined;
}

/** One symbol and channel: its clients, and a subscription to its source while there are any. */
export class Topic {
  readonly symbol: string;
  readonly clients = new Set<Client>();
  private readonly source: Source;
  private readonly fanOut: FanOut;
  private subscription: Subscription | undefined;

  constructor(symbol: string, source: Source, fanOut: FanOut) {
    this.symbol = symbol;
    this.source = source;
    this.fanOut = fanOut;
  }

  /** Listens to the source, or no longer. */
  flow(on: boolean): void {
    if (!on) {
      this.subscription?.unsubscribe();
      this.subscription = undefined;
    } else {
      this.subscription ??= this.source.frames$.subscribe((frame) => this.fanOut.push(this.clients, frame));
    }
  }

  join(client: Client): void {
    this.clients.add(client);
    const snapshot = this.source.snapshot?.();
    if (snapshot !== undefined) client.offer(snapshot);
  }
}
