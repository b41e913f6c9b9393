import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** Listens on this machine only, on a free port unless one is named. Answers the port. */
export async function listenLocally(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  // Rejects with the error of a server that cannot listen.
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Systems take the ports of outgoing connections from above these. */
const KEPT = { first: 20_000, count: 10_000 };
let tried = process.pid;

/**
 * The same on a port that the server can have again after it was closed. One of those that systems give to outgoing
 * connections may be taken meanwhile, even by a client that tries to connect to it.
 */
export async function listenForGood(server: Server): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await listenLocally(server, KEPT.first + (++tried % KEPT.count));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === KEPT.count) throw error;
    }
  }
}

/** Closes a server with the connections that are still open; one that was never opened is closed already. */
export async function closeLocally(server: HttpServer | undefined): Promise<void> {
  if (server === undefined) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
