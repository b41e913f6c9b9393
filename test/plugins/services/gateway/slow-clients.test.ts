import { afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { Frame } from '../../../../plugins/services/gateway/frame.ts';
import { kept, latest } from '../../../../plugins/services/gateway/frame.ts';
import { Outbox } from '../../../../plugins/services/gateway/outbox.ts';
import { PriceFrame } from '../../../../plugins/services/gateway/price-frame.ts';
import { gatewayWorld, trade } from './gateway-world.ts';
import { OldClient } from './old-client.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

const drained = (outbox: Outbox): string[] => {
  const texts: string[] = [];
  for (let frame = outbox.take(); frame !== undefined; frame = outbox.take()) texts.push(frame.bytes.toString());
  return texts;
};

describe('the queue of a client', () => {
  it('keeps frames without a key in their order, up to its bound', () => {
    const outbox = new Outbox(3, 1000);
    expect(['a', 'b', 'c', 'd'].map((text) => outbox.add(kept(text)))).toEqual(['added', 'added', 'added', 'full']);
    expect(drained(outbox)).toEqual(['a', 'b', 'c']);
    expect(outbox.add(kept('e'))).toBe('added');
  });

  it('is bounded in bytes as well', () => {
    const outbox = new Outbox(100, 5);
    expect(outbox.add(kept('12345'))).toBe('added');
    expect(outbox.add(kept('6'))).toBe('full');
    expect(outbox.take()?.bytes.toString()).toBe('12345');
    expect(outbox.add(kept('6'))).toBe('added');
  });

  it('keeps only the newest frame of a key, at the place of the oldest', () => {
    const outbox = new Outbox(3, 1000);
    outbox.add(latest('quote A', 'old'));
    outbox.add(kept('trade'));
    expect(outbox.add(latest('quote A', 'new'))).toBe('conflated');
    outbox.add(latest('quote B', 'other'));
    expect(outbox.add(latest('quote B', 'newer')), 'a full queue still takes it').toBe('conflated');
    expect(drained(outbox)).toEqual(['new', 'trade', 'newer']);
  });

  it('sends the newest price with the volume of all that waited', () => {
    const outbox = new Outbox(10, 10_000);
    for (const [price, volume] of [
      [10, 0.1],
      [11, 0.2],
      [12, 3],
    ] as const) {
      outbox.add(new PriceFrame('A', { price, volume, ts: price * 1000 }));
    }
    expect(drained(outbox).map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'price_update', symbol: 'A', timestamp: 12, data: { price: 12, volume: 3.3 } },
    ]);
  });

  it('lets a frame say what stands for it and an older one', () => {
    const whole: Frame = { bytes: Buffer.from('book'), size: 0, key: 'depth A' };
    const change = (text: string): Frame => ({ ...kept(text), key: 'depth A', over: () => whole });
    const outbox = new Outbox(10, 1000);
    for (const text of ['first', 'second', 'third']) outbox.add(change(text));
    expect(drained(outbox)).toEqual(['book']);
  });
});

describe('a client that does not read', () => {
  const slowAndFast = async (options: object) => {
    const world = await gatewayWorld(options);
    open.push(world.stop);
    const [slow, fast] = [new OldClient(world.http), new OldClient(world.http)];
    for (const one of [slow, fast]) {
      expect(await one.connect(['ETH-PERP'])).toBe(true);
      open.push(() => one.close());
    }
    slow.hang();
    return { ...world, slow, fast };
  };

  it('is put out with a reason, and delays nobody else', async () => {
    const { http, trades, slow, fast, lines } = await slowAndFast({ queueFrames: 200 });
    let sent = 0;
    // What the system buffers for a connection is some megabytes.
    while (!lines.some((line) => line.includes('too slow')) && sent < 200_000) {
      for (let i = 0; i < 500; i++) trades.of('ETH-PERP').next(trade('ETH-PERP', ++sent));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines.find((line) => line.includes('too slow'))).toContain('put out a client of ETH-PERP: too slow');
    slow.wake();
    await vi.waitFor(() =>
      expect(slow.closed).toMatchObject({ code: 1013, reason: expect.stringContaining('too slow') }),
    );
    // Trades only: on a busy machine a second passes, and brings an update of the price.
    const told = slow.ticks.filter(({ id }) => id !== undefined).map(({ price }) => price);
    expect(told, 'what it got has no hole').toEqual(Array.from({ length: told.length }, (_, i) => i + 1));
    await vi.waitFor(() => expect(fast.ticks.filter(({ id }) => id !== undefined)).toHaveLength(sent), 5000);
    expect(fast.ticks.filter(({ id }) => id !== undefined).map(({ price }) => price)).toEqual(
      Array.from({ length: sent }, (_, i) => i + 1),
    );
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${http}/streaming/status`);
        expect(await answer.json()).toMatchObject({ total_connections: 1 });
      },
      { timeout: 5000 },
    );
  }, 20_000);

  it('loses nothing that a burst brings while it reads', async () => {
    const { trades, fast } = await slowAndFast({ queueFrames: 100 });
    for (let i = 1; i <= 5000; i++) trades.of('ETH-PERP').next(trade('ETH-PERP', i));
    await vi.waitFor(() => expect(fast.ticks.filter(({ id }) => id !== undefined)).toHaveLength(5000), 5000);
  });
});

describe('a thousand clients', () => {
  it('each get every trade, in order', async () => {
    const world = await gatewayWorld({ maxClients: 1000 });
    open.push(world.stop);
    const received: number[][] = [];
    const clients = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const socket = new WebSocket(`${world.ws}/ws/ETH-PERP?channels=trade`, { perMessageDeflate: false });
        const prices: number[] = [];
        received[i] = prices;
        socket.on('message', (data: Buffer) => prices.push(Number(/"price":(\d+)/.exec(data.toString())?.[1])));
        await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
        return socket;
      }),
    );
    for (let i = 1; i <= 50; i++) world.trades.of('ETH-PERP').next(trade('ETH-PERP', i));
    const expected = Array.from({ length: 50 }, (_, i) => i + 1).join();
    await vi.waitFor(() => expect(received.every((prices) => prices.join() === expected)).toBe(true), 8000);
    for (const socket of clients) socket.terminate();
  }, 20_000);
});
