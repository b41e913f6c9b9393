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

/** Closes a server with the connections that are still open; one that was never opened is closed already. */
export async function closeLocally(server: HttpServer | undefined): Promise<void> {
  if (server === undefined) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
