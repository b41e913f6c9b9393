import { asapScheduler } from 'rxjs';
import type { WebSocket } from 'ws';
import { LIMIT_REACHED, type Plan } from './catalogue.ts';

/** A trade as the venue writes it. */
export interface Item {
  readonly s: string;
  readonly p: number;
  readonly t: number;
  readonly v: number;
  readonly c?: readonly string[] | null;
}

export interface ClientRules {
  readonly symbols: ReadonlySet<string>;
  readonly plan: Plan;
  readonly isRateLimited: () => boolean;
}

/** One connected client: what it subscribed to, and the items that wait for the next frame to it. */
export class Client {
  readonly subscribed = new Set<string>();
  readonly socket: WebSocket;
  private readonly rules: ClientRules;
  private batch: Item[] = [];

  constructor(socket: WebSocket, rules: ClientRules) {
    this.socket = socket;
    this.rules = rules;
    socket.on('message', (data: Buffer) => this.take(data.toString()));
    socket.on('error', () => socket.terminate());
  }

  /** Items of one turn of the event loop share a frame, as on the real stream. */
  push(item: Item, transform: (frame: readonly Item[]) => readonly (readonly Item[])[]): void {
    this.batch.push(item);
    if (this.batch.length > 1) return;
    asapScheduler.schedule(() => {
      const frames = transform(this.batch);
      this.batch = [];
      for (const data of frames) this.say({ data, type: 'trade' });
    });
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  private take(text: string): void {
    let message: { type?: unknown; symbol?: unknown };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      // The venue does not answer what it does not understand.
      return;
    }
    const { type, symbol } = message;
    if (typeof symbol !== 'string') return;
    if (type === 'unsubscribe') this.subscribed.delete(symbol);
    if (type === 'subscribe') this.subscribe(symbol);
  }

  private subscribe(symbol: string): void {
    const { symbols, plan, isRateLimited } = this.rules;
    if (this.subscribed.has(symbol)) return;
    if (isRateLimited()) this.refuse(LIMIT_REACHED);
    else if (!symbols.has(symbol)) this.refuse(`Invalid symbol ${symbol}`);
    else if (this.subscribed.size >= plan.symbols) this.refuse('Subscribing to too many symbols');
    else this.subscribed.add(symbol);
  }

  private refuse(msg: string): void {
    this.say({ msg, type: 'error' });
  }
}
