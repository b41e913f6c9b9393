import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { asyncScheduler, interval, type Subscription } from 'rxjs';
import { WebSocketServer } from 'ws';
import type { LoopbackFactory, MarketEvent, StreamDemand, StreamName, VenueFault } from '#core';
import { closeLocally, LoopbackBase, listenLocally } from '#core/testing';
import { PLANS, RestDesk } from './catalogue.ts';
import { Client, type Item } from './client.ts';

/** Often enough to be seen in a short run; the venue itself sends one a minute. */
const PING_MS = 5000;

/** Finnhub on this machine: the stream and the REST interface on one port. Keys: `loopback-key-93ad1`, and `loopback-free` with its caps. */
class FinnhubVenue extends LoopbackBase {
  readonly streams: readonly StreamName[] = ['trades'];
  readonly faults: readonly VenueFault[] = [
    'malformed',
    'unknown-message',
    'silent',
    'duplicate',
    'reorder',
    'wrong-token',
    'rate-limit',
  ];
  private readonly symbols: ReadonlySet<string>;
  private readonly clients = new Map<Client, string>();
  private readonly last = new Map<string, Item>();
  private readonly lasting = new Set<VenueFault>();
  private readonly next = new Set<VenueFault>();
  private server: Server | undefined;
  private pings: Subscription | undefined;

  constructor(symbols: readonly string[]) {
    super();
    this.symbols = new Set(symbols);
  }

  options(): Readonly<Record<string, unknown>> {
    const at = `127.0.0.1:${this.port(0)}`;
    return {
      apiKey: 'loopback-key-93ad1',
      wsUrl: `ws://${at}`,
      restUrl: `http://${at}/api/v1`,
      subscriptionsPerSecond: 1000,
    };
  }

  demand(): readonly StreamDemand[] {
    const symbols = new Set([...this.clients.keys()].flatMap(({ subscribed }) => [...subscribed]));
    return [...symbols].map((instrument) => ({ stream: 'trades', instrument }));
  }

  send(event: MarketEvent): boolean {
    const item = itemOf(event);
    if (item === undefined || this.lasting.has('silent')) return false;
    if (item.v > 0) this.last.set(item.s, item);
    const listeners = [...this.clients.keys()].filter(({ subscribed }) => subscribed.has(item.s));
    for (const client of listeners) client.push(item, (frame) => this.disturbed(frame));
    return listeners.length > 0;
  }

  protected async open(): Promise<readonly number[]> {
    const desk = new RestDesk({
      symbols: this.symbols,
      last: this.last,
      isRateLimited: () => this.lasting.has('rate-limit'),
      isWrongToken: () => this.lasting.has('wrong-token'),
    });
    const server = createServer((request, response) => desk.answer(request, response));
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => this.upgrade(sockets, request, socket, head));
    this.server = server;
    this.pings = interval(PING_MS).subscribe(() => this.tell({ type: 'ping' }));
    return [await listenLocally(server)];
  }

  protected async shut(): Promise<void> {
    this.pings?.unsubscribe();
    for (const { socket } of this.clients.keys()) socket.terminate();
    await closeLocally(this.server);
  }

  protected play(fault: VenueFault): void {
    if (fault === 'malformed') this.tell('{"data":[{"p":7296.89,"s":"BINANCE:BTCUS');
    else if (fault === 'unknown-message') this.tell({ type: 'maintenance', data: [1, 2, 3] });
    else if (fault === 'duplicate' || fault === 'reorder') this.next.add(fault);
    else this.lasting.add(fault);
  }

  protected behaveAgain(): void {
    this.lasting.clear();
    this.next.clear();
  }

  protected closeAll(): void {
    for (const { socket } of this.clients.keys()) socket.close(1001, 'deploying');
  }

  private upgrade(sockets: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const key = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('token') ?? '';
    const plan = PLANS[key];
    if (plan === undefined || this.lasting.has('wrong-token')) return refuse(socket, '401 Unauthorized');
    if (this.lasting.has('rate-limit')) return refuse(socket, '429 Too Many Requests');
    sockets.handleUpgrade(request, socket, head, (opened) => {
      // One connection per key. Of what has been reported of a second one, this is the harshest: both go.
      const others = [...this.clients].filter(([, owner]) => owner === key).map(([client]) => client);
      for (const other of others) other.socket.close(1008);
      if (others.length > 0) return opened.close(1008);
      const rules = { symbols: this.symbols, plan, isRateLimited: () => this.lasting.has('rate-limit') };
      const client = new Client(opened, rules);
      this.clients.set(client, key);
      opened.on('close', () => this.clients.delete(client));
    });
  }

  /** The frames that go out in place of one. */
  private disturbed(frame: readonly Item[]): readonly (readonly Item[])[] {
    const reverses = frame.length > 1 && this.next.delete('reorder');
    const sent = reverses ? frame.toReversed() : frame;
    return this.next.delete('duplicate') ? [sent, sent] : [sent];
  }

  private tell(message: unknown): void {
    for (const client of this.clients.keys()) client.say(message);
  }
}

/** A quote without sizes whose sides are equal is what a price update becomes: it goes out as one. */
function itemOf(event: MarketEvent): Item | undefined {
  const t = Math.floor(event.tsEvent ?? asyncScheduler.now());
  if (event.kind === 'trade') return { c: null, p: event.price, s: event.instrument, t, v: event.size };
  const isUpdate = event.kind === 'quote' && event.bid === event.ask && event.bidSize + event.askSize === 0;
  return isUpdate && event.bid !== undefined ? { c: null, p: event.bid, s: event.instrument, t, v: 0 } : undefined;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Two that it lists, as a configuration names them. */
export const instruments: readonly string[] = ['BINANCE:BTCUSDT', 'BINANCE:ETHUSDT'];

const factory: LoopbackFactory = ({ instruments }) => new FinnhubVenue(instruments);
export default factory;
