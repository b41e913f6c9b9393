import {
  HttpClient,
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  type IHttpConnectionOptions,
  NullLogger,
} from '@microsoft/signalr';
import { Observable } from 'rxjs';
import { type Link, NetError } from '#core';
import { HubProtocol } from './hub-protocol.ts';
import { type SocketClass, type SocketWatch, socketFor } from './hub-socket.ts';

export interface HubEvent {
  readonly target: string;
  readonly args: readonly unknown[];
}

export interface OpenHub {
  /** Calls a method of the hub; rejects with what the hub says. */
  invoke(method: string, ...args: readonly (string | number)[]): Promise<void>;
}

export interface HubRequest {
  /** Address as it may be shown: without the token. */
  readonly url: string;
  readonly token: string;
  /** Events to listen for. */
  readonly events: readonly string[];
  readonly serverTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly link: Link;
  readonly now: () => number;
  readonly onOpen: (hub: OpenHub) => void;
}

/**
 * One connection to one hub: subscribe connects, unsubscribe closes. It never reconnects by itself.
 *
 * Errors   NET_REFUSED with the status when the connection is refused, NET_UNREACHABLE when it cannot be made or is lost;
 *          the token, which travels in the address, is in none of them
 */
export function openHub(request: HubRequest): Observable<HubEvent> {
  return new Observable((subscriber) => {
    const watch: SocketWatch = { status: undefined, reason: undefined, abandon: () => undefined };
    const hub = build(request, watch);
    for (const target of request.events) {
      hub.on(target, (...args: readonly unknown[]) => subscriber.next({ target, args }));
    }
    hub.onclose((error) => subscriber.error(lost(request, error?.message ?? 'closed by the gateway', undefined)));
    hub.start().then(
      () => {
        if (!subscriber.closed) request.onOpen(callsOf(hub, request));
      },
      (error: unknown) => subscriber.error(lost(request, watch.reason ?? String(error), watch.status)),
    );
    return () => {
      watch.abandon();
      // Whether the goodbye arrives is nobody's concern any more.
      hub.stop().catch(() => undefined);
    };
  });
}

function build(
  { url, token, link, events, serverTimeoutMs, keepAliveMs }: HubRequest,
  watch: SocketWatch,
): HubConnection {
  const options: IHttpConnectionOptions & { readonly WebSocket: SocketClass } = {
    skipNegotiation: true,
    transport: HttpTransportType.WebSockets,
    httpClient: new NoHttp(),
    WebSocket: socketFor(link, watch),
  };
  return (
    new HubConnectionBuilder()
      // In Node the client's own token factory sends a header; the gateway's documentation wants the query.
      .withUrl(`${url}${url.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(token)}`, options)
      // Its log shows addresses, and with them the token.
      .configureLogging(NullLogger.instance)
      .withHubProtocol(new HubProtocol(link, events))
      .withServerTimeout(serverTimeoutMs)
      .withKeepAliveInterval(keepAliveMs)
      .build()
  );
}

const callsOf = (hub: HubConnection, { link, now }: HubRequest): OpenHub => ({
  invoke: async (method, ...args) => {
    const before = now();
    await hub.invoke(method, ...args);
    link.heartbeat(now() - before);
  },
});

function lost({ url, token }: HubRequest, reason: string, status: number | undefined): NetError {
  return new NetError(
    {
      code: status === undefined ? 'NET_UNREACHABLE' : 'NET_REFUSED',
      where: { path: url.replace(/\?.*$/, '') },
      was: reason.replaceAll(token, '•••').replaceAll(encodeURIComponent(token), '•••'),
      expected: 'an open connection to the hub',
      fix:
        status === 401
          ? 'nothing to do if a new token helps'
          : 'check the address and the network, and the venue’s status page',
    },
    { status },
  );
}

/** With negotiation skipped there is nothing to ask over HTTP. */
class NoHttp extends HttpClient {
  override send(): Promise<never> {
    return Promise.reject(new Error('hub connections use WebSockets only'));
  }

  override getCookieString(): string {
    return '';
  }
}
