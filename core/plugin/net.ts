import type { Observable } from 'rxjs';

/** One open WebSocket, for sending. */
export interface OpenSocket {
  send(data: string | Uint8Array): void;
  /** Closes politely; the Observable completes the way any close by the peer does: with an error. */
  close(code?: number, reason?: string): void;
}

export interface WebSocketRequest {
  /** May carry a token: it is never logged, and errors show the address without its query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly protocols?: readonly string[] | undefined;
  /** Called once when the socket is open: log in and subscribe here. */
  readonly onOpen?: (socket: OpenSocket) => void;
  /** Time for the handshake, milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** A protocol ping this often; the answer's delay becomes the latency, no answer until the next one means lost. */
  readonly pingMs?: number | undefined;
  /** Largest message that is taken, bytes. Default 16 MiB. */
  readonly largest?: number | undefined;
}

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON, unless it is a string. */
  readonly body?: unknown;
  /** For everything, the answer's last byte included. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** Taken from before the request is sent; also told of `Retry-After`. */
  readonly limit?: RateLimit | undefined;
}

/** A token bucket. All instances of the same name in a run share one, so that two plugins respect one account's limit. */
export interface RateLimit {
  /** Resolves when `tokens` (default 1) may be spent. First come, first served. */
  take(tokens?: number): Promise<void>;
  /** Spends at once if there are enough. */
  tryTake(tokens?: number): boolean;
  /** The venue said to wait. */
  pause(ms: number): void;
}

export interface TokenSource {
  /** A first token, or a new one when renewal failed for good. */
  readonly login: () => Promise<AccessToken>;
  /** A new token from one that still works; left out where the venue has no such thing. */
  readonly renew?: (old: string) => Promise<AccessToken>;
  /** How long before its end a token is renewed, milliseconds. */
  readonly renewBeforeMs: number;
  /** Limit of one attempt, milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}
export interface AccessToken {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A token that is renewed in time. The old one stays in use until the new one is here. */
export interface TokenKeeper {
  /** The token to use now; the first call logs in. Rejects with the venue's reason. */
  get(): Promise<string>;
  /** The venue refused the token: the next `get` fetches another. */
  invalidate(value: string): void;
  /** New tokens as they come. */
  readonly renewed$: Observable<string>;
  close(): void;
}

/** Network helpers. What they do is counted, and secrets in it are masked. */
export interface Net {
  /** Subscribe connects, unsubscribe closes, any end but that is an error. Text frames as strings, others as bytes. */
  webSocket(request: WebSocketRequest): Observable<string | Uint8Array>;
  /** The same with text frames as bytes too, for a decoder that reads those: making a string of each takes 0.1 µs. */
  webSocketBytes(request: WebSocketRequest): Observable<Uint8Array>;
  /** The answer's JSON. Rejects with a MillraceError: NET_UNREACHABLE, NET_TIMEOUT, NET_REFUSED (with the status), NET_BAD_ANSWER. */
  json(request: HttpRequest): Promise<unknown>;
  /** The answer's body as it comes, for large downloads. */
  stream(request: HttpRequest): Promise<AsyncIterable<Uint8Array>>;
  /** `tokens` per `perMs`, at most `tokens` at once. */
  limit(name: string, bucket: { readonly tokens: number; readonly perMs: number }): RateLimit;
  token(source: TokenSource): TokenKeeper;
  /** Wall clock, epoch milliseconds: for signing and for what a venue asks, never for a strategy. */
  now(): number;
}
