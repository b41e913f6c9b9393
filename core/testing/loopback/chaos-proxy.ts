import { connect, createServer, type Server, type Socket } from 'node:net';
import { wallTimers } from '../../runtime/wall.ts';
import { listenForGood, listenLocally } from './local-server.ts';
import { Pipe } from './pipe.ts';

/** A relayed connection: what the client opened, and ours to the server. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly up: Pipe;
  readonly down: Pipe;
}

/**
 * A TCP relay that makes a network go wrong, between a client and a server that both behave. It knows nothing of what it
 * carries, so every provider can be tried with the same faults.
 */
export class ChaosProxy {
  /** Port to connect to; known after `listen`, and kept over a `restart`. */
  port = 0;
  private readonly target: () => number;
  private readonly pairs = new Set<Pair>();
  private readonly weather = { frozen: false, delayMs: 0 };
  /** The way to the server is not delayed: a round trip is late once. */
  private readonly upWeather = { frozen: false, delayMs: 0 };
  private server: Server | undefined;
  private refusing = false;
  private cutNext = false;

  /** @param target port of the server on this machine */
  constructor(target: () => number) {
    this.target = target;
  }

  get connections(): number {
    return this.pairs.size;
  }

  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.accept(client));
    this.server = server;
    this.port = this.port === 0 ? await listenForGood(server) : await listenLocally(server, this.port);
  }

  async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    this.drop();
    await closed;
  }

  /** New connections are reset at once. */
  refuse(): void {
    this.refusing = true;
  }

  /** Every connection is reset. */
  drop(): void {
    for (const pair of this.pairs) this.reset(pair);
  }

  /** The next bytes to a client are cut in half, and its connection is reset. */
  dropMidFrame(): void {
    this.cutNext = true;
  }

  /** Nothing moves in either direction, and nothing says so; connections made now freeze as well. */
  freeze(): void {
    this.setFrozen(true);
  }

  /** The server is gone and the clients are not told: their connections stay open, silent, for good. New ones work. */
  abandon(): void {
    for (const { server, up, down } of this.pairs) {
      up.sever();
      down.sever();
      server.destroy();
    }
  }

  /** What comes from the server takes this much longer, in order. */
  delay(ms: number): void {
    this.weather.delayMs = ms;
  }

  /** Ends what lasts: refusing, freezing and delay. */
  behave(): void {
    this.refusing = false;
    this.weather.delayMs = 0;
    this.setFrozen(false);
  }

  private setFrozen(frozen: boolean): void {
    this.weather.frozen = frozen;
    this.upWeather.frozen = frozen;
    for (const { up, down } of this.pairs) {
      up.flow();
      down.flow();
    }
  }

  private accept(client: Socket): void {
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    // Half-closing is passed on, so that a polite end reaches the other side as one.
    const server = connect({ port: this.target(), host: '127.0.0.1', allowHalfOpen: true });
    client.setNoDelay(true);
    server.setNoDelay(true);
    const pair: Pair = {
      client,
      server,
      up: new Pipe(client, server, this.upWeather),
      down: new Pipe(server, client, this.weather, (bytes) => this.passes(pair, bytes)),
    };
    this.pairs.add(pair);
    const broken = (): void => this.reset(pair);
    client.on('error', broken).on('close', () => this.left(pair));
    server.on('error', broken);
  }

  /** The client is gone for good: nobody is left to be told anything. */
  private left(pair: Pair): void {
    this.pairs.delete(pair);
    pair.up.sever();
    pair.down.sever();
    pair.server.destroy();
  }

  private reset(pair: Pair): void {
    if (!pair.client.destroyed) pair.client.resetAndDestroy();
    this.left(pair);
  }

  private passes(pair: Pair, bytes: Buffer): boolean {
    if (!this.cutNext) return true;
    this.cutNext = false;
    // A moment for the half to arrive: a reset overtakes what the client has not read.
    pair.client.write(bytes.subarray(0, Math.max(1, bytes.length >> 1)), () =>
      wallTimers.setTimeout(() => this.reset(pair), 5),
    );
    pair.down.sever();
    return false;
  }
}
