import type { Subscription } from 'rxjs';
import type { Demand, StreamDemand, StreamName } from '#core';
import type { FrameReader } from './frame-reader.ts';
import type { BinanceOptions } from './options.ts';
import { RollingLine } from './rolling-line.ts';
import type { Tools } from './tools.ts';
import type { VenueMarket } from './venue-market.ts';
import { type Channel, STREAMS_PER_CONNECTION, type Venue } from './venues.ts';

export interface SessionParts {
  readonly venue: Venue;
  readonly options: BinanceOptions;
  readonly tools: Tools;
  readonly markets: ReadonlyMap<string, VenueMarket>;
  readonly reader: FrameReader;
  readonly demand: Demand;
  /** Everything that is wanted has been confirmed for the first time. */
  readonly onLive: () => void;
  readonly onLost: (error: unknown) => void;
}

/** A raw stream that is wanted. */
interface Wanted {
  readonly market: VenueMarket;
  readonly stream: StreamName;
  readonly route: string;
}

/** One connection as the runtime sees it: as many sockets as the venue's routes and limits ask for. */
export class Session {
  private readonly parts: SessionParts;
  private readonly wanted = new Map<string, Wanted>();
  private readonly lines = new Map<string, RollingLine[]>();
  private changes: Subscription | undefined;
  private isLive = false;

  constructor(parts: SessionParts) {
    this.parts = parts;
  }

  open(): void {
    const { demand, venue } = this.parts;
    this.follow(demand.current());
    // Nothing is wanted yet, but whoever asks how the connection is should hear the truth.
    if (this.lines.size === 0) this.addLine(venue.route('bookTicker'));
    this.changes = demand.changes$.subscribe((demands) => this.follow(demands));
  }

  close(): void {
    this.changes?.unsubscribe();
    for (const line of this.all()) line.close();
    for (const market of this.parts.markets.values()) market.closed();
  }

  private follow(demands: readonly StreamDemand[]): void {
    const now = new Map(demands.flatMap((each) => this.wantedBy(each)));
    const gone = [...this.wanted].filter(([name]) => !now.has(name));
    const added = [...now].filter(([name]) => !this.wanted.has(name));
    for (const [name, { market, stream }] of gone) {
      this.wanted.delete(name);
      market.unwant(stream);
    }
    if (gone.length > 0) for (const line of this.all()) line.unsubscribe(gone.map(([name]) => name));
    for (const [name, wanted] of added) {
      this.wanted.set(name, wanted);
      wanted.market.want(wanted.stream);
    }
    for (const [route, names] of Map.groupBy(added, ([, wanted]) => wanted.route)) {
      this.place(
        route,
        names.map(([name]) => name),
      );
    }
  }

  private wantedBy({ stream, instrument }: StreamDemand): [string, Wanted][] {
    const { venue, markets, options } = this.parts;
    const market = markets.get(instrument);
    if (market === undefined || !options.streams.includes(stream)) return [];
    const channel = this.channelOf(stream);
    return [[this.nameOf(channel, instrument), { market, stream, route: venue.route(channel) }]];
  }

  private channelOf(stream: StreamName): Channel {
    const { options, venue } = this.parts;
    if (stream === 'trades') return options.trades ?? venue.defaultTrades;
    return ({ quotes: 'bookTicker', depth: 'depth', bars: 'kline' } as const)[stream];
  }

  private nameOf(channel: Channel, instrument: string): string {
    const { bars, depthSpeed } = this.parts.options;
    const symbol = instrument.toLowerCase();
    if (channel === 'kline') return `${symbol}@kline_${bars}`;
    if (channel === 'depth' && depthSpeed === '100ms') return `${symbol}@depth@100ms`;
    return `${symbol}@${channel}`;
  }

  /** Fills the lines of a route, and opens others for what does not fit. */
  private place(route: string, names: readonly string[]): void {
    let rest = names;
    while (rest.length > 0) {
      const line = this.roomOn(route) ?? this.addLine(route);
      const room = STREAMS_PER_CONNECTION - line.names.size;
      line.subscribe(rest.slice(0, room));
      rest = rest.slice(room);
    }
  }

  private roomOn(route: string): RollingLine | undefined {
    return this.lines.get(route)?.find(({ names }) => names.size < STREAMS_PER_CONNECTION);
  }

  private addLine(route: string): RollingLine {
    const line = this.makeLine(route);
    this.lines.set(route, [...(this.lines.get(route) ?? []), line]);
    line.open();
    return line;
  }

  private makeLine(route: string): RollingLine {
    const { reader, tools, venue, options } = this.parts;
    return new RollingLine({
      url: this.addressOf(route),
      tools,
      controlEveryMs: venue.controlEveryMs,
      pingMs: options.ping / 1000,
      rolloverMs: options.rollover / 1000,
      reader,
      onOpened: (names) => this.opened(names),
      onDoubled: (names, on) => this.doubled(names, on),
      onBroken: () => tools.link.gap({ filled: 'none', reason: 'the venue ended the connection early' }),
      onLost: (error) => this.parts.onLost(error),
    });
  }

  private addressOf(route: string): string {
    const { options, venue } = this.parts;
    const base = (options.streamsUrl ?? venue.streams).replace(/\/+$/, '');
    const precise = options.market === 'spot' && options.timeUnit === 'us';
    return `${base}${route}/stream${precise ? '?timeUnit=MICROSECOND' : ''}`;
  }

  private opened(names: readonly string[]): void {
    for (const name of names) {
      const wanted = this.wanted.get(name);
      wanted?.market.opened(wanted.stream);
    }
    if (this.isLive || !this.all().every(({ ready }) => ready)) return;
    this.isLive = true;
    this.parts.onLive();
  }

  private doubled(names: ReadonlySet<string>, on: boolean): void {
    for (const name of names) {
      const wanted = this.wanted.get(name);
      if (wanted?.stream === 'depth') wanted.market.doubled(on);
    }
    this.parts.tools.writer.flush();
  }

  private all(): readonly RollingLine[] {
    return [...this.lines.values()].flat();
  }
}
