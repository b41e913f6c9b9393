import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { ConnectionState } from '../../domain/market.ts';
import type { SeededRandom } from '../../domain/random.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import type { ConnectionSettings, Gap } from '../../plugin/connection.ts';
import type { StreamDemand, StreamName } from '../../plugin/demand.ts';
import type { LoopbackVenue, MarketEvent } from '../../plugin/loopback.ts';
import type { Provider } from '../../plugin/provider.ts';
import type { LinkMeter } from '../../runtime/connections/link-meter.ts';
import { Supervisor } from '../../runtime/connections/supervisor.ts';
import { wallTimers } from '../../runtime/wall.ts';
import { overhear } from '../session/overhear.ts';
import { EventReader } from './event-reader.ts';
import type { Ledger } from './ledger.ts';
import { PlainBook } from './plain-book.ts';
import { sameEvent } from './same-event.ts';
import { keyOf, StageDemand } from './stage-demand.ts';
import { TestMarket } from './test-market.ts';
import { atMost, fail, holdsWithin, pause, until } from './wait.ts';

/** Short pauses, so that a case about reconnecting need not wait for real ones. */
const QUICK: Partial<ConnectionSettings> = {
  firstPauseUs: 20_000,
  longestPauseUs: 150_000,
  connectWithinUs: 0,
  silenceUs: 0,
  dataSilenceUs: 0,
};
/** How long a provider has to say that it is live, once the venue knows what it wants. */
const NUDGE_MS = 150;
const TIMEFRAMES: readonly Timeframe[] = ['1s', '1m', '5s', '5m', '15m', '1h', '1d'];

export interface StageParts {
  readonly venue: LoopbackVenue;
  readonly provider: Provider;
  readonly meter: LinkMeter;
  readonly symbols: readonly string[];
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  readonly connection: Partial<ConnectionSettings>;
}

export interface StageOptions {
  /** Laid over quick reconnects without watchdogs. */
  readonly connection?: Partial<ConnectionSettings>;
  /** The venue has started, the provider is not there yet. */
  readonly before?: (venue: LoopbackVenue) => void;
  /** What it says is not for the search for secrets: the case looks at that itself. */
  readonly apart?: boolean;
}

/** A provider under its supervisor, opposite a venue of its own, and everything that comes out of it. */
export class Stage {
  readonly venue: LoopbackVenue;
  readonly provider: Provider;
  readonly meter: LinkMeter;
  readonly market: TestMarket;
  readonly demand = new StageDemand();
  /** Every row that came, in order. */
  readonly seen: MarketEvent[] = [];
  readonly sent: MarketEvent[] = [];
  readonly gaps: Gap[] = [];
  readonly states: ConnectionState[] = [];
  gaveUp: Error | undefined;
  /** It says that it is live only when rows come. */
  needsRows = false;
  /** Called as market data comes: a consumer that takes its time does so here. */
  onRows: () => void = () => undefined;
  private readonly parts: StageParts;
  private readonly reader: EventReader;
  private supervisor: Supervisor | undefined;
  private playing: NodeJS.Timeout | undefined;
  private lastReason: string | undefined;
  private timeframe: Timeframe | undefined;

  constructor(parts: StageParts) {
    const { venue, provider, meter, symbols, random } = parts;
    this.parts = parts;
    this.venue = venue;
    this.provider = provider;
    this.meter = meter;
    const specs = (): readonly InstrumentSpec[] => provider.instruments ?? symbols.map((symbol) => ({ symbol }));
    this.market = new TestMarket(random, (each) => specs().find(({ symbol }) => symbol === each)?.tickSize ?? 0.25);
    this.reader = new EventReader((number) => specs()[number]?.symbol ?? `instrument number ${number}`);
  }

  /** Starts the supervisor and waits until the provider is live and the venue knows what is wanted. */
  async connect(...wanted: readonly StreamDemand[]): Promise<void> {
    this.start(...wanted);
    await this.live();
    if (!this.needsRows) return;
    // Those rows were not for the case.
    await pause(NUDGE_MS);
    for (const list of [this.seen, this.sent])
      list.splice(0, list.length, ...list.filter(({ kind }) => kind === 'depth'));
  }

  start(...wanted: readonly StreamDemand[]): void {
    const { provider, meter, random, connection, ledger } = this.parts;
    if (wanted.length > 0) this.demand.set(wanted);
    this.supervisor = new Supervisor({
      name: 'certify',
      provider: overhear(provider, (error) => ledger.note('error', error)),
      demand: this.demand,
      random,
      meter,
      settings: { ...QUICK, ...connection },
      onRows: (event) => {
        this.onRows();
        for (const row of this.reader.read(event)) this.seen.push(row);
      },
      onReport: (report) => ledger.note('report', report),
      onState: (state, reason) => {
        if (this.states.at(-1) !== state) this.states.push(state);
        this.lastReason = reason ?? this.lastReason;
        ledger.note('status', { state, reason });
      },
      onGap: (gap) => {
        this.gaps.push(gap);
        ledger.note('gap', gap);
      },
      onComplete: () => undefined,
      onGiveUp: (error) => {
        this.gaveUp = error;
      },
    });
    this.supervisor.start();
  }

