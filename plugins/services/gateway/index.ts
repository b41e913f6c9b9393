import { interval, type Observable, Subscription, share } from 'rxjs';
import { defineService, type Equity, type Service, type ServiceContext } from '#core';
import { Activity } from './activity.ts';
import { Clients } from './clients.ts';
import { Corks } from './corks.ts';
import { Counts } from './counts.ts';
import { FanOut } from './fan-out.ts';
import { Gateway } from './gateway.ts';
import { marketSources } from './market-sources.ts';
import { mockSources } from './mock-sources.ts';
import { type GatewayOptions, gatewayOptions } from './options.ts';
import { routesOf } from './routes.ts';
import { Streaming } from './streaming.ts';
import { type OpenSource, Topics } from './topics.ts';
import { TradeIds } from './trade-ids.ts';
import type { Channel } from './wants.ts';

/**
 * Serves the streams of a run in the protocol of the Bluefin streaming service, so that its clients work unchanged.
 *
 * Sockets    `/ws/{symbol}` and `/ws/multi/{a,b}`. Without a query a client gets `price_update` (at most one per symbol
 *            per interval, its volume what was traded since the last one) and every `trade`.
 *            `?channels=price,trade,quote,bar,depth,position,stats` chooses, `timeframes=1s,1m` of bars, `batch_ms=50`
 *            gathers frames into one. `{"type":"subscribe","symbols":[…]}` and `unsubscribe` change the symbols.
 * HTTP       `/health`, `/streaming/status|start|stop`, `/market_data/{symbol}`; with a token `/positions` and `/account`
 * Slow       A frame goes to the connection while that takes it, then waits in the client's own queue, which is bounded in
 * clients    frames and bytes. Of price updates, quotes and positions only the newest of a symbol waits (a price update with
 *            the volume of those that it replaces); changes of a book become one whole book. Trades, bars and answers are
 *            never left out: when they no longer fit the client is closed with 1013 and the reason, and counted. No client
 *            waits for another one.
 * Many       They get what the kernel delivers after its turn, and their sockets are written some at a time, so that
 * clients    thousands of them do not hold up a strategy
 * Safety     This machine only, unless a token is set; web pages only from listed origins; 503 beyond the limit
 */
export default defineService({
  type: 'gateway',
  summary: 'Serves the market streams of a run over WebSocket and HTTP, in the protocol of the Bluefin service.',
  options: gatewayOptions,
  create: (context): Service => {
    let running: { gateway: Gateway; facts: Subscription } | undefined;
    return {
      start: async () => {
        running = build(context);
        await running.gateway.start();
      },
      stop: async () => {
        running?.facts.unsubscribe();
        await running?.gateway.stop();
      },
    };
  },
});

/** The pieces of one start, put together. */
function build(context: ServiceContext<GatewayOptions>): { gateway: Gateway; facts: Subscription } {
  const { account, instruments, later, log, market, options, wall } = context;
  const activity = new Activity(() => wall.now());
  const topics = new Topics(sourcesOf(context, activity), new FanOut(later));
  const streaming = new Streaming((on) => topics.flow(on));
  const known = instruments.map(({ symbol }) => symbol);
  const all = new Set(known);
  const knows = (symbol: string): boolean => all.has(symbol);
  const clients = new Clients({ topics, knows, known, maxSymbols: options.maxSymbols, now: () => wall.now(), later });

  const facts = new Subscription();
  const states = new Map<string, string>();
  facts.add(market.status().subscribe(({ provider, state }) => states.set(provider, state)));
  let equity: Equity | undefined;
  const keepEquity = (now: Equity): void => {
    equity = now;
  };
  if (options.token !== undefined) facts.add(account.equity().subscribe(keepEquity));

  const shown = { context, knows, activity, clients, streaming, topics, states, equity: () => equity };
  const gateway = new Gateway({
    options,
    clients,
    streaming,
    counts: new Counts(),
    corks: new Corks(later),
    routes: routesOf(shown),
    channels: channelsOf(options),
    activeSymbols: () => topics.symbols.length,
    wall,
    log,
  });
  return { gateway, facts };
}

function channelsOf({ dryRun, token }: GatewayOptions): readonly Channel[] {
  if (dryRun) return ['price', 'trade', 'stats'];
  const open: readonly Channel[] = ['price', 'trade', 'quote', 'bar', 'depth', 'stats'];
  return token === undefined ? open : [...open, 'position'];
}

function sourcesOf({ options, wall, ...context }: ServiceContext<GatewayOptions>, activity: Activity): OpenSource {
  const tick$: Observable<unknown> = interval(options.streamIntervalSeconds * 1000, wall).pipe(share());
  const parts = { ...options, ...context, tick$, activity, ids: new TradeIds(), wall };
  return options.dryRun ? mockSources(parts) : marketSources(parts);
}
