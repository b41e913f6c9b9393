import type { BarEvent } from '../../../domain/event.ts';
import type { StreamName } from '../../../plugin/demand.ts';
import type { MarketEvent } from '../../../plugin/loopback.ts';
import type { Bench, CertifyCase } from '../case.ts';
import { compare } from '../compare.ts';
import { sameEvent } from '../same-event.ts';
import type { Stage } from '../stage.ts';
import { fail, pause, untilCount } from '../wait.ts';

const TRADES = 60;
const QUOTES = 12;
const BARS = 4;
const CHANGES = 60;
const SETTLE_MS = 60;
/** Bars of the venue's past that are asked for. */
const HISTORY = 3;

const of = (stage: Stage, kind: MarketEvent['kind']): readonly MarketEvent[] =>
  stage.seen.filter((event) => event.kind === kind);

export const mapsTrades: CertifyCase = {
  id: 3,
  name: 'maps trades exactly',
  proves: 'Price, size, aggressor, venue time, id and order of every trade are the venue’s.',
  needs: { stream: 'trades' },
  play: async (bench) => {
    const { symbol, other } = bench;
    const stage = await bench.open();
    await stage.connect(
      ...[...new Set([symbol, other])].map((instrument) => ({ stream: 'trades' as const, instrument })),
    );
    const sent = Array.from({ length: TRADES }, (_, i) => stage.send('trades', i % 3 === 2 ? other : symbol));
    await untilCount(TRADES, () => of(stage, 'trade').length);
    await pause(SETTLE_MS);
    return compare(byInstrument(sent), byInstrument(of(stage, 'trade')));
  },
};

/** Venues promise an order within an instrument, not across them. */
const byInstrument = (events: readonly MarketEvent[]): readonly MarketEvent[] =>
  [...events].sort((a, b) => Number(a.instrument > b.instrument) - Number(a.instrument < b.instrument));

export const mapsQuotes: CertifyCase = {
  id: 4,
  name: 'maps quotes exactly',
  proves: 'Best bid and ask, their sizes and their time are the venue’s.',
  needs: { stream: 'quotes' },
  play: (bench) => oneByOne(bench, 'quotes', QUOTES),
};

export const mapsBars: CertifyCase = {
  id: 6,
  name: 'maps bars exactly',
  proves: 'Start, length, prices and volume of the venue’s own bars.',
  needs: { stream: 'bars' },
  play: (bench) => oneByOne(bench, 'bars', BARS),
};

/** Each after the one before has come out, since what later ones replace may be conflated. */
async function oneByOne(bench: Bench, stream: StreamName, count: number): Promise<string | undefined> {
  const stage = await bench.open();
  await stage.connect({ stream, instrument: bench.symbol });
  const seen: MarketEvent[] = [];
  const before = stage.sent.length;
  for (let i = 0; i < count; i++) seen.push(await stage.flow(stream, bench.symbol));
  const sent = stage.sent.slice(before).filter((event) => seen.some((each) => sameEvent(each, event)));
  return compare(sent, seen);
}

export const mapsDepth: CertifyCase = {
  id: 5,
  name: 'keeps the venue’s book',
  proves: 'The book begins with a snapshot, and after every message it holds what the venue’s book holds.',
  needs: { stream: 'depth' },
  play: async (bench) => {
    const { symbol } = bench;
    const stage = await bench.open();
    stage.venue.send(stage.market.snapshot(symbol));
    await stage.connect({ stream: 'depth', instrument: symbol });
    stage.venue.send(stage.market.snapshot(symbol));
    for (let i = 0; i < CHANGES; i++) {
      stage.venue.send(stage.market.change(symbol));
      if (i % 10 === 0) await stage.booksAgree(symbol, `after ${i + 1} changes`);
    }
    await stage.booksAgree(symbol, `after ${CHANGES} changes`);
    const [first] = of(stage, 'depth');
    if (first?.kind === 'depth' && first.snapshot !== true) fail('the first message is no snapshot');
    return undefined;
  },
};

