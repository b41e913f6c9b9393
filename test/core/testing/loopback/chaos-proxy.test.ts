import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChaosProxy } from '../../../../core/testing/loopback/chaos-proxy.ts';
import { until } from '../../../helpers/provider-rig.ts';

/** A server that keeps what it hears, with the proxy before it. */
let server: Server;
let proxy: ChaosProxy;
let accepted: { socket: Socket; heard: string; ended: boolean; closed: boolean }[];
let clients: Socket[];

beforeEach(async () => {
  accepted = [];
  clients = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    const side = { socket, heard: '', ended: false, closed: false };
    accepted.push(side);
    socket.setEncoding('utf8').on('data', (text: string) => {
      side.heard += text;
    });
    socket.on('end', () => {
      side.ended = true;
    });
    socket.on('close', () => {
      side.closed = true;
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = new ChaosProxy(() => portOf(server));
  await proxy.listen();
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  for (const { socket } of accepted) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const portOf = (listening: Server): number => (listening.address() as { port: number }).port;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function open(options: { readonly allowHalfOpen?: boolean } = {}) {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', ...options });
  clients.push(socket);
  const side = { socket, heard: '', ended: false, closed: false, error: '' };
  socket.setEncoding('utf8').on('data', (text: string) => {
    side.heard += text;
  });
  socket.on('end', () => {
    side.ended = true;
  });
  socket.on('close', () => {
    side.closed = true;
  });
  socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    side.error = code;
  });
  const before = accepted.length;
  await once(socket, 'connect');
  const peer = async () => {
    await until(() => accepted.length > before);
    return accepted[before]!;
  };
  return { client: side, peer };
}
/** A connection that has carried something both ways. */
async function opened() {
  const { client, peer } = await open();
  const venue = await peer();
  client.socket.write('hello');
  await until(() => venue.heard === 'hello');
  venue.socket.write('welcome');
  await until(() => client.heard === 'welcome');
  client.heard = '';
  return { client, venue };
}

describe('a proxy without faults', () => {
  it('passes everything on, in both directions and in order', async () => {
    const { client, venue } = await opened();
    const numbers = Array.from({ length: 20_000 }, (_, i) => i).join(' ');
    for (let i = 0; i < numbers.length; i += 1000) venue.socket.write(numbers.slice(i, i + 1000));
    await until(() => client.heard.length === numbers.length);
    expect(client.heard).toBe(numbers);
    expect(proxy.connections).toBe(1);
  });

  it('passes on a polite end, after the last byte', async () => {
    const { client, venue } = await opened();
    const large = 'x'.repeat(3_000_000);
    venue.socket.end(large);
    await until(() => client.closed);
    expect([client.heard.length, client.ended, client.error]).toEqual([large.length, true, '']);
    await until(() => venue.closed && proxy.connections === 0);
  });

  it('passes on an end of one direction only', async () => {
    const { client, peer } = await open({ allowHalfOpen: true });
    const venue = await peer();
    client.socket.end('that is all');
    await until(() => venue.ended);
    venue.socket.write('here is the answer');
    await until(() => client.heard === 'here is the answer');
    expect(client.closed).toBe(false);
    venue.socket.end();
    await until(() => client.closed && proxy.connections === 0);
  });

  it('slows the server down when the client does not read', async () => {
    const { client, venue } = await opened();
    client.socket.pause();
    let written = 0;
    const block = Buffer.alloc(1_000_000, 'x');
    while (venue.socket.write(block) && written < 200) written++;
    for (let i = 0; i < 100 && written < 200; i++) {
      await wait(2);
      if (venue.socket.writableLength === 0) {
        venue.socket.write(block);
        written++;
      }
    }
    expect(written).toBeLessThan(60);
  });

  it('resets a client whose server is not there', async () => {
    const gone = new ChaosProxy(() => 1);
    await gone.listen();
    const socket = connect(gone.port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect([error.code, gone.connections]).toEqual(['ECONNRESET', 0]);
    await gone.close();
  });

  it('forgets a client that leaves', async () => {
    const { client, venue } = await opened();
    client.socket.destroy();
    await until(() => venue.closed || venue.ended);
    venue.socket.end();
    await until(() => proxy.connections === 0);
  });
});

describe('a network that', () => {
  it('refuses resets new connections and leaves the others, until it behaves', async () => {
    const { client, venue } = await opened();
    proxy.refuse();
    const late = connect(proxy.port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    venue.socket.write('still here');
    await until(() => client.heard === 'still here');
    proxy.behave();
    await opened();
  });

  it('drops resets every connection, and takes new ones', async () => {
    const [one, two] = [await opened(), await opened()];
    proxy.drop();
    await until(() => one.client.closed && two.client.closed);
    expect([one.client.error, two.client.error, proxy.connections]).toEqual(['ECONNRESET', 'ECONNRESET', 0]);
    await until(() => one.venue.ended && two.venue.ended);
    await opened();
  });

  it('drops in the middle of a frame passes on half of the next bytes, and then resets, once', async () => {
    const { client, venue } = await opened();
    const other = await opened();
    proxy.dropMidFrame();
    await wait(20);
    expect(client.closed).toBe(false);
    venue.socket.write('0123456789');
    await until(() => client.closed);
    expect([client.heard, client.error]).toEqual(['01234', 'ECONNRESET']);
    other.venue.socket.write('0123456789');
    await until(() => other.client.heard === '0123456789');
  });

  it('freezes passes nothing on in either direction, says nothing, and thaws with nothing lost', async () => {
    const { client, venue } = await opened();
    proxy.freeze();
    const late = await open();
    client.socket.write('up');
    venue.socket.write('down');
    late.client.socket.write('late');
    await wait(50);
    expect([client.heard, client.closed, venue.heard]).toEqual(['', false, 'hello']);
    proxy.behave();
    await until(() => client.heard === 'down' && venue.heard === 'helloup');
    const peer = await late.peer();
    await until(() => peer.heard === 'late');
  });

  it('freezes lets the server write no more than fits into the wires', async () => {
    const { venue, client } = await opened();
    proxy.freeze();
    venue.socket.write('x'.repeat(50_000_000));
    await wait(100);
    expect([venue.socket.writableLength > 0, client.heard]).toEqual([true, '']);
    proxy.behave();
    await until(() => client.heard.length === 50_000_000);
  });

  it('is half open never tells the client that its server is gone; new connections work', async () => {
    const { client, venue } = await opened();
    proxy.abandon();
    await until(() => venue.ended);
    client.socket.write('is anybody there?');
    venue.socket.write('too late');
    proxy.behave();
    await wait(50);
    expect([client.heard, client.closed, client.ended, client.error]).toEqual(['', false, false, '']);
    await opened();
    expect(proxy.connections).toBe(2);
    client.socket.end();
    await until(() => proxy.connections === 1, 1000, 'the end of the client that gave up');
  });

  it('delays passes bytes and ends on later, in order though the delay ends', async () => {
    const { client, venue } = await opened();
    proxy.delay(80);
    const started = performance.now();
    venue.socket.write('slow ');
    client.socket.write(' quick');
    await until(() => venue.heard === 'hello quick');
    expect(performance.now() - started).toBeLessThan(70);
    await wait(20);
    proxy.behave();
    venue.socket.end('and steady');
    await until(() => client.closed);
    expect(client.heard).toBe('slow and steady');
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });

  it('delays does not thaw what is frozen', async () => {
    const { client, venue } = await opened();
    proxy.delay(20);
    venue.socket.write('late');
    await wait(5);
    proxy.freeze();
    await wait(60);
    expect(client.heard).toBe('');
    proxy.behave();
    await until(() => client.heard === 'late');
  });
});

describe('closing the proxy', () => {
  it('breaks every connection and leaves nothing open; it listens again on the same port', async () => {
    const { client } = await opened();
    proxy.freeze();
    const { port } = proxy;
    await proxy.close();
    await until(() => client.closed);
    proxy.behave();
    await proxy.listen();
    expect(proxy.port).toBe(port);
    await opened();
    await proxy.close();
    await proxy.close();
  });
});
