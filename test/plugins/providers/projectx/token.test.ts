import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { expiryOf } from '../../../../plugins/providers/projectx/access.ts';
import { Handover } from '../../../../plugins/providers/projectx/handover.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { isLive, rowsOf, SECRET, world } from './kit.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function running(lifeMs = 86_400_000, options: object = {}) {
  const { venue, provider } = await world(['NQ'], { options });
  cleanups.push(() => venue.stop());
  venue.tokens.lifeMs = lifeMs;
  const rig = await provider();
  cleanups.push(() => rig.stop());
  rig.connect();
  await until(() => isLive(rig.events));
  return { venue, rig };
}

describe('the access token', () => {
  it('ends when its claim says so', () => {
    const claim = Buffer.from('{"exp":1800000000.5}').toString('base64url');
    expect(expiryOf(`x.${claim}.y`)).toBe(1_800_000_000_500);
    expect(expiryOf('no token')).toBeUndefined();
    expect(expiryOf('a.b.c')).toBeUndefined();
  });

  it('is renewed under load without a message lost or doubled, over connections that are exchanged', async () => {
    const { venue, rig } = await running(3000);
    let n = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 5; i++) {
        // All alike but for the time, and that is the same five times over.
        venue.send({
          kind: 'trade',
          instrument: 'NQ',
          price: 100,
          size: 1,
          side: 'buy',
          tsEvent: 1.8e12 + Math.floor(n++ / 5),
        });
      }
    }, 4);
    cleanups.push(() => clearInterval(timer));
    const moves = (): number => rig.lines.filter((line) => line.startsWith('moved to a connection')).length;
    // The second time it is a successor that has one.
    await until(() => moves() >= 2, 12_000);
    clearInterval(timer);
    await until(() => rowsOf(rig.events).length >= n);
    const times = rowsOf(rig.events).map(({ event }) => event / 1000 - 1.8e12);
    expect(times).toEqual(Array.from({ length: n }, (_, i) => Math.floor(i / 5)));
    expect(rig.errors).toEqual([]);
  }, 20_000);

  it('is renewed without a hole when the old connection falls silent before the new one takes over', async () => {
    const { venue, rig } = await running(1600, { reports: false });
    const send = (n: number) =>
      venue.send({ kind: 'trade', instrument: 'NQ', price: n, size: 1, side: 'buy', tsEvent: 1.8e12 + n });
    send(0);
    await until(() => venue.clients().market === 2 && venue.demand().length === 3);
    const [old, fresh] = [...Reflect.get(venue, 'hubs').market];
    await until(() => fresh.subscriptions.size === 3);
    send(1);
    old.event = () => undefined;
    for (let n = 2; n < 5; n++) send(n);
    await until(() => venue.clients().market === 1);
    send(5);
    await until(() => rowsOf(rig.events).length === 6);
    expect(rowsOf(rig.events).map(({ values }) => values[0])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is fetched anew when the gateway withdraws it, without a restart', async () => {
    const { venue, rig } = await running(86_400_000, { reports: false });
    venue.misbehave('expired-token');
    await until(() => rig.errors.length === 1);
    rig.events.length = 0;
    rig.connect();
    await until(() => rig.errors.length === 2);
    // The old token is refused once, by name of the status; the next attempt logs in.
    expect(rig.errors[1]).toMatchObject({ code: 'NET_REFUSED', status: 401 });
    rig.connect();
    await until(() => isLive(rig.events));
  });

  it('is fetched anew for a request as well', async () => {
    const { venue, rig } = await running();
    venue.tokens.revokeAll();
    const bars = await rig.provider.history?.({
      instrument: 'NQ',
      timeframe: '1m',
      count: 3,
      until: Date.UTC(2026, 7, 19),
    });
    expect(bars).toHaveLength(3);
    expect(venue.rest.asked.filter((path) => path === 'auth/loginkey')).toHaveLength(2);
  });

  it('gives one clear error when the key is wrong', async () => {
    const { venue, provider } = await world(['NQ'], { options: { apiKey: `${SECRET}-wrong` } });
    cleanups.push(() => venue.stop());
    const error = await provider().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'PROVIDER_AUTH' });
    expect(String(error)).toContain('the gateway refused trader: InvalidCredentials (3)');
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    expect(venue.rest.asked).toEqual(['auth/loginkey']);
  });

  it('says so when a hub refuses tokens that are new', async () => {
    const { venue, rig } = await running();
    venue.misbehave('wrong-token');
    for (let i = 1; i <= 2; i++) {
      await until(() => rig.errors.length === i);
      rig.connect();
    }
    await until(() => rig.errors.length === 3);
    expect(rig.errors.at(-1)).toMatchObject({ code: 'PROVIDER_AUTH' });
    venue.behave();
    rig.events.length = 0;
    rig.connect();
    await until(() => isLive(rig.events));
  });

  it('waits and asks again when there were too many requests', async () => {
    const { venue, rig } = await running(86_400_000, { retryPause: '100ms' });
    venue.misbehave('rate-limit');
    setTimeout(() => venue.behave(), 150);
    const bars = await rig.provider.history?.({
      instrument: 'NQ',
      timeframe: '1m',
      count: 3,
      until: Date.UTC(2026, 7, 19),
    });
    expect(bars).toHaveLength(3);
    expect(venue.rest.asked.filter((path) => path === 'history/retrievebars').length).toBeGreaterThan(1);
  });

  it('treats a sign-out as a lost connection, and a second one within a minute as a fight', async () => {
    const { venue, rig } = await running();
    venue.say('GatewayLogout', {});
    await until(() => rig.errors.length === 1);
    expect(rig.errors[0]).toMatchObject({ code: 'NET_REFUSED' });
    rig.events.length = 0;
    rig.connect();
    await until(() => isLive(rig.events));
    venue.say('GatewayLogout', {});
    await until(() => rig.errors.length === 2);
    expect(rig.errors[1]).toMatchObject({ code: 'PROVIDER_AUTH' });
  });

  it('appears, like the key, in no event, error or line', async () => {
    const { venue, rig } = await running(86_400_000, { reports: false });
    venue.misbehave('malformed');
    // A gateway that repeats in its answers what it was sent.
    const [token] = [...(Reflect.get(venue.tokens, 'ends') as Map<string, number>).keys()];
    venue.toMarket(JSON.stringify({ type: 7, error: `no such token: ${token}` }));
    await until(() => rig.errors.length === 1);
    expect(String(rig.errors[0])).toContain('no such token: •••');
    venue.tokens.revokeAll();
    rig.connect();
    await until(() => rig.errors.length === 2);
    venue.misbehave('refuse');
    rig.connect();
    await until(() => rig.errors.length === 3);
    const all = inspect([rig.errors, rig.lines, rig.events, rig.link.said], { depth: 12, maxStringLength: null });
    expect(all).not.toContain(SECRET);
    // Every token of the venue ends in this.
    expect(all).not.toContain('.loopback');
    expect(all).not.toContain('access_token');
  });
});

describe('a handover', () => {
  const trades = (...volumes: readonly number[]) => ({
    target: 'GatewayTrade',
    args: ['CON.F.US.MNQ.U26', volumes.map((volume) => ({ price: 1, volume }))],
  });

  it('strikes out what was said, print by print, however the messages were cut', () => {
    const handover = new Handover();
    for (const event of [trades(1, 1), trades(2), trades(3)]) handover.heard(event);
    for (const event of [trades(1), trades(2, 3), trades(3, 4), trades(5)]) handover.keep(event);
    expect(handover.rest()).toEqual([trades(3, 4), trades(5)]);
  });

  it('strikes out what a successor that lags says after it has taken over, for a while', () => {
    const handover = new Handover();
    for (const event of [trades(1), trades(2, 2), trades(3)]) handover.heard(event);
    handover.keep(trades(1));
    expect(handover.rest()).toEqual([]);
    expect(handover.fresh(trades(2))).toBeUndefined();
    expect(handover.fresh(trades(2, 2))).toEqual(trades(2));
    handover.forget();
    expect(handover.fresh(trades(3))).toEqual(trades(3));
  });
});
