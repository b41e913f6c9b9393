import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { asyncScheduler } from 'rxjs';
import { WebSocketServer } from 'ws';
import type { LoopbackFactory, MarketEvent, StreamDemand, StreamName, VenueFault } from '#core';
import { closeLocally, LoopbackBase, listenLocally } from '#core/testing';
import { ContractTable } from './contract-table.ts';
import { HubSession } from './hub-session.ts';
import { type AccountBook, RestApi } from './rest-api.ts';
import { TokenDesk } from './token-desk.ts';
import { quoteEntry, tradeEntries, VenueBook } from './venue-events.ts';

const METHODS: Readonly<Record<string, StreamName>> = {
  ContractTrades: 'trades',
  ContractQuotes: 'quotes',
  ContractMarketDepth: 'depth',
};
const TARGETS = { trade: 'GatewayTrade', quote: 'GatewayQuote', depth: 'GatewayDepth' } as const;
const SUBSCRIPTIONS = { trade: 'ContractTrades', quote: 'ContractQuotes', depth: 'ContractMarketDepth' } as const;
const ACCOUNT = 10_000_001;
const KEY = 'loopback-key-6cd20';

/** A ProjectX gateway on this machine: REST and both hubs on one port, in the SignalR protocol that the real one speaks. */
export class ProjectxVenue extends LoopbackBase {
  readonly streams: readonly StreamName[] = ['trades', 'quotes', 'depth'];
  readonly faults: readonly VenueFault[] = [
    'malformed',
    'unknown-message',
    'silent',
    'reset-book',
    'wrong-token',
    'expired-token',
    'rate-limit',
  ];
  readonly tokens = new TokenDesk(now);
  readonly account: AccountBook = {
    accounts: [
      {
        id: ACCOUNT,
        name: 'PRAC-V2-000000-00000001',
        balance: 150_000,
        canTrade: true,
        isVisible: true,
        simulated: true,
      },
    ],
    positions: [],
    orders: [],
    trades: [],
  };
  readonly rest: RestApi;
  /** Who may log in; anybody when left out. */
  private readonly login: { readonly userName: string; readonly apiKey: string } | undefined;
  private readonly table = new ContractTable(now());
  private readonly symbols: ReadonlyMap<string, string>;
  private readonly hubs = { market: new Set<HubSession>(), user: new Set<HubSession>() };
  private readonly books = new Map<string, VenueBook>();
  private readonly sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private server: Server | undefined;
  private silent = false;
  private limited = false;

  constructor(instruments: readonly string[], login?: { readonly userName: string; readonly apiKey: string }) {
    super();
    this.symbols = new Map(instruments.map((symbol) => [this.table.idOf(symbol) ?? symbol, symbol]));
    const { tokens, table, account: book } = this;
    this.login = login;
    this.rest = new RestApi({ tokens, table, book, login, isLimited: () => this.limited });
  }

  options(): Readonly<Record<string, unknown>> {
    const address = `http://127.0.0.1:${this.port(0)}`;
    return {
      ...(this.login === undefined ? { userName: 'loopback', apiKey: KEY } : {}),
      restUrl: address,
      userHubUrl: `${address}/hubs/user`,
      marketHubUrl: `${address}/hubs/market`,
      // An invented market knows no weekend.
      tradingHours: 'always',
    };
  }

  demand(): readonly StreamDemand[] {
    const names = new Set([...this.hubs.market].flatMap(({ subscriptions }) => [...subscriptions]));
    return [...names].flatMap((name) => {
      const [method = '', id = ''] = name.split(' ');
      const stream = METHODS[method];
      const instrument = this.symbols.get(id);
      return stream === undefined || instrument === undefined ? [] : [{ stream, instrument }];
    });
  }

  send(event: MarketEvent): boolean {
    if (event.kind === 'bar') return false;
    const id = this.table.idOf(event.instrument);
    const listeners = [...this.hubs.market].filter(({ subscriptions }) =>
      subscriptions.has(`${SUBSCRIPTIONS[event.kind]} ${id ?? ''}`),
    );
    if (id === undefined || listeners.length === 0 || this.silent) return false;
    const say = this.wordsFor(event, id);
    for (const session of listeners) {
      session.event(TARGETS[event.kind], [id, say(session)]);
    }
    return true;
  }

