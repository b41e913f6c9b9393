import { Observable, type Subscriber } from 'rxjs';
import {
  ChunkWriter,
  type Demand,
  defineProvider,
  type Provider,
  type ProviderContext,
  type ProviderEvent,
} from '#core';
import { type AccountMemory, AccountWatch } from './account-watch.ts';
import { chooseAccount, type GatewayAccount } from './accounts.ts';
import { Connection, type Memory } from './connection.ts';
import { type Contract, resolveContracts } from './contracts.ts';
import { Gateway } from './gateway.ts';
import { fetchBars } from './history.ts';
import { MarketFeed } from './market-feed.ts';
import { type ProjectxOptions, projectxOptions } from './options.ts';

/** The hubs ping every 15 s and are given up after 30 s by the SignalR client itself; this is the net below. */
const SILENCE_US = 35_000_000;

/**
 * Futures of TopstepX and other firms on the ProjectX gateway: trades, quotes and depth, history over REST, and what
 * happens on the account. It reads; it places no orders.
 *
 * In       `demand`: streams are subscribed and left as it changes
 * Out      chunks, one or more per event of the hub; quotes have no sizes; volumes are the platform's, less than the
 *          exchange's; a book begins empty and fills as levels change, since the gateway sends no snapshot; reports of the
 *          account's balance, orders, positions and fills
 * Errors   PROVIDER_AUTH for a key or account that is refused, PROVIDER_SYMBOL for an unknown symbol, both from `create`
 */
export default defineProvider({
  type: 'projectx',
  summary: 'Futures of TopstepX and other firms on the ProjectX gateway: trades, quotes, depth, history, the account.',
  options: projectxOptions,
  loopback: () => import('./loopback/index.ts'),

  create: async (context): Promise<Provider> => {
    const { options, requested, net, random, log } = context;
    const gateway = new Gateway(net, options, random);
    try {
      const chosen = options.reports ? await chooseAccount(gateway, options.account) : undefined;
      const thisYear = new Date(net.now()).getUTCFullYear();
      const contracts = await resolveContracts(requested, { gateway, options, thisYear });
      for (const { symbol, id, description } of contracts) log.info(`${symbol} is ${id}`, { description });
      if (chosen !== undefined) log.info(`following the account ${chosen.name}`);
      return providerOf(context, { gateway, chosen, contracts });
    } catch (error) {
      gateway.close();
      throw error;
    }
  },
});

interface Found {
  readonly gateway: Gateway;
  readonly chosen: GatewayAccount | undefined;
  readonly contracts: readonly Contract[];
}

function providerOf(context: ProviderContext<ProjectxOptions>, found: Found): Provider {
  const { gateway, contracts } = found;
  const memory: Memory = { refused: false, signedOutAt: Number.NEGATIVE_INFINITY, patience: 1 };
  const accountMemory: AccountMemory = { fills: new Map(), held: new Set(), lastAt: undefined };
  return {
    instruments: contracts.map(({ spec }) => spec),
    streams: ['trades', 'quotes', 'depth'],
    connection: { silenceUs: SILENCE_US },
    events: (demand) =>
      new Observable((subscriber) => {
        const parts = partsOf(context, found, { demand, subscriber, accountMemory });
        const connection = new Connection({ ...context, ...parts, gateway, contracts, memory }, demand, {
          onLive: () => subscriber.next({ kind: 'status', state: 'live' }),
          onLost: (error) => subscriber.error(error),
        });
        connection.open();
        return () => {
          connection.close();
          context.log.debug('oddities of the depth stream', parts.feed.oddities);
        };
      }),
    history: async (request) => {
      const contract = contracts.find(({ symbol }) => symbol === request.instrument);
      if (contract === undefined) return [];
      return fetchBars(request, { gateway, contractId: contract.id, live: context.options.live });
    },
    close: () => gateway.close(),
  };
}

/** What turns the hubs' events into ours, while a connection lasts. */
function partsOf(
  { options, net, link }: ProviderContext<ProjectxOptions>,
  { gateway, contracts, chosen }: Found,
  {
    demand,
    subscriber,
    accountMemory,
  }: {
    readonly demand: Demand;
    readonly subscriber: Subscriber<ProviderEvent>;
    readonly accountMemory: AccountMemory;
  },
) {
  const now = () => net.now();
  const writer = new ChunkWriter((chunk) => subscriber.next(chunk));
  const wants: Demand['wants'] = (stream, symbol) => demand.wants(stream, symbol);
  const feed = new MarketFeed({ contracts, writer, link, now, wants, options });
  if (chosen === undefined) return { feed, account: undefined };
  const names = new Map(contracts.map(({ id, symbol }) => [id, symbol]));
  const watch = new AccountWatch({
    gateway,
    accountId: chosen.id,
    link,
    now,
    nameOf: (id) => names.get(id) ?? id,
    memory: accountMemory,
    emit: (report) => subscriber.next({ kind: 'report', report }),
  });
  return { feed, account: { id: chosen.id, watch } };
}
