import { asyncScheduler, type Subscription } from 'rxjs';
import type { WebSocket } from 'ws';

const SEPARATOR = '\x1e';
const PING_MS = 500;

/** One connection to a hub, server side: handshake, calls, pings, goodbye. */
export class HubSession {
  /** Calls by what they subscribed to: `ContractTrades CON.F.US.MNQ.U26`. */
  readonly subscriptions = new Set<string>();
  /** Quote that this client saw last, by contract: the next one holds only what changed. */
  readonly quotes = new Map<string, Readonly<Record<string, unknown>>>();
  private readonly socket: WebSocket;
  private readonly allowed: (method: string, argument: unknown) => boolean;
  private readonly pings: Subscription;
  private greeted = false;
  private rest = '';

  constructor(socket: WebSocket, allowed: (method: string, argument: unknown) => boolean) {
    this.socket = socket;
    this.allowed = allowed;
    socket.on('message', (data: Buffer) => this.receive(data.toString()));
    socket.on('error', () => undefined);
    this.pings = asyncScheduler.schedule(function ping(this: { schedule(state?: undefined, delay?: number): void }) {
      if (socket.readyState === socket.OPEN) socket.send(`{"type":6}${SEPARATOR}`);
      this.schedule(undefined, PING_MS);
    }, PING_MS);
    socket.on('close', () => this.pings.unsubscribe());
  }

  event(target: string, args: readonly unknown[]): void {
    this.send({ type: 1, target, arguments: args });
  }

  raw(text: string): void {
    if (this.greeted) this.socket.send(text + SEPARATOR);
  }

  goodbye(): void {
    this.send({ type: 7, error: 'Connection closed with an error.', allowReconnect: true });
    this.socket.close();
  }

  end(): void {
    this.socket.terminate();
  }

  private send(message: object): void {
    this.raw(JSON.stringify(message));
  }

  private receive(text: string): void {
    const parts = (this.rest + text).split(SEPARATOR);
    this.rest = parts.pop() ?? '';
    for (const part of parts) this.take(JSON.parse(part) as Record<string, unknown>);
  }

  private take(message: Record<string, unknown>): void {
    if (!this.greeted) return this.greet(message);
    if (message['type'] === 7) this.socket.close();
    if (message['type'] !== 1) return;
    const { invocationId, target, arguments: args } = message;
    const error = this.call(String(target), (args as unknown[])[0]);
    if (invocationId === undefined) return;
    this.send({ type: 3, invocationId, ...(error === undefined ? { result: null } : { error }) });
  }

  private greet({ protocol, version }: Record<string, unknown>): void {
    this.greeted = true;
    if (protocol === 'json' && version === 1) return this.raw('{}');
    this.raw(JSON.stringify({ error: `The protocol '${String(protocol)}' is not supported.` }));
    this.socket.close();
  }

  private call(method: string, argument: unknown): string | undefined {
    const [, verb, what] = /^(Subscribe|Unsubscribe)(.+)$/.exec(method) ?? [];
    if (verb === undefined || what === undefined || !this.allowed(what, argument)) {
      return `Failed to invoke '${method}' due to an error on the server.`;
    }
    const name =
      argument === undefined ? what : `${what} ${typeof argument === 'string' ? argument : JSON.stringify(argument)}`;
    if (verb === 'Subscribe') this.subscriptions.add(name);
    else this.subscriptions.delete(name);
    return undefined;
  }
}
