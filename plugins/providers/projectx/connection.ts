import { type SchedulerLike, Subscription } from 'rxjs';
import { type Demand, type Link, type Log, MillraceError, type Net, NetError } from '#core';
import type { AccountWatch } from './account-watch.ts';
import type { Contract } from './contracts.ts';
import { FreezeWatch } from './freeze-watch.ts';
import { type Gateway, refusedToken } from './gateway.ts';
import { isGlobexOpen } from './globex-hours.ts';
import { Handover } from './handover.ts';
import type { HubEvent } from './hub.ts';
import { Leg, type LegParts, type Wanted } from './leg.ts';
import type { MarketFeed } from './market-feed.ts';
import type { ProjectxOptions } from './options.ts';

/** How long a connection and its successor run side by side: more than one usually lags behind the other. */
const OVERLAP_MS = 1000;
/** How long after that the successor may still repeat what the first one said, on a machine or a line that is busy. */
const LAG_MS = 30_000;
/** Two sign-outs within this mean that another program and this one throw each other out. */
const FIGHT_MS = 60_000;

export interface ConnectionParts {
  readonly options: ProjectxOptions;
  readonly gateway: Gateway;
  readonly contracts: readonly Contract[];
  readonly feed: MarketFeed;
  readonly account: { readonly id: number; readonly watch: AccountWatch } | undefined;
  readonly link: Link;
  readonly log: Log;
  readonly net: Net;
  readonly wall: SchedulerLike;
  /** What outlives a connection. */
  readonly memory: Memory;
}

export interface Memory {
  /** A token of this connection or the one before was refused by a hub, and no other has worked since. */
  refused: boolean;
  /** Epoch milliseconds of the last sign-out. */
  signedOutAt: number;
  /** Of the watch for a frozen hub. */
  patience: number;
}

export interface Heard {
  readonly onLive: () => void;
  readonly onLost: (error: unknown) => void;
}

/** One connection as the runtime sees it. A renewed token moves it to new sockets without a hole. */
export class Connection {
  private readonly parts: ConnectionParts;
  private readonly heard: Heard;
  private readonly demand: Demand;
  private readonly life = new Subscription();
  private readonly freeze: FreezeWatch;
  private leg: Leg | undefined;
  private next: { readonly leg: Leg; readonly handover: Handover; ready: boolean } | undefined;

  constructor(parts: ConnectionParts, demand: Demand, heard: Heard) {
    this.parts = parts;
    this.demand = demand;
    this.heard = heard;
    const { wall, options, net, log, link } = parts;
    this.freeze = new FreezeWatch({
      wall,
      now: () => net.now(),
      afterMs: options.freezeAfter / 1000,
      memory: parts.memory,
      expecting: () => this.wanted().length > 0 && (options.tradingHours === 'always' || isGlobexOpen(net.now())),
      onQuiet: () => {
        log.debug('no market data; subscribing anew');
        this.leg?.again(() => this.wanted()).catch((error: unknown) => this.lost(error));
      },
      onFrozen: (ms) => this.lost(frozen(ms, options.marketHubUrl)),
      onThawed: (from, until) => link.gap({ from, until, filled: 'none', reason: 'frozen until subscribed anew' }),
    });
  }

  open(): void {
    const { gateway } = this.parts;
    this.life.add(this.demand.changes$.subscribe(() => this.follow()));
    this.life.add(gateway.token.renewed$.subscribe((token) => this.succeed(token)));
    gateway.token.get().then(
      (token) => this.begin(token),
      (error: unknown) => this.lost(error),
    );
  }

  close(): void {
    this.life.unsubscribe();
    this.freeze.stop();
    this.leg?.close();
    this.next?.leg.close();
  }

  private begin(token: string): void {
    if (this.life.closed) return;
    this.leg = this.makeLeg(token, {
      onEvent: (event) => {
        this.next?.handover.heard(event);
        this.take(event);
      },
      onReady: () => this.ready(),
      onLost: (error) => this.lostFirst(error),
    });
    this.leg.open();
  }

  private ready(): void {
    const { memory, account } = this.parts;
    memory.refused = false;
    this.heard.onLive();
    this.freeze.start();
    // The account is read when its hub already tells of changes: nothing falls between the two.
    account?.watch.catchUp().catch((error: unknown) => this.lost(error));
  }

