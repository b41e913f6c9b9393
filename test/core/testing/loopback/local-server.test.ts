import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closeLocally, listenLocally } from '#core/testing';
import { listenForGood } from '../../../../core/testing/loopback/local-server.ts';

describe('a server on this machine', () => {
  it('listens on a free port, and closes with a connection that is still open', async () => {
    const server = createServer();
    const port = await listenLocally(server);
    expect(port).toBeGreaterThan(0);
    const client = connect(port, '127.0.0.1');
    const gone = new Promise((resolve) => client.once('close', resolve));
    await new Promise((resolve) => client.once('connect', resolve));
    await closeLocally(server);
    await gone;
    expect(server.listening).toBe(false);
  });

  it('says why it cannot listen', async () => {
    const [first, second] = [createServer(), createServer()];
    const port = await listenLocally(first);
    await expect(listenLocally(second, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await closeLocally(first);
  });

  it('gets a port that no outgoing connection is given, past one that is taken', async () => {
    const [first, taken, next] = [createServer(), createServer(), createServer()];
    const port = await listenForGood(first);
    await listenLocally(taken, port + 1);
    const other = await listenForGood(next);
    expect(other).toBeGreaterThan(port + 1);
    // Linux begins at 32768, other systems higher.
    expect(Math.max(port, other)).toBeLessThan(32_768);
    await Promise.all([first, taken, next].map(closeLocally));
  });

  it('is closed already when it was never opened', async () => {
    await expect(closeLocally(undefined)).resolves.toBeUndefined();
  });
});
