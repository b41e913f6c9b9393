import { Subscription } from 'rxjs';
import {
  asText,
  type Demand,
  type Link,
  type Log,
  MICROS_PER_MS,
  MillraceError,
  type Net,
  NetError,
  type OpenSocket,
  type ProviderEvent,
  type RateLimit,
} from '#core';
import type { FrameReader } from './frame-reader.ts';
import type { Interest } from './interest.ts';
import type { FinnhubOptions } from './options.ts';
import { wrongKey } from './rest.ts';
import { Subscriptions } from './subscriptions.ts';
import { kindOfError } from './venue-error.ts';

export interface SessionParts {
  readonly options: FinnhubOptions;
  readonly net: Net;
  readonly link: Link;
  readonly log: Log;
  readonly numbers: ReadonlyMap<string, number>;
  readonly interest: Interest;
  readonly reader: FrameReader;
  readonly pace: RateLimit;
  readonly refused: Map<string, string>;
  readonly demand: Demand;
  readonly emit: (event: ProviderEvent) => void;
  readonly onLost: (error: unknown) => void;
}

/** One connection: its socket, its subscriptions, and what the venue says about them. */
export class Session {
  private readonly parts: SessionParts;
  private readonly all = new Subscription();
  private subscriptions: Subscriptions | undefined;

  constructor(parts: SessionParts) {
    this.parts = parts;
  }

  open(): void {
    const { net, options } = this.parts;
    const url = new URL(options.wsUrl);
    url.searchParams.set('token', options.apiKey);
    const socket = net.webSocketBytes({
      url: url.href,
      onOpen: (opened) => this.subscribe(opened),
      ...(options.ping === 0 ? {} : { pingMs: options.ping / MICROS_PER_MS }),
    });
    this.all.add(socket.subscribe({ next: (frame) => this.take(frame), error: (error: unknown) => this.lost(error) }));
  }

  close(): void {
    this.subscriptions?.close();
    this.all.unsubscribe();
  }

  private subscribe(socket: OpenSocket): void {
    const { log, numbers, interest, pace, refused, demand, emit } = this.parts;
    interest.heard.fill(0);
    const subscriptions = new Subscriptions({
      socket,
      pace,
      log,
      refused,
      heard: (symbol) => interest.heard[numbers.get(symbol) ?? 0] === 1,
      onLive: () => emit({ kind: 'status', state: 'live' }),
      onNote: (text) => {
        log.warn(text);
        emit({ kind: 'status', state: 'live', reason: text });
      },
    });
    this.subscriptions = subscriptions;
    subscriptions.want(interest.follow(demand.current()));
    this.all.add(demand.changes$.subscribe((demands) => subscriptions.want(interest.follow(demands))));
  }

  private take(frame: Uint8Array): void {
    const error = this.parts.reader.read(frame);
    if (error === undefined) return;
    if (kindOfError(error) === 'wrong key') return this.lost(wrongKey(this.parts.options.wsUrl, new Error(error)));
    if (this.subscriptions?.onError(error) !== true) this.parts.link.bad(`the venue says: ${error}`, asText(frame));
  }

  private lost(error: unknown): void {
    this.parts.onLost(explained(error, this.parts.options.wsUrl));
  }
}

/** A refused handshake is the only answer to a wrong key; overload and outages answer with other refusals. */
function explained(error: unknown, address: string): unknown {
  if (!(error instanceof NetError) || error.code !== 'NET_REFUSED') return error;
  if (error.status === 401 || error.status === 403) return wrongKey(address, error);
  if (error.status !== 429) return error;
  return new MillraceError(
    {
      code: 'NET_REFUSED',
      where: { path: address },
      was: 'status 429: too many connections with this key, or in too short a time',
      expected: 'one connection per key',
      fix: 'stop other programs that use the key; the runtime tries again after growing pauses',
    },
    { cause: error },
  );
}
