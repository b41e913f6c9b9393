import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketEvent, StreamDemand, StreamName, VenueFault } from '#core';
import { LoopbackBase } from '../../../../core/testing/loopback/loopback-base.ts';
import { until } from '../../../helpers/provider-rig.ts';

/** A venue of two servers that greet whoever comes. */
class Greeter extends LoopbackBase {
  readonly streams: readonly StreamName[] = ['trades'];
  readonly faults: readonly VenueFault[] = ['malformed'];
  readonly played: string[] = [];
  starts = 0;
  private servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  options = () => ({ ports: [this.port(0), this.port(1)] });
  demand = (): readonly StreamDemand[] => [];
  send = (_event: MarketEvent): boolean => false;

  protected async open(): Promise<readonly number[]> {
    this.starts++;
    this.servers = ['one', 'two'].map((name) =>
      createServer((socket) => {
        this.sockets.add(socket.on('error', () => undefined));
        socket.write(name);
      }),
    );
    return Promise.all(
      this.servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        return (server.address() as { port: number }).port;
      }),
    );
  }

  protected async shut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
    this.servers = [];
  }

  protected play = (fault: VenueFault): void => void this.played.push(fault);
  protected behaveAgain = (): void => void this.played.push('behave');
  protected closeAll = (): void => {
    for (const socket of this.sockets) socket.end('bye');
  };
}

let venue: Greeter;
beforeEach(() => {
  venue = new Greeter();
});
afterEach(() => venue.stop());

async function hear(which: 0 | 1) {
  const socket = connect(venue.options().ports[which] as number, '127.0.0.1');
  const heard = { text: '', closed: false, error: '' };
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard.text += text;
  });
  socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    heard.error = code;
  });
  socket.on('close', () => {
    heard.closed = true;
  });
  await until(() => heard.text !== '' || heard.closed);
  return heard;
}

describe('a loopback venue', () => {
  it('has no ports before it is started', () => {
    expect(() => venue.options()).toThrow('has not been started');
  });

  it('leads each port to its own server', async () => {
    await venue.start();
    expect([(await hear(0)).text, (await hear(1)).text, venue.connections()]).toEqual(['one', 'two', 2]);
  });

  it('keeps its ports over a stop, and breaks all connections with it', async () => {
    await venue.start();
    const { ports } = venue.options();
    const client = await hear(0);
    await venue.stop();
    await until(() => client.closed);
    expect(venue.connections()).toBe(0);
    await venue.start();
    expect(venue.options().ports).toEqual(ports);
    expect((await hear(1)).text).toBe('two');
  });

  it('says goodbye on every connection when it closes them', async () => {
    await venue.start();
    const client = await hear(0);
    venue.misbehave('close');
    await until(() => client.closed);
    expect([client.text, client.error]).toEqual(['onebye', '']);
  });

  it('resets and refuses connections until it behaves', async () => {
    await venue.start();
    const client = await hear(0);
    venue.misbehave('refuse');
    await until(() => client.closed);
    expect((await hear(0)).error).toBe('ECONNRESET');
    venue.behave();
    expect((await hear(0)).text).toBe('one');
    expect(venue.played).toEqual(['behave']);
  });

  it('comes back by itself from a restart, on the same ports', async () => {
    await venue.start();
    const client = await hear(0);
    venue.misbehave('restart');
    await until(() => client.closed && venue.starts === 2);
    expect(client.error).toBe('ECONNRESET');
    await until(() => venue.connections() === 0);
    expect((await hear(1)).text).toBe('two');
  });

  it('stays down when it is stopped in the middle of a restart', async () => {
    await venue.start();
    const [port = 0] = venue.options().ports;
    venue.misbehave('restart');
    await venue.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect([error.code, venue.starts]).toEqual(['ECONNREFUSED', 2]);
  });

  it('plays its own faults, and names what it can do when asked for another', async () => {
    await venue.start();
    venue.misbehave('malformed');
    expect(venue.played).toEqual(['malformed']);
    expect(() => venue.misbehave('wrong-token')).toThrow(/cannot play 'wrong-token'; it can: refuse, .*, malformed/);
  });
});
