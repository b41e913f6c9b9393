import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { Subscription } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { NetError, OpenSocket, WebSocketRequest } from '#core';
import { webSocket, webSocketBytes } from '../../../core/net/web-socket.ts';
import { testLink, until } from '../../helpers/provider-rig.ts';
import { allOf } from './leaks.ts';

const SECRET = 'tok-5f3c9a71e2';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A WebSocket server that keeps what it sees. */
async function serve(onConnect: (socket: WebSocket, request: IncomingMessage) => void = () => undefined) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const seen = { messages: [] as (string | Buffer)[], closes: [] as string[], requests: [] as IncomingMessage[] };
  server.on('connection', (socket, request) => {
    seen.requests.push(request);
    socket.on('message', (data: Buffer, binary) => seen.messages.push(binary ? data : data.toString()));
    socket.on('close', (code, reason) => seen.closes.push(`${code} ${reason.toString()}`.trim()));
    onConnect(socket, request);
  });
  opened.push(() => {
    for (const client of server.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`, server, seen };
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(request: WebSocketRequest) {
  const link = Object.assign(testLink(), { roundTrips: [] as (number | undefined)[] });
  link.heartbeat = (ms?: number): void => void link.roundTrips.push(ms);
  const frames: (string | Uint8Array)[] = [];
  const errors: NetError[] = [];
  let completed = false;
  const subscription: Subscription = webSocket(request, link).subscribe({
    next: (frame) => frames.push(frame),
    error: (error: NetError) => errors.push(error),
    complete: () => (completed = true),
  });
  opened.push(() => subscription.unsubscribe());
  return { link, frames, errors, subscription, completed: () => completed };
}

/** The error that the connection ends with. */
async function errorOf(request: WebSocketRequest): Promise<NetError> {
  const { errors } = connect(request);
  await until(() => errors.length > 0, 5000, 'an error');
  return errors[0] as NetError;
}
const problemOf = ({ problems: [problem] }: NetError) => [problem?.code, problem?.where.path, problem?.was];

describe('a WebSocket', () => {
  it('gives text as strings and the rest as bytes, and counts the bytes of each', async () => {
    const { url } = await serve((socket) => {
      socket.send('grüße');
      socket.send(Buffer.from([1, 2, 255]));
      socket.send('');
    });
    const { frames, link } = connect({ url });
    await until(() => frames.length === 3);
    expect(frames).toEqual(['grüße', Buffer.from([1, 2, 255]), '']);
    // UTF-8: ü and ß take two bytes each.
    expect([link.said.frames, link.said.bytes]).toEqual([3, 7 + 3]);
  });

  it('gives all of them as bytes to whoever reads bytes', async () => {
    const { url } = await serve((socket) => {
      socket.send('grüße');
      socket.send(Buffer.from([1, 2, 255]));
    });
    const frames: Uint8Array[] = [];
    const subscription = webSocketBytes({ url }, testLink()).subscribe((frame) => frames.push(frame));
    opened.push(() => subscription.unsubscribe());
    await until(() => frames.length === 2);
    expect(frames).toEqual([Buffer.from('grüße'), Buffer.from([1, 2, 255])]);
  });

  it('tells the link while a frame is read, and no longer', async () => {
    const { url } = await serve((socket) => socket.send('x'));
    const link = Object.assign(testLink(), { reading: false });
    const during: boolean[] = [];
    const subscription = webSocket({ url }, link).subscribe(() => during.push(link.reading));
    opened.push(() => subscription.unsubscribe());
    await until(() => during.length === 1);
    expect([during, link.reading]).toEqual([[true], false]);
  });

  it('sends text and bytes from the moment it is open, with its headers and protocols', async () => {
    const { url, seen } = await serve();
    let socket: OpenSocket | undefined;
    connect({
      url: `${url}?token=${SECRET}`,
      headers: { 'x-plan': 'gold' },
      protocols: ['v1.json'],
      onOpen: (open) => {
        socket = open;
        open.send('login');
      },
    });
    await until(() => seen.messages.length === 1);
    socket?.send(new Uint8Array([7, 8]));
    await until(() => seen.messages.length === 2);
    expect(seen.messages).toEqual(['login', Buffer.from([7, 8])]);
    const [request] = seen.requests;
    expect([request?.url, request?.headers['x-plan'], request?.headers['sec-websocket-protocol']]).toEqual([
      `/stream?token=${SECRET}`,
      'gold',
      'v1.json',
    ]);
  });

  it('connects when it is subscribed to, and says goodbye when it is unsubscribed', async () => {
    const { url, server, seen } = await serve();
    let isOpen = false;
    const idle = webSocket({ url, onOpen: () => (isOpen = true) }, testLink());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.clients.size).toBe(0);
    const subscription = idle.subscribe();
    // Open at our end too: before that there is nobody to say goodbye to.
    await until(() => server.clients.size === 1 && isOpen);
    subscription.unsubscribe();
    await until(() => seen.closes.length === 1);
    expect([seen.closes, server.clients.size]).toEqual([['1000'], 0]);
  });

  it('sends nothing more after that, and does not mind being asked to', async () => {
    const { url, seen } = await serve();
    let socket: OpenSocket | undefined;
    const { subscription, errors } = connect({ url, onOpen: (open) => (socket = open) });
    await until(() => socket !== undefined);
    subscription.unsubscribe();
    expect(() => socket?.send('late')).not.toThrow();
    await until(() => seen.closes.length === 1);
    expect([seen.messages, errors]).toEqual([[], []]);
  });

  it('can be left while it connects', async () => {
    const silent = createTcpServer();
    const { subscription, errors } = connect({ url: await listening(silent) });
    await once(silent, 'connection');
    subscription.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(errors).toEqual([]);
    await until(() => silent.listening);
    expect(await new Promise((resolve) => silent.getConnections((_, count) => resolve(count)))).toBe(0);
  });

  it('does not wait for a peer that does not say goodbye', async () => {
    const server = createServer();
    const accepted = new Promise<Socket>((resolve) => {
      server.on('upgrade', ({ headers }, socket) => {
        // RFC 6455 §4.2.2.
        const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
        const accept = createHash('sha1').update(key).digest('base64');
        const head = `upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}`;
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head}\r\n\r\n`);
        resolve(socket as Socket);
      });
    });
    const opening = Promise.withResolvers<void>();
    const { subscription } = connect({ url: await listening(server), onOpen: () => opening.resolve() });
    const socket = await accepted;
    await opening.promise;
    let ended = false;
    socket.resume().on('end', () => {
      ended = true;
    });
    subscription.unsubscribe();
    await until(() => ended, 1500, 'the end of the socket');
  });

  it('ends with what login and subscribing throw', async () => {
    const { url, seen } = await serve();
    const broken = new Error('no such channel');
    const error = await errorOf({
      url,
      onOpen: () => {
        throw broken;
      },
    });
    expect(error).toBe(broken);
    await until(() => seen.closes.length === 1);
  });
});