  /** A new token: a second connection with it, and only then an end of the first. */
  private succeed(token: string): void {
    if (this.leg === undefined || this.next !== undefined || this.leg.token === token) return;
    const handover = new Handover();
    const leg = this.makeLeg(token, {
      onEvent: (event) => {
        if (this.leg !== leg) return handover.keep(event);
        this.next?.handover.heard(event);
        const fresh = handover.fresh(event);
        if (fresh !== undefined) this.take(fresh);
      },
      onReady: () => this.overlap(),
      onLost: (error) => (this.leg === leg ? this.lost(error) : this.dropNext(error)),
    });
    this.next = { leg, handover, ready: false };
    leg.open();
  }

  private overlap(): void {
    if (this.next === undefined) return;
    this.next.ready = true;
    this.life.add(this.parts.wall.schedule(() => this.switchOver(), OVERLAP_MS));
  }

  private switchOver(): void {
    const { next, leg } = this;
    if (next === undefined || !next.ready || this.life.closed) return;
    this.leg = next.leg;
    this.next = undefined;
    leg?.close();
    for (const event of next.handover.rest()) this.take(event);
    this.life.add(this.parts.wall.schedule(() => next.handover.forget(), LAG_MS));
    this.parts.log.debug('moved to a connection with the renewed token');
  }

  /** The old connection still works, and the next one will use the new token anyway. */
  private dropNext(error: unknown): void {
    this.next?.leg.close();
    this.next = undefined;
    this.parts.log.warn('could not move to the renewed token; the old connection goes on', { err: error });
  }

  private lostFirst(error: unknown): void {
    if (this.next?.ready === true) this.switchOver();
    else this.lost(error);
  }

  private lost(error: unknown): void {
    if (this.life.closed) return;
    const { memory, gateway, options } = this.parts;
    const refused = error instanceof NetError && error.status === 401;
    if (refused && this.leg !== undefined) gateway.token.invalidate(this.leg.token);
    // A token may have ended or been withdrawn; a new one that is refused as well says something about the account.
    const twice = refused && memory.refused;
    memory.refused = refused;
    this.heard.onLost(twice ? refusedToken(options.restUrl) : error);
  }

  private take(event: HubEvent): void {
    const { account, feed } = this.parts;
    const target = event.target.toLowerCase();
    if (target === 'gatewaylogout') this.signedOut();
    else if (target.startsWith('gatewayuser')) account?.watch.take(event);
    else if (feed.take(event)) this.freeze.data();
  }

  private signedOut(): void {
    const { memory, gateway, net, options } = this.parts;
    if (this.leg !== undefined) gateway.token.invalidate(this.leg.token);
    const again = net.now() - memory.signedOutAt < FIGHT_MS;
    memory.signedOutAt = net.now();
    this.lost(signedOut(options.userHubUrl, again));
  }

  private follow(): void {
    const wanted = this.wanted();
    const books = new Set(wanted.filter(({ stream }) => stream === 'depth').map(({ contractId }) => contractId));
    for (const { id } of this.parts.contracts) if (!books.has(id)) this.parts.feed.forget(id);
    for (const leg of [this.leg, this.next?.leg]) leg?.follow(wanted).catch((error: unknown) => this.lost(error));
  }

  private wanted(): readonly Wanted[] {
    const { contracts } = this.parts;
    const ids = new Map(contracts.map(({ symbol, id }) => [symbol, id]));
    return this.demand.current().flatMap(({ stream, instrument }) => {
      const contractId = ids.get(instrument);
      return contractId === undefined || stream === 'bars' ? [] : [{ stream, contractId }];
    });
  }

  private makeLeg(token: string, heard: Pick<LegParts, 'onEvent' | 'onReady' | 'onLost'>): Leg {
    const { options, link, net, account } = this.parts;
    return new Leg({
      options,
      link,
      now: () => net.now(),
      token,
      accountId: account?.id,
      wanted: this.wanted(),
      ...heard,
    });
  }
}

const frozen = (ms: number, url: string): MillraceError =>
  new MillraceError({
    code: 'NET_TIMEOUT',
    where: { path: url },
    was: `no market data for ${Math.round(ms / 100) / 10} s, though the connection lives`,
    expected: 'data while the market is open',
    fix: 'nothing to do if it comes back; otherwise see the venue’s status page, or raise freezeAfter for a quiet market',
  });

const signedOut = (url: string, again: boolean): MillraceError =>
  new MillraceError({
    code: again ? 'PROVIDER_AUTH' : 'NET_REFUSED',
    where: { path: url },
    was: again ? 'the gateway signed this session out twice within a minute' : 'the gateway signed this session out',
    expected: 'a session that stays',
    fix: again ? 'stop the other program that uses this user' : 'nothing to do if it connects again',
  });
