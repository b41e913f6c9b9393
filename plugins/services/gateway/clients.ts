import type { Client } from './client.ts';
import { parseCommand } from './command.ts';
import { type Frame, kept, latest } from './frame.ts';
import { inSlices, type Later } from './in-slices.ts';
import { pong, problem, subscribed } from './messages.ts';
import type { Topics } from './topics.ts';

interface ClientsParts {
  readonly topics: Topics;
  readonly knows: (symbol: string) => boolean;
  readonly known: readonly string[];
  readonly maxSymbols: number;
  /** Wall clock, epoch milliseconds. */
  readonly now: () => number;
  readonly later: Later;
}

const MOST_NAMES = 20;
/** A ping is a system call; this many take half a millisecond. */
const AT_ONCE = 64;

/** All clients, and what they say. */
export class Clients {
  private readonly all = new Set<Client>();
  private readonly parts: ClientsParts;

  constructor(parts: ClientsParts) {
    this.parts = parts;
  }

  get size(): number {
    return this.all.size;
  }

  add(client: Client, symbols: readonly string[]): void {
    this.all.add(client);
    this.subscribe(client, symbols);
  }

  remove(client: Client): void {
    if (!this.all.delete(client)) return;
    for (const symbol of client.symbols) this.parts.topics.leave(client, symbol);
    client.release();
  }

  hear(client: Client, text: string): void {
    const { now, topics } = this.parts;
    const command = parseCommand(text);
    switch (command.kind) {
      case 'nothing':
        return;
      case 'ping':
        return client.offer(latest('pong', pong(now())));
      case 'bad':
        return client.offer(kept(problem(command.message, now())));
      case 'subscribe':
        this.subscribe(client, command.symbols);
        break;
      case 'unsubscribe':
        for (const symbol of command.symbols) {
          if (client.symbols.delete(symbol)) topics.leave(client, symbol);
        }
    }
    client.offer(kept(subscribed([...client.symbols], now())));
  }

  broadcast(frame: Frame, to: (client: Client) => boolean = () => true): void {
    inSlices(this.all, AT_ONCE, this.parts.later, (client) => {
      if (to(client)) client.offer(frame);
    });
  }

  ping(): void {
    inSlices(this.all, AT_ONCE, this.parts.later, (client) => client.ping());
  }

  closeAll(code: number, reason: string): void {
    this.parts.topics.drain();
    for (const client of [...this.all]) client.close(code, reason);
  }

  private subscribe(client: Client, symbols: readonly string[]): void {
    const { known, knows, maxSymbols, now, topics } = this.parts;
    const unknown = symbols.filter((symbol) => !knows(symbol));
    const fresh = symbols.filter((symbol) => knows(symbol) && !client.symbols.has(symbol));
    const fitting = fresh.slice(0, Math.max(0, maxSymbols - client.symbols.size));
    for (const symbol of fitting) {
      client.symbols.add(symbol);
      topics.join(client, symbol);
    }
    if (unknown.length > 0) {
      const some = `${known.slice(0, MOST_NAMES).join(', ')}${known.length > MOST_NAMES ? ' …' : ''}`;
      client.offer(kept(problem(`Unknown symbols: ${named(unknown)}; known are ${some}`, now())));
    }
    if (fitting.length < fresh.length) {
      const over = named(fresh.slice(fitting.length));
      client.offer(kept(problem(`Only ${maxSymbols} symbols per socket; left out: ${over}`, now())));
    }
  }
}

/** A client may have sent anything. */
const named = (symbols: readonly string[]): string =>
  symbols
    .slice(0, MOST_NAMES)
    .map((symbol) => symbol.slice(0, 40))
    .join(', ');
