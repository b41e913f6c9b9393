import { Subscription } from 'rxjs';
import { type Link, MillraceError, type StreamName } from '#core';
import { type HubEvent, type OpenHub, openHub } from './hub.ts';
import type { ProjectxOptions } from './options.ts';

/** A market stream of a contract. */
export interface Wanted {
  readonly stream: StreamName;
  readonly contractId: string;
}

const METHODS: Readonly<Partial<Record<StreamName, string>>> = {
  trades: 'ContractTrades',
  quotes: 'ContractQuotes',
  depth: 'ContractMarketDepth',
};
export const MARKET_EVENTS = ['GatewayQuote', 'GatewayTrade', 'GatewayDepth', 'GatewayLogout'];
export const USER_EVENTS = [
  'GatewayUserAccount',
  'GatewayUserOrder',
  'GatewayUserPosition',
  'GatewayUserTrade',
  'GatewayLogout',
];

export interface LegParts {
  readonly options: ProjectxOptions;
  readonly link: Link;
  readonly now: () => number;
  readonly token: string;
  /** Account to follow; `undefined` leaves the user hub closed. */
  readonly accountId: number | undefined;
  readonly wanted: readonly Wanted[];
  readonly onEvent: (event: HubEvent) => void;
  /** Both hubs are open, and what was wanted first is confirmed. */
  readonly onReady: () => void;
  readonly onLost: (error: unknown) => void;
}

/** Both hubs, opened with one token. */
export class Leg {
  private readonly parts: LegParts;
  private readonly hubs = new Subscription();
  /** Subscriptions by name: each is asked for once per connection, since a second call may double the events. */
  private readonly asked = new Map<string, Wanted>();
  private wanted: readonly Wanted[];
  private market: OpenHub | undefined;
  private missing: number;

  constructor(parts: LegParts) {
    this.parts = parts;
    this.wanted = parts.wanted;
    this.missing = parts.accountId === undefined ? 1 : 2;
  }

  get token(): string {
    return this.parts.token;
  }

  open(): void {
    const { options, accountId } = this.parts;
    this.connect(options.marketHubUrl, MARKET_EVENTS, (hub) => {
      this.market = hub;
      return this.follow(this.wanted);
    });
    if (accountId !== undefined) {
      this.connect(options.userHubUrl, USER_EVENTS, (hub) => followAccount(hub, accountId));
    }
  }

  /** Subscribes to what is new and leaves what is no longer wanted. */
  async follow(wanted: readonly Wanted[]): Promise<void> {
    this.wanted = wanted;
    const { market } = this;
    if (market === undefined) return;
    const names = new Map(wanted.map((each) => [`${each.stream} ${each.contractId}`, each]));
    const gone = [...this.asked].filter(([name]) => !names.has(name));
    const added = [...names].filter(([name]) => !this.asked.has(name));
    for (const [name] of gone) this.asked.delete(name);
    for (const [name, each] of added) this.asked.set(name, each);
    const calls = [
      ...gone.map(([, each]) => call(market, 'Unsubscribe', each)),
      ...added.map(([, each]) => call(market, 'Subscribe', each)),
    ];
    await Promise.all(calls).catch((error: unknown) => {
      // Calls that were under way when the connection was closed have no answer, and nobody needs one.
      if (!this.hubs.closed) throw asRefusal(this.parts.options.marketHubUrl, error);
    });
  }

  /** Leaves everything and subscribes once more, which wakes a hub that has fallen asleep. */
  async again(wanted: () => readonly Wanted[]): Promise<void> {
    await this.follow([]);
    await this.follow(wanted());
  }

  close(): void {
    this.hubs.unsubscribe();
  }

  private connect(url: string, events: readonly string[], onOpen: (hub: OpenHub) => Promise<void>): void {
    const { options, link, now, token, onEvent, onLost, onReady } = this.parts;
    const opened = (hub: OpenHub): void => {
      onOpen(hub).then(
        () => {
          this.missing--;
          if (this.missing === 0 && !this.hubs.closed) onReady();
        },
        (error: unknown) => {
          if (!this.hubs.closed) onLost(asRefusal(url, error));
        },
      );
    };
    this.hubs.add(
      openHub({
        url,
        token,
        events,
        serverTimeoutMs: options.serverTimeout / 1000,
        keepAliveMs: options.keepAlive / 1000,
        link,
        now,
        onOpen: opened,
      }).subscribe({ next: onEvent, error: onLost }),
    );
  }
}

const call = (hub: OpenHub, verb: 'Subscribe' | 'Unsubscribe', { stream, contractId }: Wanted): Promise<void> =>
  hub.invoke(`${verb}${METHODS[stream] ?? ''}`, contractId);

async function followAccount(hub: OpenHub, accountId: number): Promise<void> {
  await Promise.all([
    hub.invoke('SubscribeAccounts'),
    hub.invoke('SubscribeOrders', accountId),
    hub.invoke('SubscribePositions', accountId),
    hub.invoke('SubscribeTrades', accountId),
  ]);
}

function asRefusal(url: string, error: unknown): MillraceError {
  if (error instanceof MillraceError) return error;
  return new MillraceError(
    {
      code: 'NET_REFUSED',
      where: { path: url },
      was: error instanceof Error ? error.message : String(error),
      expected: 'a subscription that the hub accepts',
      fix: 'check that the account may see this contract',
    },
    { cause: error },
  );
}