export const answersHistory: CertifyCase = {
  id: 23,
  name: 'answers history',
  proves: 'The bars before now come complete, in order, and as the venue has them.',
  needs: { history: true },
  play: async (bench) => {
    const { symbol } = bench;
    const stage = await bench.open();
    const timeframe = '1m';
    const sent = Array.from({ length: HISTORY + 2 }, () => stage.market.bar(symbol, timeframe, HISTORY + 9));
    for (const bar of sent) stage.venue.send(bar);
    const until = (sent.at(-1)?.start ?? 0) + 60_000;
    const bars = (await stage.provider.history?.({ instrument: symbol, timeframe, count: HISTORY, until })) ?? [];
    if (bars.length === 0) fail('no bars came');
    if (bars.length > HISTORY) fail(`${bars.length} bars came, ${HISTORY} were asked for`);
    bars.forEach(({ start, end }, i) => {
      const before = bars[i - 1];
      if (before !== undefined && start <= before.start) fail('bars are not in order of time');
      if (end > until || start % 60_000 !== 0) fail(`a bar from ${start} to ${end}: not a minute before ${until}`);
    });
    // Two equal prices are enough to know a bar again: the others must then be right as well.
    const isKnown = sent.some((bar) => bars.some((each) => each.start === bar.start && sharedPrices(each, bar) >= 2));
    if (!isKnown) return 'the venue invents its history: only its order was checked';
    const events = bars.map(({ start, open, high, low, close, volume, trades }): BarEvent => {
      return { kind: 'bar', instrument: symbol, timeframe, start, open, high, low, close, volume, trades };
    });
    return compare(sent.slice(-HISTORY), events);
  },
};

type Prices = Pick<BarEvent, 'open' | 'high' | 'low' | 'close'>;

function sharedPrices(bar: Prices, { open, high, low, close }: Prices): number {
  return [bar.open, bar.high, bar.low, bar.close].filter((price) => [open, high, low, close].includes(price)).length;
}

export const dropsBadRows: CertifyCase = {
  id: 28,
  name: 'keeps bad rows to itself',
  proves: 'A price that is no number and a negative size never reach a strategy, and the next row does.',
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: primary, instrument: symbol });
    await stage.flow(primary, symbol);
    const played = badEvents(stage, primary, symbol).filter((event) => canSay(stage, event));
    await pause(SETTLE_MS);
    await stage.flow(primary, symbol);
    const bad = stage.seen.find((event) => !isSound(event));
    if (bad !== undefined) fail(`it let through ${JSON.stringify(bad)}`);
    if (stage.losses > 0) fail('the connection was given up because of a bad row');
    return played.length === 0 ? 'the venue’s protocol cannot say such rows' : undefined;
  },
};

function badEvents(stage: Stage, stream: StreamName, symbol: string): readonly MarketEvent[] {
  const base = () => stage.market.next(stream, symbol);
  return [Number.NaN, -5, Number.POSITIVE_INFINITY].flatMap((value): MarketEvent[] => {
    const event = base();
    if (event.kind === 'trade')
      return [{ ...event, size: value }, ...(value === -5 ? [] : [{ ...event, price: value }])];
    if (event.kind === 'quote') return [{ ...event, bidSize: value }];
    if (event.kind === 'bar') return [{ ...event, volume: value }];
    return [{ ...event, bids: [[event.bids[0]?.[0] ?? 1, value]] }];
  });
}

function canSay(stage: Stage, event: MarketEvent): boolean {
  try {
    return stage.venue.send(event);
  } catch {
    return false;
  }
}

function isSound(event: MarketEvent): boolean {
  if (event.kind === 'trade') return Number.isFinite(event.price) && event.size >= 0 && Number.isFinite(event.size);
  if (event.kind === 'quote') return event.bidSize >= 0 && event.askSize >= 0;
  if (event.kind === 'bar')
    return Number.isFinite(event.open + event.high + event.low + event.close) && event.volume >= 0;
  return [...event.bids, ...event.asks].every(([price, size]) => Number.isFinite(price) && size >= 0);
}