  /** An event of the user hub, to all who follow the account. */
  report(target: string, data: Readonly<Record<string, unknown>>, action = 1): void {
    for (const session of this.hubs.user) session.event(target, [{ action, data }]);
  }

  /** Any event of the market hub, as it is given. */
  say(target: string, ...args: readonly unknown[]): void {
    for (const session of this.hubs.market) session.event(target, args);
  }

  /** A message as it is given, to every client of the market hub. */
  toMarket(text: string): void {
    for (const session of this.hubs.market) session.raw(text);
  }

  /** Clients of each hub. */
  clients(): { readonly market: number; readonly user: number } {
    return { market: this.hubs.market.size, user: this.hubs.user.size };
  }

  protected async open(): Promise<readonly number[]> {
    const server = createServer((request, response) => this.rest.handle(request, response));
    this.server = server;
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    return [await listenLocally(server)];
  }

  protected async shut(): Promise<void> {
    for (const session of this.everyone()) session.end();
    await closeLocally(this.server);
  }

  protected closeAll(): void {
    for (const session of this.everyone()) session.goodbye();
  }

  protected behaveAgain(): void {
    this.silent = false;
    this.limited = false;
    this.tokens.closed = false;
  }

  protected play(fault: VenueFault): void {
    if (fault === 'malformed') this.toMarket('{"type":1,"target":"GatewayTrade","arguments":["CON');
    else if (fault === 'unknown-message') this.toMarket('{"type":1,"target":"GatewayNews","arguments":[{"a":1}]}');
    else if (fault === 'silent') this.silent = true;
    else if (fault === 'reset-book') this.resetBooks();
    else if (fault === 'rate-limit') this.limited = true;
    else this.withdraw(fault === 'wrong-token');
  }

  /** Sessions end with their tokens. */
  private withdraw(closed: boolean): void {
    this.tokens.revokeAll();
    this.tokens.closed = closed;
    this.closeAll();
  }

  private resetBooks(): void {
    for (const [id, book] of this.books) {
      for (const session of this.hubs.market) {
        if (session.subscriptions.has(`ContractMarketDepth ${id}`)) {
          session.event('GatewayDepth', [id, book.everything(now())]);
        }
      }
    }
  }

  private wordsFor(event: Exclude<MarketEvent, { kind: 'bar' }>, id: string): (session: HubSession) => unknown {
    const symbolId = this.table.byId(id)?.symbolId ?? '';
    if (event.kind === 'quote') {
      return (session) => {
        const entry = quoteEntry(event, symbolId, session.quotes.get(id), now());
        session.quotes.set(id, { ...session.quotes.get(id), ...entry });
        return entry;
      };
    }
    const book = this.books.get(id) ?? new VenueBook();
    this.books.set(id, book);
    const entries = event.kind === 'trade' ? tradeEntries(event, symbolId, now()) : book.entries(event, now());
    return () => entries;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const token = url.searchParams.get('access_token') ?? request.headers.authorization?.replace(/^Bearer /, '');
    const hub = url.pathname.toLowerCase() === '/hubs/user' ? this.hubs.user : this.hubs.market;
    if (!this.tokens.isGood(token)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) => {
      const session = new HubSession(client, (what, argument) => this.allows(hub === this.hubs.user, what, argument));
      hub.add(session);
      client.on('close', () => hub.delete(session));
    });
  }

  /** A hub method binds its argument by type: the number of an account, the text of a contract. */
  private allows(isUser: boolean, what: string, argument: unknown): boolean {
    if (!isUser) return METHODS[what] !== undefined && this.table.byId(String(argument)) !== undefined;
    if (what === 'Accounts') return argument === undefined;
    return ['Orders', 'Positions', 'Trades'].includes(what) && typeof argument === 'number';
  }

  private everyone(): readonly HubSession[] {
    return [...this.hubs.market, ...this.hubs.user];
  }
}

function now(): number {
  return asyncScheduler.now();
}

const makeVenue: LoopbackFactory = ({ instruments }) => new ProjectxVenue(instruments);

export default makeVenue;
