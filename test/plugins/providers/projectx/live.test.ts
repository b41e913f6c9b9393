import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { MarketEvent, NetworkFault, TradeEvent } from '#core';
import { until } from '../../../helpers/provider-rig.ts';
import { everything, isLive, rowsOf, world } from './kit.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A provider that is connected and subscribed to everything. */
async function connected(symbols: readonly string[] = ['NQ'], given: Parameters<typeof world>[1] = {}) {
  const { venue, provider } = await world(symbols, given);
  cleanups.push(() => venue.stop());
  const rig = await provider();
  cleanups.push(() => rig.stop());
  rig.connect();
  await until(() => isLive(rig.events) && venue.demand().length === (given.demand ?? everything(...symbols)).length);
  return { venue, rig, rows: () => rowsOf(rig.events) };
}

const at = Date.UTC(2026, 7, 19, 15);
const trade = (n: number, more: Partial<TradeEvent> = {}): TradeEvent => ({
  kind: 'trade',
  instrument: 'NQ',
  price: 20_000 + n / 4,
  size: 1 + (n % 5),
  side: n % 2 === 0 ? 'buy' : 'sell',
  tsEvent: at + n,
  ...more,
});
const book: MarketEvent = {
  kind: 'depth',
  instrument: 'NQ',
  bids: [
    [99.75, 3],
    [99.5, 4],
  ],
  asks: [[100, 5]],
  snapshot: true,
  tsEvent: at,
};

