import { afterEach, describe, expect, it } from 'vitest';
import type { StreamDemand } from '#core';
import loopback from '../../../../plugins/providers/bluefin/loopback/index.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { connected, demandOf, liveIn, SYMBOLS, tradeEvent, tradesOf } from './rig.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

const venueUp = async () => {
  const venue = loopback({ instruments: SYMBOLS });
  await venue.start();
  open.push(() => venue.stop());
  return venue;
};
const setUp = async (demand: StreamDemand[], options: object = {}) => {
  const venue = await venueUp();
  const rig = await connected({ ...venue.options(), ...options }, demand);
  open.push(() => rig.stop());
  await until(() => liveIn(rig.events), 3000, 'live');
  return { venue, rig };
};

describe('bluefin against its loopback venue', () => {
  it('gets the trades of one symbol over a single socket, and no price update among them', async () => {
    const { venue, rig } = await setUp(demandOf('ETH-PERP'));
    await until(() => venue.demand().length === 1);
    expect(venue.demand()).toEqual([{ stream: 'trades', instrument: 'ETH-PERP' }]);
    for (let i = 1; i <= 50; i++) expect(venue.send(tradeEvent('ETH-PERP', 2500 + i / 100, i / 10))).toBe(true);
    expect(venue.send(tradeEvent('BTC-PERP', 1)), 'nobody asked for it').toBe(false);
    await until(() => tradesOf(rig.events).length >= 50);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(tradesOf(rig.events)).toEqual(
      Array.from({ length: 50 }, (_, i) => ({
        instrument: 'ETH-PERP',
        price: 2500 + (i + 1) / 100,
        size: (i + 1) / 10,
        side: 1,
        event: 1_700_000_000_000_125,
      })),
    );
  });

  it('takes price updates as prints of size 0 when told to, whatever volume they claim', async () => {
    const { venue, rig } = await setUp(demandOf('ETH-PERP'), { priceUpdates: 'prints' });
    venue.send(tradeEvent('ETH-PERP', 2500, 3));
    await until(() => tradesOf(rig.events).length === 2);
    expect(tradesOf(rig.events).map(({ price, size, side }) => [price, size, side])).toEqual([
      [2500, 3, 1],
      [2500, 0, 0],
    ]);
  });

  it('gets several symbols over one socket, and over more of them beyond the limit', async () => {
    const one = await setUp(demandOf(...SYMBOLS));
    expect(one.venue.connections(), 'health and one socket').toBeLessThanOrEqual(2);
    const two = await setUp(demandOf(...SYMBOLS), { symbolsPerSocket: 2 });
    await until(() => two.venue.demand().length === 3);
    for (const { venue, rig } of [one, two]) {
      for (const symbol of SYMBOLS) venue.send(tradeEvent(symbol, 7));
      await until(() => tradesOf(rig.events).length === 3);
      expect(
        tradesOf(rig.events)
          .map(({ instrument }) => instrument ?? '')
          .toSorted((a, b) => a.localeCompare(b)),
      ).toEqual(SYMBOLS);
    }
  });

  it('follows the demand without missing or repeating a trade', async () => {
    const { venue, rig } = await setUp(demandOf('ETH-PERP'));
    let sent = 0;
    const feed = setInterval(() => {
      if (venue.send(tradeEvent('ETH-PERP', ++sent))) return;
      sent--;
    }, 1);
    await until(() => sent > 20);
    rig.demand.next(demandOf('ETH-PERP', 'BTC-PERP'));
    await until(() => venue.demand().length === 2);
    await until(() => venue.send(tradeEvent('BTC-PERP', 9)));
    rig.demand.next(demandOf('ETH-PERP'));
    await until(() => venue.demand().length === 1, 3000, 'the old socket closes');
    clearInterval(feed);
    const prices = () =>
      tradesOf(rig.events).flatMap(({ instrument, price }) => (instrument === 'ETH-PERP' ? price : []));
    await until(() => prices().length >= sent);
    expect(prices().sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
    expect(rig.errors).toEqual([]);
  });

  it('asks for nothing while nothing is wanted', async () => {
    const { venue, rig } = await setUp([]);
    expect(venue.demand()).toEqual([]);
    rig.demand.next(demandOf('SUI-PERP'));
    await until(() => venue.demand().length === 1);
  });

  it('gets quotes and depth from a gateway; a lost change of a book fetches the whole of it', async () => {
    const streams = ['trades', 'quotes', 'depth'] as const;
    const { venue, rig } = await setUp(streams.map((stream) => ({ stream, instrument: 'ETH-PERP' })));
    await until(() => venue.demand().length === 3);
    venue.send({
      kind: 'quote',
      instrument: 'ETH-PERP',
      bid: 10,
      bidSize: 1,
      ask: undefined,
      askSize: 0,
      tsEvent: 1000,
    });
    const change = (price: number, size: number, snapshot = false): void => {
      venue.send({ kind: 'depth', instrument: 'ETH-PERP', bids: [[price, size]], asks: [], snapshot, tsEvent: 2000 });
    };
    change(10, 1, true);
    change(9, 5);
    venue.misbehave('sequence-gap');
    change(8, 7);
    change(7, 2);
    const levels = () =>
      rig.events.flatMap((event) =>
        event.kind === 'depth' && 'n' in event
          ? [...event.price.slice(0, event.n)].map((price, i) => [price, event.size[i], event.flags[i]])
          : [],
      );
    await until(() => levels().length >= 6, 3000, 'the whole book');
    expect(levels()).toEqual([
      [10, 1, 3],
      [9, 5, 1],
      // Snapshot on the first, last on the last: 2, 0, 0, 1.
      [10, 1, 2],
      [9, 5, 0],
      [8, 7, 0],
      [7, 2, 1],
    ]);
    expect(rig.link.said.gaps).toEqual([
      { instrument: 'ETH-PERP', stream: 'depth', missed: 1, filled: 'none', reason: 'sequence' },
    ]);
    const quote = rig.events.find((event) => event.kind === 'quotes');
    expect(quote).toMatchObject({ n: 1 });
    expect(rig.errors).toEqual([]);
  });

  it('skips what it cannot use and takes nothing twice', async () => {
    const { venue, rig } = await setUp(demandOf('ETH-PERP'));
    for (const fault of ['malformed', 'unknown-message', 'duplicate'] as const) {
      venue.misbehave(fault);
      venue.send(tradeEvent('ETH-PERP', 1));
    }
    await until(() => tradesOf(rig.events).length >= 3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(tradesOf(rig.events)).toHaveLength(3);
    expect(rig.link.said.bad).toEqual(['no JSON object', 'no JSON object']);
  });

  it('measures the round trip of its pings, and gives up a socket that no longer answers', async () => {
    const { venue, rig } = await setUp(demandOf('ETH-PERP'), { ping: '50ms' });
    await until(() => rig.link.said.heartbeats > 1);
    venue.misbehave('silent');
    await until(() => rig.errors.length > 0, 3000, 'the loss');
    expect(rig.errors[0]).toMatchObject({ code: 'NET_TIMEOUT' });
  });

  it.each(['drop', 'close', 'restart'] as const)('ends with an error on %s', async (fault) => {
    const { venue, rig } = await setUp(demandOf('ETH-PERP'));
    venue.misbehave(fault);
    await until(() => rig.errors.length > 0, 3000, 'the loss');
    expect(String(rig.errors[0])).not.toContain('channels=');
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('says so when the token is refused, or no place is free', async () => {
    const venue = await venueUp();
    const wrong = await connected({ ...venue.options(), token: 'planted-secret-42' }, demandOf('ETH-PERP'));
    open.push(() => wrong.stop());
    await until(() => wrong.errors.length > 0);
    expect(wrong.errors[0]).toMatchObject({ code: 'PROVIDER_AUTH' });
    expect(`${String(wrong.errors[0])} ${wrong.lines.join(' ')}`).not.toContain('planted-secret-42');

    venue.misbehave('rate-limit');
    const full = await connected(venue.options(), demandOf('ETH-PERP'));
    open.push(() => full.stop());
    await until(() => full.errors.length > 0);
    expect(full.errors[0]).toMatchObject({ code: 'NET_REFUSED', status: 503 });
  });

  it('names a symbol that the service does not have', async () => {
    const venue = await venueUp();
    const rig = await connected({ ...venue.options(), symbols: { 'ETH-PERP': 'ETHUSD' } }, demandOf('ETH-PERP'));
    open.push(() => rig.stop());
    await until(() => rig.errors.length > 0);
    expect(rig.errors[0]).toMatchObject({ code: 'PROVIDER_SYMBOL' });
    expect(String(rig.errors[0])).toMatch(/was +ETHUSD/);
  });

  it('closes everything when nobody listens any more', async () => {
    const { venue, rig } = await setUp(demandOf(...SYMBOLS), { symbolsPerSocket: 1 });
    rig.disconnect();
    await until(() => venue.demand().length === 0);
    expect(rig.demand.observed).toBe(false);
    expect(rig.errors).toEqual([]);
  });
});