  /** As a run that ends: the connection is closed, the provider stays. */
  disconnect(): void {
    this.stopPlaying();
    this.supervisor?.stop();
    this.supervisor = undefined;
  }

  get state(): ConnectionState {
    return this.supervisor?.state ?? 'closed';
  }

  /** How often the connection was lost. */
  get losses(): number {
    return this.supervisor?.reconnects ?? 0;
  }

  async live(limitMs?: number): Promise<void> {
    const isLive = (): boolean => this.state === 'live';
    const isThere = (): boolean => this.lacking().length === 0;
    await until(
      () => isThere() || this.gaveUp !== undefined,
      () => this.notSubscribed(),
      limitMs,
    );
    if (this.gaveUp !== undefined) fail(this.notLive());
    if (await holdsWithin(NUDGE_MS, isLive)) return;
    await until(
      () => isLive() || this.nudge(),
      () => this.notLive(),
      limitMs,
    );
  }

  /** Some venues do not confirm a subscription: the first row does. */
  private nudge(): false {
    const wanted = this.demand.current().find(({ stream }) => stream !== 'depth') ?? this.demand.current()[0];
    this.needsRows = true;
    if (wanted !== undefined && this.gaveUp === undefined) this.wantedEvent(wanted.stream, wanted.instrument);
    return false;
  }

  /** Waits until the connection has been lost once more than `before`. */
  async lost(before: number, limitMs?: number): Promise<void> {
    await until(() => this.losses > before, 'the loss of the connection was not noticed', limitMs);
  }

  /** Sends a fresh event and waits for it to come out. */
  async flow(stream: StreamName, symbol: string, limitMs?: number): Promise<MarketEvent> {
    const event = this.send(stream, symbol);
    // Where the venue does not say that a bar is complete, the beginning of the next one does.
    if (stream === 'bars') this.send(stream, symbol);
    return this.arrival(event, limitMs);
  }

  send(stream: StreamName, symbol: string): MarketEvent {
    const event = this.wantedEvent(stream, symbol);
    if (event === undefined) fail(`the venue has no subscriber for ${keyOf({ stream, instrument: symbol })}`);
    return event;
  }

  async arrival(event: MarketEvent, limitMs?: number): Promise<MarketEvent> {
    const find = (): MarketEvent | undefined => this.seen.findLast((each) => sameEvent(each, event));
    await until(() => find() !== undefined, `a ${event.kind} of ${event.instrument} did not arrive`, limitMs);
    return find() ?? event;
  }

  /** How often it came out. */
  times(event: MarketEvent): number {
    return this.seen.filter((each) => sameEvent(each, event)).length;
  }

  /** Sends an event every few milliseconds, as a market does, subscribers or not. */
  play(stream: StreamName, symbol: string, everyMs: number): void {
    this.playing = wallTimers.setInterval(() => void this.trySend(stream, symbol), everyMs);
  }

  stopPlaying(): void {
    wallTimers.clearInterval(this.playing);
  }

  /** Sends whether anybody is subscribed or not. */
  trySend(stream: StreamName, symbol: string): MarketEvent {
    const event = this.market.next(stream, symbol, this.timeframe);
    this.venue.send(event);
    this.sent.push(event);
    return event;
  }

  /** Waits until the book that came out is the venue's. */
  async booksAgree(symbol: string, when: string): Promise<void> {
    const difference = (): string | undefined => this.bookOf(symbol).differenceTo(this.market.book(symbol));
    await until(
      () => difference() === undefined,
      () => `${when} the book differs: ${difference()}`,
    );
  }

  async close(): Promise<void> {
    this.disconnect();
    await this.provider.close?.();
    // A venue that cannot end must not hold up the rest.
    await atMost(2000, this.venue.stop());
  }

  private bookOf(symbol: string): PlainBook {
    const book = new PlainBook();
    for (const event of this.seen) if (event.kind === 'depth' && event.instrument === symbol) book.apply(event);
    return book;
  }

  /** Bars are wanted in one length, which only the provider knows: the venue says which it can sell. */
  private wantedEvent(stream: StreamName, symbol: string): MarketEvent | undefined {
    const lengths = stream !== 'bars' || this.timeframe !== undefined ? [this.timeframe] : TIMEFRAMES;
    for (const timeframe of lengths) {
      const event = this.market.next(stream, symbol, timeframe);
      this.sent.push(event);
      if (!this.venue.send(event)) continue;
      if (stream === 'bars') this.timeframe = timeframe;
      return event;
    }
    return undefined;
  }

  private lacking(): readonly string[] {
    const there = this.venue.demand().map(keyOf);
    return this.demand
      .current()
      .map(keyOf)
      .filter((key) => !there.includes(key));
  }

  private notSubscribed(): string {
    return this.state === 'live' ? `${this.lacking().join(', ')} did not reach the venue` : this.notLive();
  }

  private notLive(): string {
    return `it is not live (${this.state}${this.lastReason === undefined ? '' : `: ${this.lastReason}`})`;
  }
}
