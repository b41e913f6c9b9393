import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { Level } from '../../domain/market.ts';
import { SeededRandom } from '../../domain/random.ts';
import type { LoopbackVenue, MarketEvent } from '../../plugin/loopback.ts';
import { wallMicros, wallTimers } from '../../runtime/wall.ts';

const BEAT_MS = 20;
const LEVELS = 5;
const BAR_MS = 1000;

export interface SeededMarketOptions {
  readonly seed: number;
  /** Trades per second and instrument. */
  readonly rate: number;
  /** Told of every event that somebody was subscribed to. */
  readonly onSent?: ((event: MarketEvent) => void) | undefined;
}

/** What the walk of one instrument knows. Prices are whole ticks. */
interface Walk {
  readonly symbol: string;
  readonly tick: number;
  readonly random: SeededRandom;
  bid: number;
  id: number;
  owed: number;
  bar:
    | { start: number; open: number; high: number; low: number; close: number; volume: number; trades: number }
    | undefined;
}

/**
 * A random walk that plays into a loopback venue, in the streams that are subscribed: trades at the best prices, quotes and
 * depth that agree with them, one-second bars. The walk is the seed's; its times are the wall clock's.
 */
export class SeededMarket {
  private readonly venue: LoopbackVenue;
  private readonly walks: readonly Walk[];
  private readonly rate: number;
  private readonly onSent: ((event: MarketEvent) => void) | undefined;
  private readonly known = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    venue: LoopbackVenue,
    instruments: readonly InstrumentSpec[],
    { seed, rate, onSent }: SeededMarketOptions,
  ) {
    this.venue = venue;
    this.rate = rate;
    this.onSent = onSent;
    this.walks = instruments.map(({ symbol, tickSize = 0.25 }) => ({
      symbol,
      tick: tickSize,
      random: new SeededRandom(seed, symbol),
      bid: 20_000,
      id: 0,
      owed: 0,
      bar: undefined,
    }));
  }

  start(): void {
    this.timer = wallTimers.setInterval(() => this.beat(), BEAT_MS);
  }

  stop(): void {
    wallTimers.clearInterval(this.timer);
  }

  private beat(): void {
    const now = Math.floor(wallMicros() / 1000);
    const wanted = new Set(this.venue.demand().map(({ stream, instrument }) => `${stream} ${instrument}`));
    for (const key of this.known) if (!wanted.has(key)) this.known.delete(key);
    for (const walk of this.walks) {
      const news = ['quotes', 'depth'].filter((stream) => this.isNew(`${stream} ${walk.symbol}`, wanted));
      if (news.includes('quotes')) this.send(quoteOf(walk, now));
      if (news.includes('depth')) this.send(bookOf(walk, now));
      walk.owed += (this.rate * BEAT_MS) / 1000;
      for (; walk.owed >= 1; walk.owed--) for (const event of step(walk, now)) this.send(event);
    }
  }

  private send(event: MarketEvent): void {
    if (this.venue.send(event)) this.onSent?.(event);
  }

  private isNew(key: string, wanted: ReadonlySet<string>): boolean {
    if (!wanted.has(key) || this.known.has(key)) return false;
    this.known.add(key);
    return true;
  }
}

/** One trade, and every third time a move of the prices by a tick. */
function* step(walk: Walk, now: number): Generator<MarketEvent> {
  const { symbol, random } = walk;
  const side = random.next() < 0.5 ? 'buy' : 'sell';
  const price = priceOf(walk, side === 'buy' ? walk.bid + 1 : walk.bid);
  const size = 1 + random.below(5);
  const closed = intoBar(walk, price, size, now);
  if (closed !== undefined) yield closed;
  yield { kind: 'trade', instrument: symbol, price, size, side, tsEvent: now, id: ++walk.id };
  if (random.below(3) !== 0) return;
  const before = levelsOf(walk);
  walk.bid += random.next() < 0.5 ? -1 : 1;
  yield quoteOf(walk, now);
  const after = levelsOf(walk);
  const bids = difference(before.bids, after.bids);
  const asks = difference(before.asks, after.asks);
  yield { kind: 'depth', instrument: symbol, bids, asks, tsEvent: now, id: ++walk.id };
}

function intoBar(walk: Walk, price: number, size: number, now: number): MarketEvent | undefined {
  const start = Math.floor(now / BAR_MS) * BAR_MS;
  const { bar, symbol } = walk;
  if (bar !== undefined && bar.start === start) {
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar.volume += size;
    bar.trades++;
    return undefined;
  }
  walk.bar = { start, open: price, high: price, low: price, close: price, volume: size, trades: 1 };
  return bar === undefined ? undefined : { kind: 'bar', instrument: symbol, timeframe: '1s', ...bar };
}

const quoteOf = (walk: Walk, now: number): MarketEvent => ({
  kind: 'quote',
  instrument: walk.symbol,
  bid: priceOf(walk, walk.bid),
  bidSize: sizeAt(walk.bid),
  ask: priceOf(walk, walk.bid + 1),
  askSize: sizeAt(walk.bid + 1),
  tsEvent: now,
  id: ++walk.id,
});

const bookOf = (walk: Walk, now: number): MarketEvent => ({
  kind: 'depth',
  instrument: walk.symbol,
  ...levelsOf(walk),
  snapshot: true,
  tsEvent: now,
  id: ++walk.id,
});

function levelsOf(walk: Walk): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
  const level = (ticks: number): Level => [priceOf(walk, ticks), sizeAt(ticks)];
  return {
    bids: Array.from({ length: LEVELS }, (_, i) => level(walk.bid - i)),
    asks: Array.from({ length: LEVELS }, (_, i) => level(walk.bid + 1 + i)),
  };
}

/** Levels that came or changed, and those that went, with size 0. */
function difference(before: readonly Level[], after: readonly Level[]): readonly Level[] {
  const old = new Map(before);
  const now = new Map(after);
  const gone = before.filter(([price]) => !now.has(price)).map(([price]): Level => [price, 0]);
  return [...gone, ...after.filter(([price, size]) => old.get(price) !== size)];
}

const priceOf = ({ tick }: Walk, ticks: number): number => Number((ticks * tick).toFixed(8));

/** A size that belongs to the price, so that a book is the same whichever way the price came there. */
const sizeAt = (ticks: number): number => 1 + ((ticks * 7) % 13);
