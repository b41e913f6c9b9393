import { asyncScheduler, interval, type Subscription } from 'rxjs';
import WebSocket from 'ws';
import { ExchangeClosedByUser, NetworkError, RequestTimeout } from './errors.ts';

const MOST_MISSED_PONGS = 2;

interface Waiting {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A socket as ccxt keeps it: calls wait under a name until something of that name comes; nothing is ever dialled again. */
export class SocketClient {
  /** Read by those who look for signs of life, as on ccxt's own. */
  lastPong = 0;
  private readonly socket: WebSocket;
  private readonly waiting = new Map<string, Waiting>();
  private readonly outbox: string[] = [];
  private readonly pings: Subscription;

  constructor(url: string, keepAliveMs: number, parts: { onMessage: (text: string) => void; onEnd: () => void }) {
    this.socket = new WebSocket(url, { handshakeTimeout: 5000 });
    this.socket.on('open', () => {
      for (const text of this.outbox.splice(0)) this.socket.send(text);
    });
    this.socket.on('message', (data: Buffer) => parts.onMessage(data.toString()));
    this.socket.on('pong', () => {
      this.lastPong = asyncScheduler.now();
    });
    this.socket.on('error', (error) => this.end(new NetworkError(error.message), parts.onEnd));
    this.socket.on('close', (code) => {
      this.end(new NetworkError(`connection closed by remote server, closing code ${code}`), parts.onEnd);
    });
    this.pings = interval(keepAliveMs).subscribe(() => this.ping(keepAliveMs, parts.onEnd));
  }

  future(name: string): Promise<unknown> {
    const known = this.waiting.get(name);
    if (known !== undefined) return known.promise;
    const made = Promise.withResolvers<unknown>();
    this.waiting.set(name, made);
    return made.promise;
  }

  /** Nobody waits: it is gone, except for what its caller keeps. */
  resolve(name: string, value: unknown): void {
    this.waiting.get(name)?.resolve(value);
    this.waiting.delete(name);
  }

  reject(name: string, error: Error): void {
    this.waiting.get(name)?.reject(error);
    this.waiting.delete(name);
  }

  send(message: object): void {
    const text = JSON.stringify(message);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
    else this.outbox.push(text);
  }

  close(): void {
    this.end(new ExchangeClosedByUser('closedByUser'), () => undefined);
  }

  private ping(keepAliveMs: number, onEnd: () => void): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const now = asyncScheduler.now();
    this.lastPong ||= now;
    if (this.lastPong + keepAliveMs * MOST_MISSED_PONGS < now) {
      this.end(new RequestTimeout('ping-pong keepalive missing on time'), onEnd);
    } else this.socket.ping();
  }

  private end(error: Error, onEnd: () => void): void {
    if (this.pings.closed) return;
    this.pings.unsubscribe();
    this.socket.removeAllListeners().on('error', () => undefined);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.close(1000);
    else this.socket.terminate();
    onEnd();
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
