import type { SchedulerLike } from 'rxjs';
import type { Equity, ServiceContext } from '#core';
import { accountApi } from './account-api.ts';
import type { Activity } from './activity.ts';
import type { Clients } from './clients.ts';
import { healthBody } from './health.ts';
import type { Answer, Routes } from './http-api.ts';
import { marketData } from './market-data.ts';
import type { GatewayOptions } from './options.ts';
import type { Streaming } from './streaming.ts';
import type { Topics } from './topics.ts';

interface RouteParts {
  readonly context: ServiceContext<GatewayOptions>;
  readonly knows: (symbol: string) => boolean;
  readonly activity: Activity;
  readonly clients: Clients;
  readonly streaming: Streaming;
  readonly topics: Topics;
  /** State of each provider by name. */
  readonly states: ReadonlyMap<string, string>;
  /** The newest, when there has been one. */
  readonly equity: () => Equity | undefined;
}

/** What the gateway answers over HTTP. */
export function routesOf({ context, knows, activity, clients, streaming, topics, states, equity }: RouteParts): Routes {
  const { account, instruments, market, mode, options, wall } = context;
  const accounts = accountApi({ account, instruments, guarded: options.token !== undefined, equity });
  const health = (): Answer => ({
    body: healthBody({
      states,
      mode,
      dryRun: options.dryRun,
      staleSymbols: activity.stale(topics.symbols, options.staleAfter / 1000),
      lagMs: activity.lagMs(topics.symbols),
      now: wall.now(),
    }),
  });
  const status = () => ({
    streaming_active: streaming.active,
    total_connections: clients.size,
    active_symbols: topics.symbols,
    stream_interval: options.streamIntervalSeconds,
    trade_frequency: options.tradeFrequency,
  });
  const order = (on: boolean, message: string) => (): Answer => {
    streaming.order(on);
    return { body: { message, status: status() } };
  };
  return {
    '/health': { GET: health },
    '/streaming/status': { GET: () => ({ body: status() }) },
    '/streaming/start': { POST: order(true, 'Streaming started') },
    '/streaming/stop': { POST: order(false, 'Streaming stopped') },
    '/market_data/*': { GET: (address) => marketData(address, { market, knows, after: afterOn(wall) }) },
    '/account': { GET: accounts.account },
    '/positions': { GET: accounts.positions },
    '/orders': { POST: accounts.orders },
  };
}

const afterOn = (wall: SchedulerLike) => (ms: number, work: () => void) => wall.schedule(work, ms);
