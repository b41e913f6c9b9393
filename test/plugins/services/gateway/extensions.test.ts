import { afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { Bar, type BookView, DepthBook, DepthUpdate, type Level, makeInstrument, Quote } from '#core';
import { gatewayWorld, trade } from './gateway-world.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

const setUp = async (query: string, options: object = {}) => {
  const world = await gatewayWorld(options);
  open.push(world.stop);
  const frames: Record<string, unknown>[] = [];
  const socket = new WebSocket(`${world.ws}/ws/ETH-PERP?${query}`, { perMessageDeflate: true });
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Record<string, unknown>));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  open.push(async () => {
    socket.terminate();
    await Promise.resolve();
  });
  return { ...world, frames, socket };
};
const ts = 1_700_000_000_000;

const book = (bids: readonly Level[], asks: readonly Level[]): BookView => {
  const whole = new DepthBook(makeInstrument({ symbol: 'ETH-PERP' }, 0));
  whole.applyUpdate(new DepthUpdate('ETH-PERP', bids, asks, true, ts, ts));
  return whole;
};

describe('a client that asks for more', () => {
  it('gets closed bars of its timeframes', async () => {
    const { bars, frames, trades } = await setUp('channels=bar&timeframes=1s,1m');
    await vi.waitFor(() => expect(bars.observed).toEqual(['ETH-PERP 1s', 'ETH-PERP 1m']));
    expect(trades.observed, 'and nothing else').toEqual([]);
    bars.of('ETH-PERP 1m').next(new Bar('ETH-PERP', '1m', ts, ts + 60_000, 1, 4, 0.5, 2, 10, 7));
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toEqual({
      type: 'bar',
      symbol: 'ETH-PERP',
      timestamp: 1_700_000_060,
      data: {
        interval_seconds: 60,
        start: 1_700_000_000,
        open: 1,
        high: 4,
        low: 0.5,
        close: 2,
        volume: 10,
        trades: 7,
        final: true,
      },
    });
  });

  it('gets quotes; a side without an order is null', async () => {
    const { frames, quotes } = await setUp('channels=quote');
    await vi.waitFor(() => expect(quotes.observed).toEqual(['ETH-PERP']));
    quotes.of('ETH-PERP').next(new Quote('ETH-PERP', 10, 2, Number.NaN, 0, ts, ts));
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toMatchObject({ type: 'quote', data: { bid: 10, bid_size: 2, ask: null, ask_size: 0 } });
  });

  it('gets numbered changes of the book; who joins later gets the whole book first', async () => {
    const { books, depth, frames, ws } = await setUp('channels=depth', { depthLevels: 1 });
    await vi.waitFor(() => expect(depth.observed).toEqual(['ETH-PERP']));
    const change = (snapshot: boolean, bids: Level[], asks: Level[]): void => {
      depth.of('ETH-PERP').next(new DepthUpdate('ETH-PERP', bids, asks, snapshot, ts, ts));
      books.of('ETH-PERP').next(
        book(
          [
            [10, 1],
            [9, 5],
          ],
          [[11, 3]],
        ),
      );
    };
    change(true, [[10, 1]], [[11, 2]]);
    change(false, [], [[11, 3]]);
    await vi.waitFor(() => expect(frames).toHaveLength(2));
    expect(frames.map((frame) => frame['data'])).toEqual([
      { seq: 1, snapshot: true, bids: [[10, 1]], asks: [[11, 2]] },
      { seq: 2, snapshot: false, bids: [], asks: [[11, 3]] },
    ]);
    const late = new WebSocket(`${ws}/ws/ETH-PERP?channels=depth`);
    const first = await new Promise((resolve) => late.once('message', (data: Buffer) => resolve(data.toString())));
    late.terminate();
    expect(JSON.parse(String(first))).toMatchObject({
      data: { seq: 2, snapshot: true, bids: [[10, 1]], asks: [[11, 3]] },
    });
  });

  it('gets positions when the gateway has a token, the present one first', async () => {
    const { frames, held, positions } = await setUp('channels=position&token=t', { token: 't' });
    const short = { instrument: 'ETH-PERP', quantity: -2, averagePrice: 2500, realised: 1, open: -4, fees: 0.5 };
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toMatchObject({ type: 'position', data: { side: 'FLAT', size: 0, entry_price: null } });
    held.set('ETH-PERP', short);
    positions.next(short);
    positions.next({ ...short, instrument: 'BTC-PERP' });
    await vi.waitFor(() => expect(frames).toHaveLength(2));
    expect(frames[1]?.['data']).toEqual({
      side: 'SHORT',
      size: 2,
      entry_price: 2500,
      pnl: -4,
      realised_pnl: 1,
      fees: 0.5,
    });
  });

  it('is refused positions without a token', async () => {
    await expect(setUp('channels=position')).rejects.toThrow('400');
  });

  it('gets frames in batches, in their order, and none of them alone', async () => {
    const { frames, trades } = await setUp('batch_ms=30');
    await vi.waitFor(() => expect(trades.observed).toEqual(['ETH-PERP']));
    for (let i = 1; i <= 100; i++) trades.of('ETH-PERP').next(trade('ETH-PERP', i));
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    const { type, items } = frames[0] as { type: string; items: { data: { price: number } }[] };
    expect(type).toBe('batch');
    expect(items.map(({ data }) => data.price)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('gets compressed frames when the gateway offers it', async () => {
    const { frames, socket, trades } = await setUp('batch_ms=30', { compression: true });
    expect(socket.extensions).toContain('permessage-deflate');
    await vi.waitFor(() => expect(trades.observed).toEqual(['ETH-PERP']));
    for (let i = 1; i <= 100; i++) trades.of('ETH-PERP').next(trade('ETH-PERP', i));
    await vi.waitFor(() => expect((frames[0] as { items: unknown[] } | undefined)?.items).toHaveLength(100));
  });

  it('gets the gateway’s counts with the heartbeat', async () => {
    const { frames } = await setUp('channels=stats', { heartbeat: '50ms' });
    await vi.waitFor(() => expect(frames.some((frame) => frame['type'] === 'stats')).toBe(true));
    expect(frames.find((frame) => frame['type'] === 'stats')).toMatchObject({
      data: { connections: 1, slow: 0, dropped: 0, refused: 0 },
    });
  });
});

describe('HTTP beyond the old service', () => {
  const get = async (url: string) => {
    const answer = await fetch(url);
    return { status: answer.status, body: await answer.json() };
  };

  it('serves bars of the past, and refuses unknown intervals', async () => {
    const world = await gatewayWorld();
    open.push(world.stop);
    const old = new Bar('ETH-PERP', '5m', ts, ts + 300_000, 1, 4, 0.5, 2, 10, 7, true);
    const asked = get(`${world.http}/market_data/ETH-PERP?interval=5m&limit=10`);
    await vi.waitFor(() => expect(world.bars.observed).toEqual(['ETH-PERP 5m']));
    world.bars.of('ETH-PERP 5m').next(old);
    expect(await asked).toEqual({
      status: 200,
      body: [{ timestamp: 1_700_000_000, open: 1, high: 4, low: 0.5, close: 2, volume: 10 }],
    });
    expect(world.bars.observed).toEqual([]);
    expect(await get(`${world.http}/market_data/ETH-PERP?interval=7s`)).toMatchObject({ status: 422 });
    expect(await get(`${world.http}/market_data/NOPE`)).toMatchObject({ status: 404 });
  });

  it('serves account and positions to those with the token', async () => {
    const world = await gatewayWorld({ token: 't' });
    open.push(world.stop);
    world.equity.next({ realised: 0, open: 6, fees: 1, net: 5, ts: 0 });
    world.held.set('ETH-PERP', {
      instrument: 'ETH-PERP',
      quantity: -2,
      averagePrice: 2500,
      realised: 0,
      open: 6,
      fees: 1,
    });
    expect((await get(`${world.http}/account?token=t`)).body).toEqual({
      equity: 5,
      margin_used: null,
      available_margin: null,
      unrealized_pnl: 6,
    });
    // By hand: a short of 2 that is 6 up was sold 3 above the price of now.
    expect((await get(`${world.http}/positions?token=t`)).body).toEqual([
      { symbol: 'ETH-PERP', side: 'SHORT', size: 2, entry_price: 2500, mark_price: 2497, pnl: 6, margin: null },
    ]);
  });

  it('names the symbols that are silent, and how late the last trade came', async () => {
    const world = await gatewayWorld({ staleAfter: '50ms' });
    open.push(world.stop);
    const socket = new WebSocket(`${world.ws}/ws/multi/ETH-PERP,BTC-PERP`);
    await vi.waitFor(() => expect(world.trades.observed).toHaveLength(2));
    await new Promise((resolve) => setTimeout(resolve, 80));
    world.trades.of('ETH-PERP').next(trade('ETH-PERP', 1));
    expect((await get(`${world.http}/health`)).body).toMatchObject({ stale_symbols: ['BTC-PERP'], lag_ms: 5 });
    socket.terminate();
  });
});
