import { afterEach, describe, expect, it } from 'vitest';
import type { MillraceError } from '#core';
import binance from '../../../../plugins/providers/binance/index.ts';
import { BinanceLoopback } from '../../../../plugins/providers/binance/loopback/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';

let venue: BinanceLoopback | undefined;
afterEach(async () => {
  await venue?.stop();
  venue = undefined;
});

async function open(options: object, symbols: readonly string[], strict = false) {
  venue = new BinanceLoopback(['BTCUSDT', 'ETHUSDT'], { strict });
  await venue.start();
  const requested = symbols.map((symbol) => ({ symbol }));
  return startProvider(binance, { ...venue.options(), ...options }, { requested, demand: [] });
}

const codeOf = async (work: Promise<unknown>): Promise<{ code: string; message: string }> =>
  work.then(
    () => ({ code: 'none', message: '' }),
    (error: MillraceError) => ({ code: error.code, message: error.message }),
  );

describe('a mistake in the configuration', () => {
  it.each(['spot', 'usd-m'] as const)('is named: a symbol that %s does not have', async (market) => {
    const { code, message } = await codeOf(open({ market }, ['BTCUSDT', 'ETH-USDT']));
    expect(code).toBe('PROVIDER_SYMBOL');
    expect(message).toContain('did you mean ETHUSDT?');
  });

  it('is named: bars of a second on the futures market', async () => {
    const requested = [{ symbol: 'BTCUSDT' }];
    const work = startProvider(binance, { market: 'usd-m', bars: '1s' }, { requested, demand: [] });
    expect((await codeOf(work)).code).toBe('CONFIG_INVALID_OPTION');
  });

  it.each([{ market: 'coin-m' }, { bars: '7m' }, { levels: 1 }, { streams: [] }, { nosuch: 1 }, { streamsUrl: 'x' }])(
    'is refused by the options: %o',
    (options) => {
      expect(binance.options.safeParse(options).success).toBe(false);
    },
  );
});

describe('a connection', () => {
  it('is there, and says so, before anything is wanted', async () => {
    const rig = await open({}, ['BTCUSDT']);
    rig.connect();
    await until(() => rig.events.some((event) => event.kind === 'status'));
    expect(venue?.connections()).toBe(1);
    await rig.stop();
    await until(() => venue?.connections() === 0);
  });

  it('that the venue no longer confirms is given up', async () => {
    const rig = await open({}, ['BTCUSDT']);
    venue?.misbehave('refuse');
    rig.connect();
    await until(() => rig.errors.length === 1);
    expect((rig.errors[0] as MillraceError).code).toBe('NET_UNREACHABLE');
  });
});

describe('history', () => {
  it('is of the length asked for, also in a timeframe that the venue does not have', async () => {
    const { provider } = await open({}, ['BTCUSDT']);
    const start = Date.UTC(2026, 6, 1);
    for (let i = 0; i < 2500; i++) {
      venue?.send({
        kind: 'bar',
        instrument: 'BTCUSDT',
        timeframe: '5m',
        start: start + i * 300_000,
        open: 100 + i,
        high: 102 + i,
        low: 99 + i,
        close: 101 + i,
        volume: 2,
        trades: 3,
      });
    }
    const until = start + 2500 * 300_000;
    const own = (await provider.history?.({ instrument: 'BTCUSDT', timeframe: '5m', count: 2200, until })) ?? [];
    expect(own).toHaveLength(2200);
    expect(own.at(-1)).toMatchObject({ end: until, close: 2600, historical: true });
    const joined = (await provider.history?.({ instrument: 'BTCUSDT', timeframe: '10m', count: 3, until })) ?? [];
    // By hand: the last bar is made of the bars that open at 2598 and 2599.
    expect(joined).toHaveLength(3);
    expect(joined.at(-1)).toMatchObject({ open: 2598, high: 2601, low: 2597, close: 2600, volume: 4, trades: 6 });
  });
});
