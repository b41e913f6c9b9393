import { describe, expect, it } from 'vitest';
import type { BinanceLoopback } from '../../../../plugins/providers/binance/loopback/index.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { bookOf, depth, idsOf, playBinance, rowsOf, trade } from './binance-rig.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Trades, quotes and changes of the book without a pause, until `done`. */
async function trafficUntil(venue: BinanceLoopback, done: () => boolean): Promise<number> {
  let sent = 0;
  while (!done()) {
    venue.send(trade(++sent));
    venue.send({ kind: 'quote', instrument: 'BTCUSDT', bid: sent, bidSize: 1, ask: sent + 1, askSize: 1 });
    venue.send(depth([[100 + (sent % 10), sent]]));
    await pause(2);
  }
  return sent;
}

describe.each(['spot', 'usd-m'] as const)('a connection of %s that grows old', (market) => {
  it('is replaced without a loss, a repetition or a gap', async () => {
    const { venue, events, errors, gaps, lines } = await playBinance({
      market,
      streams: ['trades', 'quotes', 'depth'],
      options: { rollover: '200ms' },
    });
    await until(() => rowsOf(events, 'depth').length === 1);
    const routes = market === 'spot' ? 1 : 2;
    const rolls = (): number => lines.filter((line) => line.startsWith('replacing')).length;
    let most = 0;
    const sent = await trafficUntil(venue, () => {
      most = Math.max(most, venue.connections());
      // The old connections have ended as well.
      return rolls() >= 3 * routes && venue.connections() === routes;
    });
    await until(() => idsOf(events).length >= sent);

    expect(most).toBeGreaterThan(routes);
    expect(idsOf(events)).toEqual(Array.from({ length: sent }, (_, i) => 1001 + i));
    expect(rowsOf(events, 'quotes').map(({ bid }) => bid)).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
    // Each change is one row; a repetition or a new snapshot would be more.
    expect(
      rowsOf(events, 'depth')
        .slice(1)
        .map(({ size }) => size),
    ).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
    expect(gaps).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('an announced shutdown', () => {
  it('is met with a new connection before the old one ends', async () => {
    const { venue, events, errors, gaps } = await playBinance({ streams: ['trades', 'depth'] });
    await until(() => rowsOf(events, 'depth').length === 1);
    venue.announceShutdown();
    await until(() => venue.connections() === 2);
    let rounds = 0;
    let closed = false;
    const sent = await trafficUntil(venue, () => {
      rounds++;
      if (rounds > 50 && !closed) {
        closed = true;
        venue.closeOldest();
      }
      return rounds > 100;
    });
    await until(() => idsOf(events).length >= sent);
    expect(idsOf(events)).toEqual(Array.from({ length: sent }, (_, i) => 1001 + i));
    expect(bookOf(rowsOf(events, 'depth')).bids.size).toBe(10);
    expect(errors).toEqual([]);
    expect(gaps).toEqual([]);
  });

  it('that is followed by the end at once costs nothing that can be fetched', async () => {
    const { venue, events, errors, gaps } = await playBinance({ streams: ['trades'] });
    venue.send(trade(1));
    await until(() => idsOf(events).length === 1);
    venue.announceShutdown();
    venue.closeOldest();
    for (let i = 2; i < 20; i++) venue.send(trade(i));
    await until(() => venue.demand().length === 1);
    venue.send(trade(20));
    await until(() => idsOf(events).length === 20);
    expect(idsOf(events)).toEqual(Array.from({ length: 20 }, (_, i) => 1001 + i));
    expect(errors).toEqual([]);
    expect(gaps.some(({ stream, filled }) => stream === 'trades' && filled === 'all')).toBe(true);
  });
});