describe('a WebSocket that cannot be opened', () => {
  it('names a port where nobody listens', async () => {
    const server = createTcpServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(problemOf(await errorOf({ url: `${url}/ws` }))).toEqual([
      'NET_UNREACHABLE',
      `${url}/ws`,
      expect.stringMatching(/^no connection: connect ECONNREFUSED 127\.0\.0\.1:\d+$/),
    ]);
  });

  it('tells the status and the words of a server that refuses', async () => {
    const server = createServer();
    server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 19\r\n\r\nslow down, use v2.\n'),
    );
    const error = await errorOf({ url: await listening(server) });
    expect(problemOf(error)[2]).toBe('status 429: slow down, use v2.');
    expect([error.code, error.status, error.body]).toEqual(['NET_REFUSED', 429, 'slow down, use v2.']);
  });

  it('does not follow a redirect', async () => {
    const server = createServer();
    server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 302 Found\r\nlocation: ws://elsewhere/\r\ncontent-length: 0\r\n\r\n'),
    );
    const error = await errorOf({ url: await listening(server) });
    expect([error.code, error.status]).toEqual(['NET_REFUSED', 302]);
  });

  it('waits for the handshake no longer than it may', async () => {
    const error = await errorOf({ url: await listening(createTcpServer()), timeoutMs: 60 });
    expect([error.code, problemOf(error)[2]]).toEqual(['NET_TIMEOUT', 'the handshake was not answered']);
  });

  it('refuses an address that is none, without repeating it', async () => {
    const error = await errorOf({ url: `nonsense?token=${SECRET}` });
    expect(problemOf(error)).toEqual([
      'NET_UNREACHABLE',
      'an address that is none',
      'no connection: the address is none',
    ]);
    expect(allOf(error)).not.toContain(SECRET);
  });

  it.each([[`ftp://127.0.0.1/?token=${SECRET}`], [`ws://127.0.0.1/?token=${SECRET}#part`]])(
    'refuses an address of another kind, without repeating what is secret: %s',
    async (url) => {
      const error = await errorOf({ url });
      expect(error.code).toBe('NET_UNREACHABLE');
      expect(allOf(error)).not.toContain(SECRET);
    },
  );
});

