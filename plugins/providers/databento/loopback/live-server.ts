import { createServer, type Server, type Socket } from 'node:net';
import { asyncScheduler } from 'rxjs';
import { listenLocally } from '#core/testing';
import type { Contracts } from './contracts.ts';
import { LiveClient } from './live-client.ts';
import { SentLog } from './sent-log.ts';
import type { Sent } from './venue-book.ts';

/** The live gateway: takes sessions in, hands records to those that asked for them, and keeps them for replays. */
export class LiveServer {
  readonly log = new SentLog();
  readonly contracts: Contracts;
  readonly key: string;
  /** Every line that clients have sent, for tests. */
  readonly lines: string[] = [];
  /** Says nothing to anybody. */
  isSilent = false;
  refusesKeys = false;
  readonly #clients = new Set<LiveClient>();
  readonly #everAsked = new Set<string>();
  #server: Server | undefined;

  constructor(contracts: Contracts, key: string) {
    this.contracts = contracts;
    this.key = key;
  }

  /** Venue time, nanoseconds. */
  now(): bigint {
    return BigInt(Math.floor(asyncScheduler.now() * 1000)) * 1000n;
  }

  get clients(): Iterable<LiveClient> {
    return this.#clients;
  }

  async listen(): Promise<number> {
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    return listenLocally(server);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  /** Keeps records and hands them on; whether anybody has them now or will have them with the replay of a new session. */
  publish(records: readonly Sent[]): boolean {
    let isAwaited = false;
    for (const record of records) {
      this.log.add(record);
      isAwaited ||= this.#everAsked.has(`${record.schema} ${record.id}`);
    }
    for (const client of this.#clients) client.deliver(records);
    return isAwaited;
  }

  noteAsked(schema: string, id: number): void {
    this.#everAsked.add(`${schema} ${id}`);
  }

  #accept(socket: Socket): void {
    const client = new LiveClient(socket, this);
    this.#clients.add(client);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#clients.delete(client);
      client.end();
    });
  }
}
