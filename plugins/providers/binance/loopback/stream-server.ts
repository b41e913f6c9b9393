import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { interval, type Subscription } from 'rxjs';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Form } from './frames.ts';

const MOST_STREAMS = 1024;
const MESSAGES_PER_SECOND = { spot: 5, futures: 10 };
const PING_MS = 20_000;
/** Streams of USD-M by path; on the wrong path they are confirmed and stay silent. */
const ROUTES: Readonly<Record<string, RegExp>> = {
  public: /@(bookTicker|depth|trade)/,
  market: /@(aggTrade|kline|markPrice)/,
};

interface Client {
  readonly socket: WebSocket;
  readonly form: Form;
  readonly route: RegExp | undefined;
  readonly names: Set<string>;
  combined: boolean;
  /** Times of the messages of the last second, epoch milliseconds. */
  recent: number[];
}

/** The venue's WebSocket side: raw and combined streams, subscriptions, limits, pings. */
export class StreamServer {
  /** Connections that were ended for too many messages or streams. */
  offences = 0;
  private readonly server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private readonly clients = new Set<Client>();
  private readonly now: () => number;
  private pings: Subscription | undefined;

  constructor(now: () => number) {
    this.now = now;
  }

  open(): void {
    this.pings = interval(PING_MS).subscribe(() => {
      for (const { socket } of this.clients) socket.ping('loopback');
    });
  }

  shut(): void {
    this.pings?.unsubscribe();
    for (const { socket } of this.clients) socket.terminate();
    this.clients.clear();
  }

  closeAll(): void {
    for (const { socket } of this.clients) socket.close(1001, 'going away');
  }

  closeOldest(): void {
    const [oldest] = this.clients;
    oldest?.socket.close(1001, 'going away');
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.server.handleUpgrade(request, socket, head, (opened) => this.welcome(opened, request.url ?? '/'));
  }

  /** Names of all streams that somebody is subscribed to. */
  names(): ReadonlySet<string> {
    return new Set([...this.clients].flatMap(({ names }) => [...names]));
  }

  /** @returns how many it was sent to */
  broadcast(name: string, frameFor: (form: Form) => unknown): number {
    let sent = 0;
    for (const client of this.clients) {
      if (!client.names.has(name) || !reaches(client, name)) continue;
      const data = frameFor(client.form);
      client.socket.send(JSON.stringify(client.combined ? { stream: name, data } : data));
      sent++;
    }
    return sent;
  }

  /** To everybody, as it is. */
  sendText(text: string): void {
    for (const { socket } of this.clients) socket.send(text);
  }

  private welcome(socket: WebSocket, url: string): void {
    const { pathname, searchParams } = new URL(url, 'http://loopback');
    const parts = pathname.split('/').filter((part) => part !== '');
    const prefix = parts[0] === 'public' || parts[0] === 'market' ? parts.shift() : undefined;
    const [kind, ...raw] = parts;
    const named = kind === 'ws' ? raw : (searchParams.get('streams') ?? '').split('/').filter((name) => name !== '');
    const client: Client = {
      socket,
      form: { futures: prefix !== undefined, micros: searchParams.get('timeUnit') === 'MICROSECOND' },
      route: prefix === undefined ? undefined : ROUTES[prefix],
      names: new Set(named),
      combined: kind === 'stream',
      recent: [],
    };
    this.clients.add(client);
    socket.on('error', () => undefined);
    socket.on('close', () => this.clients.delete(client));
    socket.on('ping', () => this.count(client));
    socket.on('pong', () => this.count(client));
    socket.on('message', (data) => {
      this.count(client);
      this.take(client, data);
    });
  }

  /** Pings, pongs and messages count alike. */
  private count(client: Client): void {
    const now = this.now();
    client.recent = [...client.recent.filter((at) => now - at < 1000), now];
    const limit = client.form.futures ? MESSAGES_PER_SECOND.futures : MESSAGES_PER_SECOND.spot;
    if (client.recent.length > limit) this.punish(client);
  }

  private punish({ socket }: Client): void {
    this.offences++;
    socket.terminate();
  }

  private take(client: Client, data: RawData): void {
    let message: unknown;
    try {
      message = JSON.parse(data instanceof Buffer ? data.toString() : '');
    } catch {
      return client.socket.send(JSON.stringify({ code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' }));
    }
    client.socket.send(JSON.stringify(this.answerTo(client, message)));
    if (client.names.size > MOST_STREAMS) this.punish(client);
  }

  private answerTo(client: Client, message: unknown): unknown {
    const { method, params = [], id = null } = (message ?? {}) as { method?: unknown; params?: unknown; id?: unknown };
    const list = Array.isArray(params) ? (params as readonly unknown[]) : undefined;
    const names = list?.filter((name) => typeof name === 'string') ?? [];
    if (list === undefined || (method === 'SUBSCRIBE' && names.some((name) => !/^[!a-z0-9_]+@?[\w@]*$/.test(name)))) {
      return { error: { code: 2, msg: 'Invalid request: invalid stream' }, id };
    }
    if (method === 'SUBSCRIBE') for (const name of names) client.names.add(name);
    else if (method === 'UNSUBSCRIBE') for (const name of names) client.names.delete(name);
    else if (method === 'LIST_SUBSCRIPTIONS') return { result: [...client.names], id };
    else if (method === 'GET_PROPERTY') return { result: client.combined, id };
    else if (method === 'SET_PROPERTY') client.combined = list[1] === true;
    else return { error: { code: 2, msg: `Invalid request: unknown variant ${String(method)}` }, id };
    return { result: null, id };
  }
}

const reaches = ({ route }: Client, name: string): boolean => route === undefined || route.test(name);
