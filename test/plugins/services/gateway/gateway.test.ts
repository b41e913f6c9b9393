import { request } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import gateway from '../../../../plugins/services/gateway/index.ts';
import { serviceContract } from '../../../contracts/service-contract.ts';
import { gatewayWorld, SYMBOLS, trade } from './gateway-world.ts';
import { OldClient } from './old-client.ts';

serviceContract(gateway, {
  options: { port: 0, token: 'loopback-token' },
  badOptions: [
    { host: '0.0.0.0', token: undefined },
    { port: 70_000 },
    { origins: ['desk'] },
    { heartbeat: '0s' },
    { maxClients: 0 },
    { streamIntervalSeconds: 0 },
  ],
});

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

const world = async (options: object = {}) => {
  const made = await gatewayWorld(options);
  open.push(made.stop);
  return made;
};
const client = async (base: string, ...symbols: string[]) => {
  const made = new OldClient(base);
  open.push(() => made.close());
  expect(await made.connect(symbols)).toBe(true);
  return made;
};
const json = async (url: string, init?: RequestInit) => {
  const answer = await fetch(url, init);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
/** The status of a handshake that fails. */
const refused = (url: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
      response.resume();
    });
    socket.once('open', () => reject(new Error('it was let in')));
    socket.once('error', () => undefined);
  });
const framesOf = (one: OldClient, type: string) => one.frames.filter((frame) => frame['type'] === type);