describe('the ProjectX provider on its loopback venue', () => {
  it('answers instruments with what the gateway says, and keeps what the configuration says', async () => {
    const requested = [{ symbol: 'NQ' }, { symbol: 'ES', pointValue: 7 }, { symbol: '6J' }, { symbol: 'ENQ' }];
    const { rig } = await connected(['NQ', 'ES', '6J', 'ENQ'], { requested, demand: [] });
    // Section 6.3: NQ 0.25 and 5 a tick, so 20 a point; 6J 0.0000005 and 6.25 a tick.
    expect(rig.provider.instruments).toMatchObject([
      { symbol: 'NQ', tickSize: 0.25, pointValue: 20, currency: 'USD', lotSize: 1 },
      { symbol: 'ES', tickSize: 0.25, pointValue: 7 },
      { symbol: '6J', tickSize: 0.0000005, pointValue: 12_500_000 },
      { symbol: 'ENQ', tickSize: 0.25, pointValue: 20 },
    ]);
  });

  it('delivers every trade that the venue sends, equal and in order', async () => {
    const { venue, rows } = await connected();
    const sent = Array.from({ length: 500 }, (_, n) => trade(n));
    for (const event of sent) expect(venue.send(event)).toBe(true);
    await until(() => rows().length === sent.length);
    expect(rows().map(({ event, values }) => [event / 1000, ...values])).toEqual(
      sent.map(({ tsEvent, price, size, side }) => [tsEvent, price, size, side === 'buy' ? 1 : -1]),
    );
  });

  it('delivers quotes that come as changes', async () => {
    const { venue, rows } = await connected();
    const quote = (bid: number, ask: number): MarketEvent => ({
      kind: 'quote',
      instrument: 'NQ',
      bid,
      bidSize: 0,
      ask,
      askSize: 0,
      tsEvent: at,
    });
    for (const [bid, ask] of [
      [10, 11],
      [10, 10.5],
      [10.25, 10.5],
      [10.25, 10.5],
    ] as const)
      venue.send(quote(bid, ask));
    await until(() => rows().length === 4);
    expect(rows().map(({ values }) => values)).toEqual([
      [10, 0, 11, 0],
      [10, 0, 10.5, 0],
      [10.25, 0, 10.5, 0],
      [10.25, 0, 10.5, 0],
    ]);
  });

  it('delivers depth, its changes, and the book again after a reset', async () => {
    const { venue, rows } = await connected();
    venue.send(book);
    venue.send({ kind: 'depth', instrument: 'NQ', bids: [[99.75, 0]], asks: [], tsEvent: at + 1 });
    venue.misbehave('reset-book');
    await until(() => rows().length === 6);
    expect(rows().map(({ values }) => values)).toEqual([
      [1, 99.75, 3, 2],
      [1, 99.5, 4, 0],
      [-1, 100, 5, 1],
      [1, 99.75, 0, 1],
      [1, 99.5, 4, 2],
      [-1, 100, 5, 1],
    ]);
  });

  it('follows the demand: what is no longer wanted is left, what is new is subscribed', async () => {
    const { venue, rig, rows } = await connected();
    rig.demand.next([{ stream: 'quotes', instrument: 'NQ' }]);
    await until(() => venue.demand().length === 1);
    expect(venue.send(trade(1))).toBe(false);
    rig.demand.next([{ stream: 'trades', instrument: 'NQ' }]);
    await until(() => venue.demand()[0]?.stream === 'trades');
    venue.send(trade(2));
    await until(() => rows().length === 1);
  });

  it('leaves nothing open and no listener behind after unsubscribing', async () => {
    const { venue, rig } = await connected();
    expect(venue.clients()).toEqual({ market: 1, user: 1 });
    rig.disconnect();
    await until(() => venue.clients().market + venue.clients().user === 0);
    expect(rig.demand.observed).toBe(false);
    venue.send(trade(1));
    expect(rig.errors).toEqual([]);
  });

  it('leaves nothing open either when it is unsubscribed in the middle of connecting', async () => {
    const { venue, rig } = await connected();
    rig.disconnect();
    for (let i = 0; i < 5; i++) {
      rig.connect();
      await new Promise((resolve) => setTimeout(resolve, i * 3));
      rig.disconnect();
    }
    await until(() => venue.clients().market + venue.clients().user === 0);
  });

  it('lets go at once of a hub that accepts connections and never answers', async () => {
    const sockets: Socket[] = [];
    const deaf = createServer((socket) => sockets.push(socket.resume()));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => deaf.close());
    const { port } = deaf.address() as AddressInfo;
    const { venue, provider } = await world(['NQ'], {
      options: { marketHubUrl: `http://127.0.0.1:${port}/hubs/market` },
    });
    cleanups.push(() => venue.stop());
    const rig = await provider();
    cleanups.push(() => rig.stop());
    rig.connect();
    await until(() => sockets.length === 1);
    rig.disconnect();
    await until(() => sockets[0]?.readyState !== 'open', 1000);
  });

  it('counts broken and unknown messages and goes on', async () => {
    const { venue, rig, rows } = await connected();
    venue.misbehave('malformed');
    venue.misbehave('unknown-message');
    venue.say('GatewayTrade', { not: 'a contract' });
    venue.send(trade(1));
    await until(() => rows().length === 1);
    expect(rig.link.said.bad).toEqual(['broken JSON', 'unknown message', 'GatewayTrade without a contract']);
    expect(rig.errors).toEqual([]);
  });

  it.each<NetworkFault>(['drop', 'close', 'drop-mid-frame', 'restart'])(
    'says that the connection is lost on %s, and comes back with a new subscription to everything',
    async (fault) => {
      const { venue, rig, rows } = await connected();
      venue.send(book);
      await until(() => rows().length > 0);
      venue.misbehave(fault);
      venue.send(trade(1));
      await until(() => rig.errors.length === 1);
      rig.events.length = 0;
      const online = async () => {
        rig.connect();
        const errors = rig.errors.length;
        await until(() => isLive(rig.events) || rig.errors.length > errors);
        return isLive(rig.events);
      };
      await until(() => venue.clients().market === 0);
      while (!(await online()));
      venue.send({ kind: 'depth', instrument: 'NQ', bids: [[50, 1]], asks: [], tsEvent: at + 2 });
      venue.send(trade(3));
      await until(() => rows().length === 2);
      // The book begins anew: the first level replaces what was known.
      expect(rows().map(({ values }) => values)).toEqual([
        [1, 50, 1, 3],
        [20_000.75, 4, -1],
      ]);
    },
  );

  it('notices within the server timeout that a hub has frozen', async () => {
    const { venue, rig } = await connected(['NQ'], { options: { serverTimeout: '1500ms' } });
    venue.misbehave('freeze');
    await until(() => rig.errors.length > 0);
    expect(String(rig.errors[0])).toContain('Server timeout elapsed');
  });

  it('names unknown symbols and the nearest known ones', async () => {
    const { venue, provider } = await world(['NQ'], { requested: [{ symbol: 'MNQQ' }, { symbol: 'NQ' }] });
    cleanups.push(() => venue.stop());
    await expect(provider()).rejects.toMatchObject({
      problems: [{ code: 'PROVIDER_SYMBOL', fix: 'did you mean MNQ?' }],
    });
  });

  it('serves roots, codes, months and full ids from the right contract', async () => {
    const { venue, rig } = await connected(['ES', 'NQZ26', 'CON.F.US.MNQ.H27', 'EP'], {
      demand: ['ES', 'NQZ26', 'CON.F.US.MNQ.H27'].map((instrument) => ({ stream: 'trades', instrument })),
    });
    expect(rig.lines.filter((line) => / is CON/.test(line)).map((line) => line.split(' {')[0])).toEqual([
      expect.stringMatching(/^ES is CON\.F\.US\.EP\.[HMUZ]\d\d$/),
      'NQZ26 is CON.F.US.ENQ.Z26',
      'CON.F.US.MNQ.H27 is CON.F.US.MNQ.H27',
      expect.stringMatching(/^EP is CON\.F\.US\.EP\.[HMUZ]\d\d$/),
    ]);
    expect(venue.demand()).toHaveLength(3);
  });

  it('takes the contract that the options name', async () => {
    const { rig } = await connected(['NQ'], { options: { contracts: { NQ: 'CON.F.US.ENQ.M27' } }, demand: [] });
    expect(rig.lines[0]).toContain('NQ is CON.F.US.ENQ.M27');
  });
});
