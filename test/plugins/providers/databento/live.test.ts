import { afterEach, describe, expect, it } from 'vitest';
import { DEPTH_LAST, DEPTH_SNAPSHOT, type MarketEvent, type MillraceError } from '#core';
import { until } from '../../../helpers/provider-rig.ts';
import { connect, ES, NQ, OPEN, open, rowsOf, trade, want } from './databento-world.ts';

type World = Awaited<ReturnType<typeof open>>;
let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const TRADES = ['inst', 'price', 'size', 'side', 'event', 'id'];
const started = async (...args: Parameters<typeof open>): Promise<World> => {
  world = await open(...args);
  await connect(world);
  return world;
};
const sideOf = { buy: 1, sell: -1, unknown: 0 };
const tradeRow = (i: number): object => ({
  inst: 0,
  price: 20_000 + (i % 40) * 0.25,
  size: 1 + (i % 5),
  side: i % 2 === 0 ? sideOf.buy : sideOf.sell,
  event: (OPEN + i) * 1000,
  id: i,
});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('live streams of databento', () => {
  it.each(['trades', 'tbbo', 'mbp-1', 'mbp-10', 'mbo'])(
    'are the trades that the venue sent, in %s',
    async (schemas) => {
      const { venue, rig } = await started({ schemas }, want('trades', NQ.symbol));
      const sent = range(200);
      for (const i of sent) expect(venue.send(trade(i))).toBe(true);
      await until(() => rowsOf(rig.events, 'trades', TRADES).length >= 200);
      expect(rowsOf(rig.events, 'trades', TRADES)).toEqual(sent.map(tradeRow));
      expect(rig.link.said.bad).toEqual([]);
    },
  );

  it('asks for the kinds of symbols that their names have, on one line each', async () => {
    const { venue } = await started({ schemas: ['trades'] }, want('trades', NQ.symbol, ES.symbol));
    expect(venue.live.lines.slice(1)).toEqual([
      'schema=trades|stype_in=continuous|symbols=NQ.v.0|snapshot=0|is_last=1|id=1',
      'schema=trades|stype_in=raw_symbol|symbols=ESZ6|snapshot=0|is_last=1|id=2',
      'start_session=0',
    ]);
  });

  it('take trades from one schema when several carry them', async () => {
    const demand = [...want('trades', NQ.symbol), ...want('quotes', NQ.symbol), ...want('depth', NQ.symbol)];
    const { venue, rig } = await started({}, demand);
    venue.send({
      kind: 'quote',
      instrument: NQ.symbol,
      bid: 20_000,
      bidSize: 3,
      ask: 20_000.25,
      askSize: 4,
      tsEvent: OPEN,
    });
    for (const i of range(50)) venue.send(trade(i));
    venue.send({
      kind: 'quote',
      instrument: NQ.symbol,
      bid: 20_001,
      bidSize: 3,
      ask: undefined,
      askSize: 0,
      tsEvent: OPEN + 60,
    });
    await until(() => rowsOf(rig.events, 'quotes', ['bid']).length >= 2);
    expect(rowsOf(rig.events, 'trades', TRADES)).toEqual(range(50).map(tradeRow));
    expect(rowsOf(rig.events, 'quotes', ['inst', 'bid', 'bidSize', 'ask', 'askSize', 'event'])).toEqual([
      { inst: 0, bid: 20_000, bidSize: 3, ask: 20_000.25, askSize: 4, event: OPEN * 1000 },
      { inst: 0, bid: 20_001, bidSize: 3, ask: Number.NaN, askSize: 0, event: (OPEN + 60) * 1000 },
    ]);
  });

  it('bring bars with their start, length and volume', async () => {
    const { venue, rig } = await started({ schemas: 'ohlcv-1s' }, want('bars', NQ.symbol));
    const bar = { open: 20_000, high: 20_002.5, low: 19_999.75, close: 20_001, volume: 321 };
    venue.send({ kind: 'bar', instrument: NQ.symbol, timeframe: '1s', start: OPEN, ...bar });
    await until(() => rowsOf(rig.events, 'bars', ['open']).length >= 1);
    const columns = ['inst', 'span', 'event', 'open', 'high', 'low', 'close', 'volume'];
    // A bar's row carries the end of the interval.
    expect(rowsOf(rig.events, 'bars', columns)).toEqual([
      { inst: 0, span: 1_000_000, event: (OPEN + 1000) * 1000, ...bar },
    ]);
  });

  it.each(['mbp-10', 'mbo'])('rebuild the book that the venue has, from %s', async (schemas) => {
    const { venue, rig } = await started({ schemas }, want('depth', NQ.symbol));
    const at = (i: number): object => ({ kind: 'depth', instrument: NQ.symbol, tsEvent: OPEN + i });
    const depth = (i: number, event: object): MarketEvent => ({ ...at(i), ...event }) as MarketEvent;
    venue.send(
      depth(0, {
        snapshot: true,
        bids: [
          [100, 5],
          [99.75, 7],
        ],
        asks: [
          [100.25, 4],
          [100.5, 9],
        ],
      }),
    );
    venue.send(
      depth(1, {
        bids: [[100, 2]],
        asks: [
          [100.25, 0],
          [100.75, 1],
        ],
      }),
    );
    venue.send(
      depth(2, {
        bids: [
          [100, 0],
          [99.5, 3],
        ],
        asks: [],
      }),
    );
    await until(() => bookOf(rig.events).has('1 99.5'));
    expect(bookOf(rig.events)).toEqual(
      new Map([
        ['1 99.75', 7],
        ['1 99.5', 3],
        ['-1 100.5', 9],
        ['-1 100.75', 1],
      ]),
    );
    venue.misbehave('reset-book');
    venue.send(depth(3, { bids: [[99.25, 8]], asks: [] }));
    await until(() => bookOf(rig.events).has('1 99.25'));
    expect(bookOf(rig.events)).toEqual(
      new Map([
        ['-1 100.5', 9],
        ['-1 100.75', 1],
        ['1 99.25', 8],
        ['1 99.5', 3],
        ['1 99.75', 7],
      ]),
    );
  });

  it('begin with a snapshot of the orders (mbo), so that a book that was there before is whole', async () => {
    world = await open({ schemas: 'mbo' }, want('depth', NQ.symbol));
    const { venue, rig } = world;
    venue.send({
      kind: 'depth',
      instrument: NQ.symbol,
      snapshot: true,
      bids: [[100, 5]],
      asks: [[100.25, 4]],
      tsEvent: OPEN,
    });
    await connect(world);
    await until(() => bookOf(rig.events).size === 2);
    expect(venue.live.lines).toContain('schema=mbo|stype_in=continuous|symbols=NQ.v.0|snapshot=1|is_last=1|id=1');
    expect(bookOf(rig.events)).toEqual(
      new Map([
        ['1 100', 5],
        ['-1 100.25', 4],
      ]),
    );
  });

  it('keep up with a burst of 20,000 trades', async () => {
    const { venue, rig } = await started({ schemas: 'trades' }, want('trades', NQ.symbol));
    const sent = range(20_000);
    for (const i of sent) venue.send(trade(i));
    const ids = (): unknown[] => rowsOf(rig.events, 'trades', ['id']).map(({ id }) => id);
    await until(() => ids().length >= sent.length);
    expect(ids()).toEqual(sent);
  });

  it('follow the demand while connected', async () => {
    const { venue, rig } = await started({ schemas: ['trades', 'mbp-1'] }, want('trades', NQ.symbol));
    rig.demand.next([...want('trades', ES.symbol), ...want('quotes', NQ.symbol)]);
    await until(() => venue.demand().length >= 3);
    venue.send({ kind: 'quote', instrument: NQ.symbol, bid: 1, bidSize: 1, ask: 2, askSize: 1, tsEvent: OPEN });
    venue.send(trade(1));
    venue.send(trade(2, { instrument: ES.symbol }));
    await until(() => rowsOf(rig.events, 'trades', ['id']).length >= 1);
    // Nobody listens to the trades of NQ any more, though the venue still sends them.
    expect(rowsOf(rig.events, 'trades', ['inst', 'id'])).toEqual([{ inst: 1, id: 2 }]);
    expect(rowsOf(rig.events, 'quotes', ['bid'])).toEqual([{ bid: 1 }]);
  });

  it('replay from a start of the user’s own before what is new', async () => {
    const start = new Date(OPEN + 3).toISOString();
    world = await open({ schemas: 'trades', start }, want('trades', NQ.symbol));
    const { venue, rig } = world;
    for (const i of range(5)) venue.send(trade(i));
    await connect(world);
    venue.send(trade(6));
    await until(() => rowsOf(rig.events, 'trades', ['id']).length >= 4);
    expect(rowsOf(rig.events, 'trades', ['id']).map(({ id }) => id)).toEqual([3, 4, 5, 6]);
  });
});