describe('a WebSocket that is lost', () => {
  it('tells the code and the reason that the server gave', async () => {
    const { url } = await serve((socket) => socket.close(4401, 'session expired'));
    const { errors, completed } = connect({ url });
    await until(() => errors.length === 1);
    const [error] = errors as [NetError];
    expect([problemOf(error), completed()]).toEqual([['NET_LOST', url, 'closed with 4401 (session expired)'], false]);
  });

  it('is lost when it is cut off without a word', async () => {
    const { url } = await serve((socket) => socket.terminate());
    expect(problemOf(await errorOf({ url }))).toEqual(['NET_LOST', url, 'closed with 1006']);
  });

  it('is lost when we close it ourselves', async () => {
    const { url } = await serve();
    const error = await errorOf({ url, onOpen: (socket) => socket.close(4000, 'rolling over') });
    expect(problemOf(error)).toEqual(['NET_LOST', url, 'closed with 4000 (rolling over)']);
  });

  it('refuses a message that is larger than it takes, and gives what came before', async () => {
    const { url, seen } = await serve((socket) => {
      socket.send('a'.repeat(1000));
      socket.send('b'.repeat(1001));
      socket.send('c');
    });
    const { errors, frames } = connect({ url, largest: 1000 });
    await until(() => errors.length === 1);
    const [error] = errors as [NetError];
    expect([error.code, problemOf(error)[2]]).toEqual(['NET_LOST', 'Max payload size exceeded']);
    expect(frames).toEqual(['a'.repeat(1000)]);
    await until(() => seen.closes.length === 1);
  });

  it('is lost when the server breaks the protocol', async () => {
    // RFC 6455 §5.2: the reserved bits of a frame must be 0.
    const { url } = await serve((socket) => {
      (socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xf1, 0x01, 0x61]));
    });
    expect((await errorOf({ url })).code).toBe('NET_LOST');
  });
});

describe('pings', () => {
  it('measure the round trip', async () => {
    const { url } = await serve();
    const { link, errors } = connect({ url, pingMs: 20 });
    await until(() => link.roundTrips.length >= 3);
    for (const ms of link.roundTrips) expect(ms).toBeGreaterThan(0);
    for (const ms of link.roundTrips) expect(ms).toBeLessThan(1000);
    expect(errors).toEqual([]);
  });

  it('find out that nobody answers any more', async () => {
    const { url } = await serve((socket) => {
      // Reads nothing, so answers nothing.
      (socket as unknown as { _socket: Socket })._socket.pause();
    });
    const started = Date.now();
    const error = await errorOf({ url, pingMs: 60 });
    expect([error.code, problemOf(error)[2]]).toEqual(['NET_TIMEOUT', 'no answer to a ping for 60 ms']);
    expect(Date.now() - started).toBeGreaterThanOrEqual(119);
  });

  it('of the server, and its pongs that answer nothing, are signs of life', async () => {
    const { url } = await serve((socket) => {
      socket.ping();
      socket.pong();
    });
    const { link } = connect({ url, pingMs: 10_000 });
    await until(() => link.roundTrips.length === 2);
    expect(link.roundTrips).toEqual([undefined, undefined]);
  });
});

describe('a WebSocket that is left', () => {
  it('leaves no timer behind', async () => {
    const { url } = await serve();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { subscription, link } = connect({ url, pingMs: 10 });
    await until(() => link.roundTrips.length > 0);
    subscription.unsubscribe();
    await until(() => timers() <= before, 2000, 'the end of all timers');
  });
});

describe('a secret in the address, the headers or the protocols of a WebSocket', () => {
  const all = (base: string): WebSocketRequest => ({
    url: `${base.replace('//', `//user-${SECRET}:${SECRET}@`)}?token=${SECRET}&symbol=ESZ5`,
    headers: { authorization: `Bearer ${SECRET}` },
    protocols: [SECRET],
    timeoutMs: 200,
  });

  it('is in no error, though the server repeats it', async () => {
    const closing = await serve((socket) => socket.close(4003, `${SECRET} refused`));
    const refusing = createServer();
    const body = `no such token: ${SECRET}`;
    refusing.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 401 No\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
    );
    const dead = createTcpServer();
    const deadUrl = await listening(dead);
    await new Promise((resolve) => dead.close(resolve));
    const urls = [closing.url, await listening(refusing), await listening(createTcpServer()), deadUrl];
    const codes: string[] = [];
    for (const url of urls) {
      const error = await errorOf(all(url));
      codes.push(error.code);
      expect(allOf(error)).not.toContain(SECRET);
      expect(allOf(error)).not.toContain('symbol=ESZ5');
    }
    expect(codes).toEqual(['NET_LOST', 'NET_REFUSED', 'NET_TIMEOUT', 'NET_UNREACHABLE']);
  });

  it('is in no error when it travels as a protocol alone', async () => {
    const { url } = await serve((socket) => socket.close(4003, `${SECRET} refused`));
    const error = await errorOf({ url, protocols: [SECRET] });
    expect([error.code, problemOf(error)[2]]).toEqual(['NET_LOST', 'closed with 4003 (••• refused)']);
  });
});
