import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MillraceError } from '#core';

/** Listens; answers the port. Error: SERVICE_LISTEN. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(cannotListen(host, port, error));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const cannotListen = (host: string, port: number, cause: NodeJS.ErrnoException): MillraceError =>
  new MillraceError(
    {
      code: 'SERVICE_LISTEN',
      where: { path: 'services.gateway' },
      was: `${host}:${port} cannot be listened on: ${cause.code ?? cause.message}`,
      expected: 'an address of this machine and a free port',
      fix: cause.code === 'EADDRINUSE' ? 'stop what listens there, or set another port' : 'set host and port',
    },
    { cause },
  );
