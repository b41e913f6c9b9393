import binance from '../../plugins/providers/binance/index.ts';
import bluefin from '../../plugins/providers/bluefin/index.ts';
import ccxt from '../../plugins/providers/ccxt/index.ts';
import databento from '../../plugins/providers/databento/index.ts';
import finnhub from '../../plugins/providers/finnhub/index.ts';
import projectx from '../../plugins/providers/projectx/index.ts';
import type { ChaosSubject } from './rig.ts';

const on = (...symbols: readonly string[]): ChaosSubject['instruments'] =>
  symbols.map((symbol) => ({ symbol, tickSize: 0.25 }));

/** Every provider with a loopback venue. */
export const subjects: readonly ChaosSubject[] = [
  { plugin: binance, instruments: on('BTCUSDT', 'ETHUSDT') },
  { plugin: bluefin, instruments: on('BTC-PERP', 'ETH-PERP'), options: { token: 'loopback' } },
  { plugin: ccxt, instruments: on('BTC/USDT', 'ETH/USDT'), options: { exchange: 'loopback' } },
  { plugin: databento, instruments: on('ESZ6', 'NQZ6'), options: { key: 'loopback', schemas: ['trades'] } },
  { plugin: finnhub, instruments: on('BINANCE:BTCUSDT', 'BINANCE:ETHUSDT'), options: { apiKey: 'loopback' } },
  { plugin: projectx, instruments: on('MNQ', 'NQ'), options: { userName: 'loopback', apiKey: 'loopback' } },
];
