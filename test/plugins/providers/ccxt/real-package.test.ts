import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoopbackVenue, StreamDemand } from '#core';
import binanceVenue from '../../../../plugins/providers/binance/loopback/index.ts';
import ccxt from '../../../../plugins/providers/ccxt/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';
import { rowsOf } from './rows-of.ts';

const BTC = 'BTC/USDT';
/** Elsewhere on the disk, for those who do not want 60 MB in the project: CCXT_MODULE=/path/to/ccxt/js/ccxt.js */
const MODULE = process.env['CCXT_MODULE'] ?? 'ccxt';
const isInstalled = process.env['CCXT_MODULE'] !== undefined || canResolve('ccxt');

function canResolve(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

let venue: LoopbackVenue | undefined;
let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
  await venue?.stop();
});

/** The package itself, with the exchange Binance led to its venue on this machine. Needs: npm install ccxt@4.5.84 */
describe.skipIf(!isInstalled)('the package ccxt (skipped unless it is installed)', () => {
  it('delivers trades, book and quotes, and after a lost connection the trades that were missed', async () => {
    venue = binanceVenue({ instruments: ['BTCUSDT'] });
    await venue.start();
    const { streamsUrl, restUrl } = venue.options();
    const rig = await startProvider(
      ccxt,
      {
        exchange: 'binance',
        module: MODULE,
        restUrl,
        // ccxt tells spot from futures by this word in the address.
        streamsUrl: `${String(streamsUrl)}/stream`,
        settings: { options: { fetchMarkets: { types: ['spot'] } } },
      },
      {
        requested: [{ symbol: BTC }],
        demand: (['trades', 'depth', 'quotes'] as const).map((stream): StreamDemand => ({ stream, instrument: BTC })),
      },
    );
    stop = rig.stop;
    rig.connect();
    const subscribed = (): number => venue?.demand().length ?? 0;
    const trade = (id: number): void =>
      void venue?.send({
        kind: 'trade',
        instrument: 'BTCUSDT',
        price: 100 + id,
        size: 1,
        side: 'sell',
        tsEvent: Date.now(),
        id,
      });
    const trades = () => rowsOf(rig.events, 'trades', [BTC]);
    await until(() => subscribed() === 2, 8000, 'the subscription');
    venue.send({
      kind: 'depth',
      instrument: 'BTCUSDT',
      snapshot: true,
      bids: [[99, 5]],
      asks: [[101, 4]],
      tsEvent: Date.now(),
    });
    for (const id of [1, 2, 3]) trade(id);
    await until(() => trades().length === 3);
    expect(trades()[0]).toMatchObject({ id: 1, values: [101, 1, -1] });
    await until(() => rowsOf(rig.events, 'quotes', [BTC]).at(-1)?.values.join() === '99,5,101,4');
    expect(rowsOf(rig.events, 'depth', [BTC]).map(({ values }) => values)).toContainEqual([-1, 101, 4, 1]);

    venue.misbehave('drop');
    for (const id of [4, 5]) trade(id);
    await until(() => rig.errors.length > 0);
    rig.connect();
    await until(() => subscribed() === 2, 8000, 'the subscription after the drop');
    trade(6);
    await until(() => trades().length === 6);
    expect(trades().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rig.link.said.gaps).toContainEqual(expect.objectContaining({ stream: 'trades', filled: 'all' }));
  });
});
