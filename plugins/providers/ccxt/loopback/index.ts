import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { asyncScheduler } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LoopbackFactory, MarketEvent, StreamDemand, StreamName, VenueFault } from '#core';
import { closeLocally, LoopbackBase, listenLocally } from '#core/testing';
import type exchangeModule from './exchange.ts';
import { MarketState } from './market-state.ts';
import { RestDesk } from './rest-desk.ts';

const STREAMS: Readonly<Record<string, StreamName>> = { trades: 'trades', book: 'depth', ohlcv: 'bars' };
const EXCHANGE: keyof typeof exchangeModule.pro = 'loopback';
/** Compiled, the modules have another ending. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * An exchange on this machine with a module in the shape of ccxt's that talks to it, so that neither an account nor ccxt is
 * needed.
 */
class CcxtVenue extends LoopbackBase {
  readonly streams: readonly StreamName[] = ['trades', 'depth', 'bars'];
  readonly faults: readonly VenueFault[] = [
    'malformed',
    'unknown-message',
    'silent',
    'duplicate',
    'reorder',
    'sequence-gap',
    'wrong-token',
    'rate-limit',
  ];
  private readonly markets: ReadonlyMap<string, MarketState>;
  /** Channels and symbols of each connection: `trades BTC/USDT`. */
  private readonly clients = new Map<WebSocket, Set<string>>();
  private readonly lasting = new Set<VenueFault>();
  private readonly next = new Set<VenueFault>();
  private heldBack: object | undefined;
  private server: Server | undefined;

  constructor(symbols: readonly string[]) {
    super();
    this.markets = new Map(symbols.map((symbol) => [symbol, new MarketState()]));
  }

  options(): Readonly<Record<string, unknown>> {
    const at = `127.0.0.1:${this.port(0)}`;
    const module = fileURLToPath(new URL(`./exchange.${ENDING}`, import.meta.url));
    // Bars of a second, since nobody waits for one of a minute here.
    return { exchange: EXCHANGE, module, restUrl: `http://${at}`, streamsUrl: `ws://${at}`, bars: '1s' };
  }

  demand(): readonly StreamDemand[] {
    return [...new Set([...this.clients.values()].flatMap((names) => [...names]))].flatMap((name) => {
      const [channel = '', instrument = ''] = name.split(' ');
      const stream = STREAMS[channel];
      return stream === undefined ? [] : [{ stream, instrument }];
    });
  }

  send(event: MarketEvent): boolean {
    const market = this.markets.get(event.instrument);
    if (market === undefined || event.kind === 'quote' || this.lasting.has('silent')) return false;
    const symbol = event.instrument;
    if (event.kind === 'trade') {
      const stamped = { ...event, tsEvent: Math.floor(event.tsEvent ?? asyncScheduler.now()) };
      // Only the beginning of the next bar tells users of ccxt that the one before is closed.
      this.tell('ohlcv', symbol, market.formBar(stamped), '1s');
      return this.sendTrade(symbol, market.addTrade(stamped));
    }
    if (event.kind === 'bar') return this.tell('ohlcv', symbol, market.addBar(event), event.timeframe);
    market.addDepth(event);
    if (this.next.delete('sequence-gap')) return false;
    const { bids, asks, snapshot = false, tsEvent = 0 } = event;
    return this.tell('book', symbol, { bids, asks, snapshot, nonce: market.nonce, timestamp: tsEvent });
  }

  protected async open(): Promise<readonly number[]> {
    const desk = new RestDesk({
      markets: this.markets,
      isRateLimited: () => this.lasting.has('rate-limit'),
      isWrongToken: () => this.lasting.has('wrong-token'),
      now: () => asyncScheduler.now(),
    });
    const server = createServer((request, response) => desk.answer(request, response));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      this.clients.set(socket, new Set());
      socket.on('message', (data: Buffer) => this.take(socket, data.toString()));
      socket.on('close', () => this.clients.delete(socket));
      socket.on('error', () => socket.terminate());
    });
    this.server = server;
    return [await listenLocally(server)];
  }

  protected async shut(): Promise<void> {
    for (const socket of this.clients.keys()) socket.terminate();
    await closeLocally(this.server);
  }

  protected play(fault: VenueFault): void {
    if (fault === 'malformed') this.malformed();
    else if (fault === 'unknown-message') this.say({ event: 'maintenance' });
    else if (fault === 'duplicate' || fault === 'reorder' || fault === 'sequence-gap') this.next.add(fault);
    else this.lasting.add(fault);
  }

  protected behaveAgain(): void {
    this.lasting.clear();
    this.next.clear();
  }

  protected closeAll(): void {
    for (const socket of this.clients.keys()) socket.close(1001);
  }

  /** A frame that breaks off, and a trade without a price, which is what ccxt makes of fields that it does not find. */
  private malformed(): void {
    for (const [socket, names] of this.clients) {
      socket.send('{"channel":"trades","da');
      for (const name of names) {
        const [channel, symbol] = name.split(' ');
        if (channel === 'trades') socket.send(JSON.stringify({ channel, symbol, data: [{ id: 'x', symbol }] }));
      }
    }
  }

  private take(socket: WebSocket, text: string): void {
    const {
      op,
      channel = '',
      symbol = '',
      timeframe,
    } = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
    const names = this.clients.get(socket);
    const name = [channel, symbol, ...(timeframe === undefined ? [] : [timeframe])].join(' ');
    if (op !== 'subscribe') return void names?.delete(name);
    const market = this.markets.get(symbol);
    const refusal = this.lasting.has('wrong-token')
      ? { kind: 'auth', error: 'Invalid API-key' }
      : market === undefined
        ? { kind: 'symbol', error: `no ${symbol}` }
        : undefined;
    if (refusal !== undefined) return socket.send(JSON.stringify({ channel, symbol, timeframe, ...refusal }));
    names?.add(name);
    if (channel !== 'book' || market === undefined || market.nonce === 0) return;
    socket.send(JSON.stringify({ channel, symbol, data: { ...market.book(symbol), snapshot: true } }));
  }

  private sendTrade(symbol: string, trade: object): boolean {
    if (this.next.delete('reorder')) {
      this.heldBack = trade;
      return true;
    }
    const trades = this.heldBack === undefined ? [trade] : [trade, this.heldBack];
    this.heldBack = undefined;
    const sent = this.tell('trades', symbol, trades);
    if (sent && this.next.delete('duplicate')) this.tell('trades', symbol, trades);
    return sent;
  }

  /** To all who subscribed to the channel, and whether there were any. */
  private tell(channel: string, symbol: string, data: unknown, timeframe?: string): boolean {
    const name = [channel, symbol, ...(timeframe === undefined ? [] : [timeframe])].join(' ');
    const text = JSON.stringify({ channel, symbol, timeframe, data });
    const listeners = [...this.clients].filter(([, names]) => names.has(name));
    for (const [socket] of listeners) socket.send(text);
    return listeners.length > 0;
  }

  private say(message: object): void {
    for (const socket of this.clients.keys()) socket.send(JSON.stringify(message));
  }
}

/** Two that it lists, as a configuration names them. */
export const instruments: readonly string[] = ['BTC/USDT', 'ETH/USDT'];

const factory: LoopbackFactory = ({ instruments }) => new CcxtVenue(instruments);
export default factory;
