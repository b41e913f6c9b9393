import { connect, createServer, type Server, type Socket } from 'node:net';
import { wallTimers } from '../../runtime/wall.ts';

const BIND_ATTEMPTS = 100;
const BIND_PAUSE_MS = 20;

/** A relayed connection: what the client opened, and ours to the server. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
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
  private server: Server | undefined;
  private refusing = false;
  private frozen = false;
  private delayMs = 0;
  private cutNext = false;

  /** @param target port of the server on this machine */
  constructor(target: () => number) {
    this.target = target;
  }

  get connections(): number {
    return this.pairs.size;
  }

  async listen(): Promise<void> {
    const server = createServer((client) => this.accept(client));
    this.server = server;
    for (let attempt = 1; !(await this.bind(server)); attempt++) {
      if (attempt === BIND_ATTEMPTS) throw new Error(`port ${this.port} stays in use`);
      await new Promise((resolve) => wallTimers.setTimeout(resolve, BIND_PAUSE_MS));
    }
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  /** After a restart the port may be in use for a moment, by a client that was given it as its own. */
  private bind(server: Server): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException): void => {
        if (error.code === 'EADDRINUSE' && this.port !== 0) resolve(false);
        else reject(error);
      };
      server.once('error', onError);
      server.listen(this.port, '127.0.0.1', () => {
        server.off('error', onError);
        resolve(true);
      });
    });
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
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
    this.pairs.clear();
  }

  /** The next bytes to a client are cut in half, and its connection is reset. */
  dropMidFrame(): void {
    this.cutNext = true;
  }

  /** Nothing moves in either direction, and nothing says so; connections made now freeze as well. */
  freeze(): void {
    this.frozen = true;
    for (const { client, server } of this.pairs) {
      client.pause();
      server.pause();
    }
  }

  /** The server is gone and the clients are not told: their connections stay open, silent, for good. New ones work. */
  abandon(): void {
    for (const pair of this.pairs) {
      pair.client.removeAllListeners('data').pause();
      pair.server
        .removeAllListeners()
        .on('error', () => undefined)
        .destroy();
    }
  }

  /** What comes from the server takes this much longer, in order. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Ends what lasts: refusing, freezing and delay. */
  behave(): void {
    this.refusing = false;
    this.delayMs = 0;
    if (!this.frozen) return;
    this.frozen = false;
    for (const { client, server } of this.pairs) {
      client.resume();
      server.resume();
    }
  }

  private accept(client: Socket): void {
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target(), '127.0.0.1');
    const pair = { client, server };
    this.pairs.add(pair);
    client.setNoDelay(true);
    server.setNoDelay(true);
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('error', end).on('close', end);
    server.on('error', end).on('close', end);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => this.relay(pair, bytes));
    // Half-closing is passed on, so that a polite end reaches the other side as one.
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    if (this.frozen) {
      client.pause();
      server.pause();
    }
  }

  private relay(pair: Pair, bytes: Buffer): void {
    if (this.cutNext) {
      this.cutNext = false;
      pair.client.write(bytes.subarray(0, Math.max(1, bytes.length >> 1)), () => pair.client.resetAndDestroy());
      return;
    }
    if (this.delayMs === 0) pair.client.write(bytes);
    else wallTimers.setTimeout(() => pair.client.writable && pair.client.write(bytes), this.delayMs);
  }
}
