import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { MarketEvent, StreamDemand, StreamName, VenueFault } from '#core';
import { closeLocally, LoopbackBase, listenLocally } from '#core/testing';
import { Levels } from './levels.ts';
import { wireFrames } from './wire.ts';

interface Listener {
  readonly socket: WebSocket;
  readonly symbols: readonly string[];
  readonly channels: readonly string[];
}

const STREAM_OF: Readonly<Record<string, StreamName>> = { trade: 'trades', quote: 'quotes', depth: 'depth' };
const TOKEN = 'loopback-token-4be07';

/**
 * The Bluefin streaming service on this machine, server side: /health, single and multi symbol sockets, pong, and the
 * channels of a gateway. Every trade is followed by a price update with a senseless volume, as the real service sends them.
 */
export class BluefinVenue extends LoopbackBase {
  readonly streams: readonly StreamName[] = ['trades', 'quotes', 'depth'];
  readonly faults: readonly VenueFault[] = [
    'malformed',
    'unknown-message',
    'silent',
    'duplicate',
    'sequence-gap',
    'wrong-token',
    'rate-limit',
  ];
  private readonly instruments: readonly string[];
  private readonly listeners = new Set<Listener>();
  private readonly books = new Map<string, Levels>();
  private readonly lasting = new Set<VenueFault>();
  private next: VenueFault | undefined;
  private server: Server | undefined;
  private sockets: WebSocketServer | undefined;
  private trades = 0;

  constructor(instruments: readonly string[]) {
    super();
    this.instruments = instruments;
  }

  options(): Readonly<Record<string, unknown>> {
    return { url: `http://127.0.0.1:${this.port(0)}`, token: TOKEN, extensions: true };
  }

  demand(): readonly StreamDemand[] {
    const keys = new Set<string>();
    for (const { symbols, channels } of this.listeners) {
      for (const symbol of symbols) for (const channel of channels) keys.add(`${STREAM_OF[channel] ?? ''} ${symbol}`);
    }
    return [...keys].flatMap((key) => {
      const [stream = '', ...symbol] = key.split(' ');
      return stream === '' ? [] : [{ stream: stream as StreamName, instrument: symbol.join(' ') }];
    });
  }

  send(event: MarketEvent): boolean {
    const number = this.numberOf(event);
    if (this.lasting.has('silent')) return false;
    // The change is part of the book, but nobody is told.
    if (event.kind === 'depth' && this.takeNext('sequence-gap')) return false;
    let sent = false;
    for (const { channel, text } of wireFrames(event, Number.NaN, number)) {
      const listeners = [...this.listeners].filter(
        ({ channels, symbols }) => channels.includes(channel) && symbols.includes(event.instrument),
      );
      for (const { socket } of listeners) this.deliver(socket, text);
      sent ||= listeners.length > 0;
    }
    this.next = sent && this.next !== 'sequence-gap' ? undefined : this.next;
    return sent;
  }

  protected async open(): Promise<readonly number[]> {
    const server = createServer((request, response) => this.answer(request, response));
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, stream, head) => {
      const refusal = this.refusal(request);
      if (refusal !== undefined) return refuse(stream, refusal);
      sockets.handleUpgrade(request, stream, head, (socket) => this.welcome(socket, request));
    });
    this.server = server;
    this.sockets = sockets;
    return [await listenLocally(server)];
  }

  protected async shut(): Promise<void> {
    for (const { socket } of this.listeners) socket.terminate();
    this.listeners.clear();
    await closeLocally(this.server);
  }

  protected play(fault: VenueFault): void {
    if (fault === 'silent' || fault === 'wrong-token' || fault === 'rate-limit') this.lasting.add(fault);
    else this.next = fault;
    // Whoever is in stays in; the next handshake is refused.
    if (fault === 'wrong-token' || fault === 'rate-limit') this.closeAll();
  }

  protected behaveAgain(): void {
    this.lasting.clear();
    this.next = undefined;
  }

  protected closeAll(): void {
    for (const socket of this.sockets?.clients ?? []) socket.close(1001, 'going away');
  }

  private numberOf(event: MarketEvent): number {
    if (event.kind !== 'depth') return ++this.trades;
    const book = this.books.get(event.instrument) ?? new Levels();
    this.books.set(event.instrument, book);
    book.apply(event);
    return book.seq;
  }

  private deliver(socket: WebSocket, text: string): void {
    if (this.next === 'malformed') socket.send(text.slice(0, text.length / 2));
    if (this.next === 'unknown-message') socket.send('{"type":"weather","timestamp":1,"data":{"sky":"blue"}}');
    if (this.next === 'duplicate') socket.send(text);
    socket.send(text);
  }

  private takeNext(fault: VenueFault): boolean {
    if (this.next !== fault) return false;
    this.next = undefined;
    return true;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.refusal(request);
    const known = request.url === '/health';
    const status = refusal ?? (known ? 200 : 404);
    const body = status === 200 ? HEALTHY : { detail: 'no' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private refusal(request: IncomingMessage): number | undefined {
    if (this.lasting.has('wrong-token') || request.headers.authorization !== `Bearer ${TOKEN}`) return 401;
    const dials = request.headers.upgrade !== undefined;
    if (dials && this.lasting.has('rate-limit')) return 503;
    return dials && symbolsIn(request).length === 0 ? 403 : undefined;
  }

  private welcome(socket: WebSocket, request: IncomingMessage): void {
    const channels = (new URL(request.url ?? '', 'http://venue').searchParams.get('channels') ?? 'price,trade').split(
      ',',
    );
    const asked = symbolsIn(request);
    const symbols = asked.filter((symbol) => this.instruments.includes(symbol));
    const unknown = asked.filter((symbol) => !symbols.includes(symbol));
    const listener = { socket, symbols, channels };
    this.listeners.add(listener);
    socket.on('close', () => this.listeners.delete(listener));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      if (String(data).includes('"ping"') && !this.lasting.has('silent')) socket.send('{"type":"pong","timestamp":1}');
    });
    if (unknown.length > 0) {
      const message = `Unknown symbols: ${unknown.join(', ')}; known are ${this.instruments.join(', ')}`;
      socket.send(JSON.stringify({ type: 'error', message, timestamp: 1 }));
    }
    if (channels.includes('depth')) this.sendBooks(socket, symbols);
  }

  private sendBooks(socket: WebSocket, symbols: readonly string[]): void {
    for (const symbol of symbols) {
      const book = this.books.get(symbol);
      if (book === undefined) continue;
      for (const { text } of wireFrames(book.whole(symbol), 0, book.seq)) socket.send(text);
    }
  }
}

const HEALTHY = { status: 'healthy', bluefin_available: true, connected: true, timestamp: '2025-06-16T12:00:00' };

function symbolsIn(request: IncomingMessage): readonly string[] {
  const { pathname } = new URL(request.url ?? '', 'http://venue');
  const list = /^\/ws\/(?:multi\/)?([^/]+)$/.exec(pathname)?.[1] ?? '';
  const names = list.split(',').map((name) => decodeURIComponent(name).trim());
  return names.filter((name) => name !== '');
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => undefined);
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