describe('futures that are well known', () => {
  const terms = { tickSize: 0.25, pointValue: 20, calendar: 'cme-equity' };

  it.each([
    ['by the exchange’s name', 'NQZ6', {}],
    ['as a continuous one', 'NQ.v.0', {}],
    ['under another name', 'NASDAQ', { symbols: { NASDAQ: 'NQ.c.0' } }],
  ])('have their tick size, point value and calendar: %s', async (_, symbol, options) => {
    world = await open(options, [], [{ symbol }]);
    expect(world.rig.provider.instruments).toEqual([{ symbol, ...terms }]);
  });

  it('are what the configuration says, where it says something', async () => {
    world = await open({}, [], [{ symbol: 'NQZ6', pointValue: 2 }]);
    expect(world.rig.provider.instruments).toEqual([{ symbol: 'NQZ6', ...terms, pointValue: 2 }]);
  });

  it('are futures of CME only: elsewhere the same letters are something else', async () => {
    world = await open({ dataset: 'XNAS.ITCH' }, [], [{ symbol: 'ESZ6' }]);
    expect(world.rig.provider.instruments).toEqual([{ symbol: 'ESZ6' }]);
  });
});

describe('a session of databento', () => {
  it('ends with one clear error when the key is refused, and does not show it', async () => {
    world = await open({}, want('trades', NQ.symbol));
    world.venue.misbehave('wrong-token');
    await connect(world);
    expect(world.rig.errors).toHaveLength(1);
    const [error] = world.rig.errors as MillraceError[];
    expect(error?.code).toBe('PROVIDER_AUTH');
    expect(error?.message).toContain('Authentication failed.');
    expect(error?.message).toContain('Loop1');
    expect(error?.message).not.toContain(String(world.venue.options()['key']));
  });

  it('names a symbol that the venue does not know', async () => {
    // The venue of this test has a contract of another name.
    world = await open({ schemas: 'trades', symbols: { NQ: 'NQQ' } }, want('trades', 'NQ'), [{ symbol: 'NQ' }]);
    await connect(world);
    const [error] = world.rig.errors as MillraceError[];
    expect(error?.code).toBe('PROVIDER_SYMBOL');
    expect(error?.message).toContain('Failed to resolve symbol NQQ');
  });

  it('goes on over records that make no sense', async () => {
    const { venue, rig } = await started({ schemas: 'trades' }, want('trades', NQ.symbol));
    venue.send(trade(1));
    venue.misbehave('malformed');
    venue.misbehave('unknown-message');
    venue.send(trade(2));
    await until(() => rowsOf(rig.events, 'trades', TRADES).length >= 2);
    expect(rig.link.said.bad).toEqual(['a trade without price or size', 'a record type that was not asked for']);
    expect(rig.errors).toEqual([]);
  });

  it('reports records that the venue skipped', async () => {
    const { venue, rig } = await started({ schemas: 'trades' }, want('trades', NQ.symbol));
    venue.send(trade(1));
    venue.misbehave('sequence-gap');
    expect(venue.send(trade(2))).toBe(false);
    venue.send(trade(3));
    await until(() => rowsOf(rig.events, 'trades', TRADES).length >= 2);
    expect(rig.link.said.gaps).toEqual([
      { from: OPEN + 1, filled: 'none', reason: 'Slow client detected for trades: records skipped' },
    ]);
  });

  it('counts heartbeats, and closes its socket when nobody listens', async () => {
    const { venue, rig } = await started({ schemas: 'trades', heartbeat: '5s' }, want('trades', NQ.symbol));
    expect(venue.live.lines[0]).toContain('heartbeat_interval_s=5');
    expect(rig.provider.connection).toEqual({ silenceUs: 10_000_000 });
    rig.disconnect();
    await until(() => venue.connections() === 0);
    expect(rig.errors).toEqual([]);
  });
});

/** Sizes by side and price, from the rows of depth. */
function bookOf(events: Parameters<typeof rowsOf>[0]): Map<string, unknown> {
  const book = new Map<string, unknown>();
  for (const { side, price, size, flags } of rowsOf(events, 'depth', ['side', 'price', 'size', 'flags'])) {
    if ((Number(flags) & DEPTH_SNAPSHOT) !== 0) book.clear();
    if (size === 0) book.delete(`${String(side)} ${String(price)}`);
    else book.set(`${String(side)} ${String(price)}`, size);
    expect(Number(flags) & ~(DEPTH_LAST | DEPTH_SNAPSHOT)).toBe(0);
  }
  return book;
}
