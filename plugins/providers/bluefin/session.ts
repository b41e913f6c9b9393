import { interval, type SchedulerLike, type Subscriber, Subscription } from 'rxjs';
import {
  ChunkWriter,
  type Demand,
  type InstrumentSpec,
  type Link,
  type Net,
  type ProviderEvent,
  type RecentFingerprints,
  type StreamName,
} from '#core';
import { addressesOf } from './addresses.ts';
import { explain, refusalIn } from './faults.ts';
import { FrameReader } from './frame-reader.ts';
import { askHealth, type Health } from './health.ts';
import { Line } from './line.ts';
import type { BluefinOptions } from './options.ts';

/** How long a socket that is no longer needed goes on beside the one that replaces it, so that nothing falls between. */
const LINGER_MS = 500;

export interface SessionParts {
  readonly name: string;
  readonly options: BluefinOptions;
  readonly instruments: readonly InstrumentSpec[];
  readonly net: Net;
  readonly link: Link;
  readonly wall: SchedulerLike;
  readonly seen: RecentFingerprints;
  readonly onHealth: (health: Health) => void;
}

/**
 * One connection: health first, then the sockets that the demand needs. When it changes the sockets of the new demand are
 * opened before those of the old one are closed, since the old service cannot change what a socket sends.
 */
export class Session {
  private readonly parts: SessionParts;
  private readonly demand: Demand;
  private readonly subscriber: Subscriber<ProviderEvent>;
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly writer: ChunkWriter;
  private readonly places: ReadonlyMap<string, number>;
  /** Shared by all sockets: while one replaces another both send changes of one book. */
  private readonly books = new Map<number, number>();
  private readonly lines = new Map<string, Line>();
  private readonly work = new Subscription();
  private wanted: readonly string[] = [];
  /** By place. */
  private readonly wantsTrades: boolean[] = [];
  private live = false;

  constructor(parts: SessionParts, demand: Demand, subscriber: Subscriber<ProviderEvent>) {
    const { instruments, options } = parts;
    this.parts = parts;
    this.demand = demand;
    this.subscriber = subscriber;
    this.base = options.url.replace(/\/+$/, '');
    this.headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    this.writer = new ChunkWriter((chunk) => subscriber.next(chunk));
    this.places = new Map(instruments.map(({ symbol }, place) => [this.venueName(symbol), place]));
  }

  async open(): Promise<void> {
    const { net, onHealth, options, wall } = this.parts;
    try {
      onHealth(await askHealth({ base: this.base, headers: this.headers, net }));
      if (this.work.closed) return;
      this.work.add(this.demand.changes$.subscribe(() => this.follow()));
      this.work.add(interval(options.ping / 1000, wall).subscribe(() => this.ping()));
      this.follow();
    } catch (error) {
      this.lost(error);
    }
  }

  close(): void {
    this.work.unsubscribe();
    for (const line of this.lines.values()) line.close();
    this.lines.clear();
  }

  private follow(): void {
    const { extensions, symbolsPerSocket } = this.parts.options;
    const venueName = (symbol: string): string => this.venueName(symbol);
    for (const [place, { symbol }] of this.parts.instruments.entries()) {
      this.wantsTrades[place] = this.demand.wants('trades', symbol);
    }
    this.wanted = addressesOf(this.demand.current(), { base: this.base, venueName, symbolsPerSocket, extensions });
    for (const url of this.wanted) if (!this.lines.has(url)) this.dial(url);
    this.settle();
  }

  /** Once everything that is wanted is open, what is not wanted any more can go. */
  private settle(): void {
    if (!this.wanted.every((url) => this.lines.get(url)?.open === true)) return;
    if (!this.live) this.subscriber.next({ kind: 'status', state: 'live' });
    this.live = true;
    if (this.wanted.length < this.lines.size) this.work.add(this.parts.wall.schedule(() => this.retire(), LINGER_MS));
  }

  private retire(): void {
    for (const [url, line] of this.lines) {
      if (this.wanted.includes(url)) continue;
      line.close();
      this.lines.delete(url);
    }
  }

  private dial(url: string): void {
    const { link, net } = this.parts;
    const line = new Line({
      url,
      headers: this.headers,
      net,
      link,
      reader: (onPong) => this.reader(url, onPong),
      onOpen: () => this.settle(),
      onLost: (error) => this.lost(error),
    });
    this.lines.set(url, line);
    line.dial();
  }

  private reader(url: string, onPong: () => void): FrameReader {
    const { instruments, link, name, options, seen } = this.parts;
    const wants = (stream: StreamName, place: number): boolean =>
      this.demand.wants(stream, instruments[place]?.symbol ?? '');
    const { books, places, wantsTrades, writer } = this;
    const parts = { places, wants, wantsTrades, writer, seen, books, link };
    return new FrameReader(
      { ...parts, prints: options.priceUpdates === 'prints' },
      {
        onPong,
        onProblem: (message) => {
          const refusal = refusalIn(message, name);
          if (refusal === undefined) link.bad('the service reports an error', message);
          else this.lost(refusal);
        },
        onBookGap: (place, missed) => {
          const instrument = instruments[place]?.symbol;
          link.gap({ instrument, stream: 'depth', missed, filled: 'none', reason: 'sequence' });
          this.redial(url);
        },
      },
    );
  }

  /** A new socket begins with a whole book. */
  private redial(url: string): void {
    this.lines.get(url)?.close();
    this.dial(url);
  }

  private ping(): void {
    for (const line of [...this.lines.values()]) line.ping();
  }

  private lost(error: unknown): void {
    this.subscriber.error(explain(error, this.parts.name));
  }

  private venueName(symbol: string): string {
    return this.parts.options.symbols[symbol] ?? symbol;
  }
}
