import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../../../helpers/provider-rig.ts';
import { connected, demandOf, liveIn, tradesOf } from './rig.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

/** The frames of the specification (bluefin-stream §3), with its figures. */
const PRICE =
  '{"type":"price_update","symbol":"ETH-PERP","timestamp":1750075200.25,"data":{"price":2500.5,"volume":1437.2}}';
const TRADE =
  '{"type":"trade","symbol":"ETH-PERP","timestamp":1750075200.123456,"data":{"price":2501.25,"size":3.2718,"side":"sell","trade_id":"trade_1750075200123_4711"}}';
const HEARTBEAT =
  '{"type":"heartbeat","symbol":"system","timestamp":1750075200.5,"data":{"connections":1,"active_symbols":2}}';

/** The old service as it was: no token, no query, and a subscribe frame breaks a socket. */
async function oldServer(health: unknown, status = 200) {
  const dialled: string[] = [];
  const heard: string[] = [];
  const sockets: WebSocket[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(health));
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket, request) => {
    dialled.push(request.url ?? '');
    sockets.push(socket);
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    for (const socket of sockets) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, dialled, heard, sockets };
}
const HEALTHY = {
  status: 'healthy',
  bluefin_available: true,
  connected: true,
  timestamp: '2025-06-16T12:00:00.123456',
};

describe('bluefin against the old service', () => {
  it('reads its frames: only the trade has a size, and repeated heartbeats do no harm', async () => {
    const server = await oldServer(HEALTHY);
    const rig = await connected({ url: `${server.url}/` }, demandOf('ETH-PERP'));
    open.push(() => rig.stop());
    await until(() => liveIn(rig.events));
    for (const frame of [HEARTBEAT, HEARTBEAT, HEARTBEAT, HEARTBEAT, PRICE, TRADE, PRICE])
      server.sockets[0]?.send(frame);
    await until(() => tradesOf(rig.events).length > 0);
    expect(tradesOf(rig.events)).toEqual([
      { instrument: 'ETH-PERP', price: 2501.25, size: 3.2718, side: -1, event: 1_750_075_200_123_456 },
    ]);
    expect(rig.link.said.heartbeats).toBe(4);
    expect(rig.link.said.bad).toEqual([]);
    expect(server.dialled, 'without a query').toEqual(['/ws/ETH-PERP']);
  });

  it('never sends it a subscribe frame, which would break the socket', async () => {
    const server = await oldServer(HEALTHY);
    const rig = await connected({ url: server.url, ping: '30ms' }, demandOf('ETH-PERP'));
    open.push(() => rig.stop());
    await until(() => liveIn(rig.events));
    rig.demand.next(demandOf('ETH-PERP', 'BTC-PERP'));
    await until(() => server.dialled.length === 2);
    await until(() => server.heard.length > 1);
    expect(server.dialled).toEqual(['/ws/ETH-PERP', '/ws/multi/BTC-PERP,ETH-PERP']);
    expect(new Set(server.heard.map((text) => (JSON.parse(text) as { type: string }).type))).toEqual(new Set(['ping']));
  });

  it('asks for health first, and does not dial a service that is not well', async () => {
    const server = await oldServer({ status: 'starting' });
    const rig = await connected({ url: server.url }, demandOf('ETH-PERP'));
    open.push(() => rig.stop());
    await until(() => rig.errors.length > 0);
    expect(rig.errors[0]).toMatchObject({ code: 'NET_BAD_ANSWER' });
    expect(server.dialled).toEqual([]);
  });

  it('warns that data may be invented when the service has no exchange', async () => {
    const server = await oldServer({ ...HEALTHY, connected: false });
    const rig = await connected({ url: server.url }, demandOf('ETH-PERP'));
    open.push(() => rig.stop());
    await until(() => liveIn(rig.events));
    expect(rig.lines.join('\n')).toContain('invented data: it has no connection to an exchange');
  });

  it('says that nobody listens there', async () => {
    const rig = await connected({ url: 'http://127.0.0.1:9' }, demandOf('ETH-PERP'));
    open.push(() => rig.stop());
    await until(() => rig.errors.length > 0);
    expect(rig.errors[0]).toMatchObject({ code: 'NET_UNREACHABLE' });
  });
});