describe('an old client of the gateway', () => {
  it('finds the service healthy, with the fields that it knows', async () => {
    const { http, status } = await world();
    status.next({ provider: 'binance', state: 'live', health: 100, tsRecv: 0 });
    const { body } = await json(`${http}/health`);
    expect(body).toMatchObject({
      status: 'healthy',
      bluefin_available: true,
      connected: true,
      source: 'binance',
      mode: 'paper',
    });
    expect(body['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
  });

  it('gets every trade in the shape of the specification', async () => {
    const { http, trades } = await world();
    const one = await client(http, 'ETH-PERP');
    await vi.waitFor(() => expect(trades.observed).toEqual(['ETH-PERP']));
    trades.of('ETH-PERP').next(trade('ETH-PERP', 2500.25, 0.5, 1_700_000_000_123.456));
    await vi.waitFor(() => expect(framesOf(one, 'trade')).toHaveLength(1));
    expect(framesOf(one, 'trade')[0]).toEqual({
      type: 'trade',
      symbol: 'ETH-PERP',
      timestamp: 1_700_000_000.123456,
      data: { price: 2500.25, size: 0.5, side: 'buy', trade_id: expect.stringMatching(/^trade_1700000000123_\d{4,}$/) },
    });
  });

  it('gets one price update per interval, whose volume is what was traded since the last one', async () => {
    const { http, trades } = await world({ streamIntervalSeconds: 0.1 });
    const one = await client(http, 'ETH-PERP');
    await vi.waitFor(() => expect(trades.observed).toEqual(['ETH-PERP']));
    for (const price of [2500, 2501, 2502]) trades.of('ETH-PERP').next(trade('ETH-PERP', price, 0.1));
    await vi.waitFor(() => expect(framesOf(one, 'price_update')).toHaveLength(1));
    expect(framesOf(one, 'price_update')[0]).toEqual({
      type: 'price_update',
      symbol: 'ETH-PERP',
      timestamp: 1_700_000_000,
      data: { price: 2502, volume: 0.3 },
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(framesOf(one, 'price_update'), 'a quiet market makes no updates').toHaveLength(1);
  });

  it('gets several symbols over one socket, each once, and nothing of the others', async () => {
    const { http, trades } = await world();
    const one = await client(http, 'ETH-PERP', ' BTC-PERP', 'ETH-PERP');
    await vi.waitFor(() => expect(trades.observed).toHaveLength(2));
    for (const symbol of SYMBOLS) trades.of(symbol).next(trade(symbol, 10));
    await vi.waitFor(() => expect(framesOf(one, 'trade')).toHaveLength(2));
    expect(one.ticks.map(({ symbol }) => symbol)).toEqual(['BTC-PERP', 'ETH-PERP']);
  });

  it('sees only frames that it knows, whatever the market sends', async () => {
    const { http, trades, quotes } = await world({ streamIntervalSeconds: 0.05, heartbeat: '100ms' });
    const one = await client(http, 'ETH-PERP');
    await vi.waitFor(() => expect(trades.observed).toEqual(['ETH-PERP']));
    expect(quotes.observed, 'and asks the venue for nothing else').toEqual([]);
    trades.of('ETH-PERP').next(trade('ETH-PERP', 10));
    one.ping();
    await vi.waitFor(() => expect(framesOf(one, 'heartbeat')).not.toHaveLength(0));
    await vi.waitFor(() => expect(framesOf(one, 'price_update')).toHaveLength(1));
    expect(new Set(one.frames.map((frame) => frame['type']))).toEqual(
      new Set(['trade', 'price_update', 'heartbeat', 'pong']),
    );
    expect(framesOf(one, 'pong')[0]).toEqual({ type: 'pong', timestamp: expect.any(Number) });
  });

  it('gets one heartbeat per interval with many symbols, also when streaming is stopped', async () => {
    const { http } = await world({ heartbeat: '300ms' });
    const one = await client(http, ...SYMBOLS);
    await json(`${http}/streaming/stop`, { method: 'POST' });
    await new Promise((resolve) => setTimeout(resolve, 750));
    expect(framesOf(one, 'heartbeat')).toHaveLength(2);
    expect(framesOf(one, 'heartbeat')[0]).toEqual({
      type: 'heartbeat',
      symbol: 'system',
      timestamp: expect.any(Number),
      data: { connections: 1, active_symbols: 3 },
    });
  });

  it('gets an error for what is no JSON object, and its data all the same', async () => {
    const { http, trades } = await world();
    const one = await client(http, 'ETH-PERP');
    one.send('{nope');
    one.send('[1]');
    one.send('{"type":"dance"}');
    await vi.waitFor(() => expect(framesOf(one, 'error')).toHaveLength(2));
    trades.of('ETH-PERP').next(trade('ETH-PERP', 10));
    await vi.waitFor(() => expect(framesOf(one, 'trade')).toHaveLength(1));
  });

  it('subscribes to more symbols and to fewer; an unknown one is named', async () => {
    const { http, trades } = await world();
    const one = await client(http, 'ETH-PERP');
    one.send('{"type":"subscribe","symbols":["BTC-PERP","XYZ-PERP"]}');
    await vi.waitFor(() => expect(trades.observed).toEqual(['ETH-PERP', 'BTC-PERP']));
    one.send('{"type":"unsubscribe","symbols":["ETH-PERP"]}');
    await vi.waitFor(() => expect(trades.observed).toEqual(['BTC-PERP']));
    await vi.waitFor(() => expect(framesOf(one, 'subscribed')).toHaveLength(2));
    expect(framesOf(one, 'subscribed').map((frame) => frame['symbols'])).toEqual([
      ['ETH-PERP', 'BTC-PERP'],
      ['BTC-PERP'],
    ]);
    expect(framesOf(one, 'error')[0]?.['message']).toContain('Unknown symbols: XYZ-PERP');
  });
});

describe('streaming', () => {
  it('starts with the first client and stops with the last', async () => {
    const { http, trades } = await world();
    expect((await json(`${http}/streaming/status`)).body).toEqual({
      streaming_active: false,
      total_connections: 0,
      active_symbols: [],
      stream_interval: 1,
      trade_frequency: 5,
    });
    const one = await client(http, 'SUI-PERP');
    const two = await client(http, 'SUI-PERP', 'BTC-PERP');
    expect((await json(`${http}/streaming/status`)).body).toMatchObject({
      streaming_active: true,
      total_connections: 2,
      active_symbols: ['BTC-PERP', 'SUI-PERP'],
    });
    await one.close();
    await two.close();
    await vi.waitFor(() => expect(trades.observed).toEqual([]));
    expect((await json(`${http}/streaming/status`)).body).toMatchObject({ streaming_active: false });
  });

  it('can be stopped and started; sockets stay open and silent', async () => {
    const { http, trades } = await world();
    const one = await client(http, 'SUI-PERP');
    const stopped = await json(`${http}/streaming/stop`, { method: 'POST' });
    expect(stopped.body).toMatchObject({ message: 'Streaming stopped', status: { streaming_active: false } });
    expect(trades.observed).toEqual([]);
    expect(one.closed).toBeUndefined();
    const started = await json(`${http}/streaming/start`, { method: 'POST' });
    expect(started.body).toMatchObject({ message: 'Streaming started', status: { streaming_active: true } });
    expect(trades.observed).toEqual(['SUI-PERP']);
  });
});

describe('the gateway’s door', () => {
  it('answers as the old one where something is wrong', async () => {
    const { http, ws } = await world();
    expect(await json(`${http}/nowhere`)).toEqual({ status: 404, body: { detail: 'Not Found' } });
    expect(await json(`${http}/health`, { method: 'POST' })).toEqual({
      status: 405,
      body: { detail: 'Method Not Allowed' },
    });
    expect(await refused(`${ws}/ws/multi/,`)).toBe(403);
    expect(await refused(`${ws}/elsewhere`)).toBe(403);
    expect(await refused(`${ws}/ws/ETH-PERP?channels=gossip`)).toBe(400);
  });

  it('refuses a key that is not 16 bytes', async () => {
    const { http } = await world();
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      // The guide's own example: 13 bytes.
      'sec-websocket-key': 'SGVsbG8sIHdvcmxkIQ==',
    };
    const status = await new Promise((resolve) => {
      request(`${http}/ws/ETH-PERP`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(400);
  });

  it('asks for the token by header or query, and for nothing without one', async () => {
    const { http, ws } = await world({ token: 'planted-secret-42' });
    expect((await json(`${http}/health`)).status).toBe(401);
    expect(await refused(`${ws}/ws/ETH-PERP?token=wrong`)).toBe(401);
    expect((await json(`${http}/health?token=planted-secret-42`)).status).toBe(200);
    const headers = { authorization: 'Bearer planted-secret-42' };
    expect((await json(`${http}/health`, { headers })).status).toBe(200);
  });

  it('lets web pages in only from listed origins', async () => {
    const { http, ws } = await world({ origins: ['https://desk.example/'] });
    expect(await refused(`${ws}/ws/ETH-PERP`, { origin: 'https://evil.example' })).toBe(403);
    const posted = { method: 'POST', headers: { origin: 'https://evil.example' } };
    expect((await json(`${http}/streaming/stop`, posted)).status).toBe(403);
    const socket = new WebSocket(`${ws}/ws/ETH-PERP`, { headers: { origin: 'https://desk.example' } });
    await new Promise((resolve) => socket.once('open', resolve));
    socket.terminate();
  });

  it('answers 503 beyond the limit, and lets the next one in when a place is free', async () => {
    const { http, ws } = await world({ maxClients: 2 });
    const one = await client(http, 'ETH-PERP');
    await client(http, 'ETH-PERP');
    expect(await refused(`${ws}/ws/ETH-PERP`)).toBe(503);
    await one.close();
    await vi.waitFor(() => client(http, 'ETH-PERP'));
  });

  it('refuses bodies above 64 KB', async () => {
    const { http } = await world();
    const answer = await fetch(`${http}/streaming/start`, { method: 'POST', body: 'x'.repeat(70_000) });
    expect(answer.status).toBe(413);
  });

  it('needs a token on any address but this machine’s', () => {
    const issue = gateway.options.safeParse({ host: '0.0.0.0' }).error?.issues[0];
    expect(issue?.path).toEqual(['token']);
    expect(gateway.options.safeParse({ host: '0.0.0.0', token: 'x' }).success).toBe(true);
    expect(gateway.options.safeParse({ host: '127.0.0.5' }).success).toBe(true);
  });

  it('says which port is taken', async () => {
    const { http } = await world();
    const port = Number(new URL(http).port);
    await expect(gatewayWorld({ port })).rejects.toMatchObject({ code: 'SERVICE_LISTEN' });
  });

  it('keeps the account to itself without a token', async () => {
    const { http } = await world();
    for (const path of ['account', 'positions']) expect((await json(`${http}/${path}`)).status).toBe(403);
    expect((await json(`${http}/orders`, { method: 'POST' })).status).toBe(403);
  });

  it('closes its clients politely when it stops, and its port is free again', async () => {
    const { http, service } = await world();
    const one = await client(http, 'ETH-PERP');
    await service.stop();
    await vi.waitFor(() => expect(one.closed?.code).toBe(1001));
    const again = await gatewayWorld({ port: Number(new URL(http).port) });
    await again.stop();
  });
});
