import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { interval, type SchedulerLike, Subscription } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Log } from '#core';
import { type Refusal, refuseAccess } from './access.ts';
import { type Address, addressOf, symbolsOf } from './address.ts';
import { Client } from './client.ts';
import type { Clients } from './clients.ts';
import type { Corks } from './corks.ts';
import type { Counts } from './counts.ts';
import { latest } from './frame.ts';
import { answerRequest, type Routes, send } from './http-api.ts';
import { listen } from './listen.ts';
import { system } from './messages.ts';
import type { GatewayOptions } from './options.ts';
import type { Streaming } from './streaming.ts';
import { refuseUpgrade } from './upgrade.ts';
import { type Channel, parseWants, type Wants } from './wants.ts';

const LARGEST_MESSAGE = 65_536;
/** As often as the old service's server did. */
const PING_MS = 20_000;
/** What a client that does not close may take at the end. */
const GOODBYE_MS = 1000;

interface GatewayParts {
  readonly options: GatewayOptions;
  readonly clients: Clients;
  readonly streaming: Streaming;
  readonly counts: Counts;
  readonly corks: Corks;
  readonly routes: Routes;
  /** Channels that this gateway has. */
  readonly channels: readonly Channel[];
  readonly activeSymbols: () => number;
  readonly wall: SchedulerLike;
  readonly log: Log;
}

/** The server: sockets in, HTTP answers out, heartbeats and pings on the wall clock. */
export class Gateway {
  private readonly parts: GatewayParts;
  private readonly origins: readonly string[];
  private readonly server: Server;
  private readonly sockets: WebSocketServer;
  private timers = new Subscription();

  constructor(parts: GatewayParts) {
    this.parts = parts;
    this.origins = parts.options.origins.map((page) => new URL(page).origin);
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('upgrade', (request, stream, head) => this.upgrade(request, stream, head));
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: LARGEST_MESSAGE,
      perMessageDeflate: parts.options.compression ? { threshold: 1024 } : false,
    });
  }

  async start(): Promise<void> {
    const { clients, log, options, wall } = this.parts;
    const port = await listen(this.server, options.host, options.port);
    const source = options.dryRun ? 'an invented market' : 'this run';
    log.info(`serves ${source} at http://${options.host}:${port}`);
    this.timers = new Subscription();
    this.timers.add(interval(options.heartbeat / 1000, wall).subscribe(() => this.beat()));
    this.timers.add(interval(PING_MS, wall).subscribe(() => clients.ping()));
  }

  async stop(): Promise<void> {
    const { clients, counts, log, wall } = this.parts;
    this.timers.unsubscribe();
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    clients.closeAll(1001, 'the gateway stops');
    this.server.closeIdleConnections();
    const forced = wall.schedule(() => {
      for (const socket of this.sockets.clients) socket.terminate();
      this.server.closeAllConnections();
    }, GOODBYE_MS);
    await closed;
    forced.unsubscribe();
    log.info('served', counts.report());
  }

  private beat(): void {
    const { activeSymbols, clients, counts, wall } = this.parts;
    const now = wall.now();
    const data = { connections: clients.size, active_symbols: activeSymbols() };
    clients.broadcast(latest('heartbeat', system('heartbeat', now, data)));
    const stats = latest('stats', system('stats', now, { ...data, ...counts.report() }));
    clients.broadcast(stats, ({ wants }) => wants.channels.has('stats'));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = addressOf(request.url);
    const refusal = address === undefined ? BAD_ADDRESS : this.refuseAccess(request, address);
    try {
      if (address === undefined || refusal !== undefined) send(response, refusal ?? BAD_ADDRESS);
      else await answerRequest(request, response, this.parts.routes, address);
    } catch (error) {
      // A request that breaks off, mostly: it must not end the run.
      this.parts.log.debug('a request failed', { err: error });
      if (!response.headersSent) send(response, { status: 500, detail: 'Internal Server Error' });
    }
  }

  private upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const address = addressOf(request.url);
    const symbols = address === undefined ? undefined : symbolsOf(address.path);
    const wants = address === undefined ? undefined : parseWants(address.query);
    if (address === undefined || wants === undefined) return refuseUpgrade(stream, BAD_ADDRESS);
    const refusal = this.refuseAccess(request, address) ?? this.refuseSocket(symbols, wants);
    if (refusal !== undefined || symbols === undefined || typeof wants === 'string') {
      return refuseUpgrade(stream, refusal ?? BAD_ADDRESS);
    }
    this.sockets.handleUpgrade(request, stream, head, (socket) => this.accept(socket, stream, wants, symbols));
  }

  private refuseAccess(request: IncomingMessage, { query }: Address): Refusal | undefined {
    return refuseAccess(request, query, { token: this.parts.options.token, origins: this.origins });
  }

  private refuseSocket(symbols: readonly string[] | undefined, wants: Wants | string): Refusal | undefined {
    const { channels, counts, options } = this.parts;
    // The old server closed these before it accepted them, which clients saw as 403.
    if (symbols === undefined) return { status: 403, detail: 'No symbol at this address' };
    if (typeof wants === 'string') return { status: 400, detail: wants };
    const lacking = [...wants.channels].filter((channel) => !channels.includes(channel));
    if (lacking.length > 0) return { status: 400, detail: `Not served here: ${lacking.join(', ')}` };
    if (this.sockets.clients.size < options.maxClients) return undefined;
    counts.refused++;
    return { status: 503, detail: `All ${options.maxClients} places are taken` };
  }

  private accept(socket: WebSocket, stream: Duplex, wants: Wants, symbols: readonly string[]): void {
    const { clients, corks, counts, log, options, streaming, wall } = this.parts;
    const onSlow = (reason: string): void => {
      log.warn(`put out a client of ${some(client.symbols)}: ${reason}`);
      leave();
    };
    const client = new Client({ socket, stream, wants, limits: options, counts, corks, wall, onSlow });
    const leave = (): void => {
      clients.remove(client);
      streaming.update(clients.size);
    };
    socket.on('message', (data) => clients.hear(client, textOf(data)));
    socket.on('pong', () => {
      client.awaitsPong = false;
    });
    socket.on('close', leave);
    // What follows an error is a close.
    socket.on('error', (error) => log.debug('a client’s socket failed', { err: error }));
    clients.add(client, symbols);
    streaming.update(clients.size);
  }
}

const MOST_NAMES = 5;

/** Names for a line of the log; a client may have thousands. */
function some(symbols: ReadonlySet<string>): string {
  const names = [...symbols].slice(0, MOST_NAMES).join(', ');
  return symbols.size > MOST_NAMES ? `${names} and ${symbols.size - MOST_NAMES} more` : names;
}

const BAD_ADDRESS: Refusal = { status: 400, detail: 'Bad Request' };

const textOf = (data: Buffer | ArrayBuffer | Buffer[]): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();
