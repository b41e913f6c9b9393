import binance from '../../plugins/providers/binance/index.ts';
import type { ChaosSubject } from './rig.ts';

/** Every provider with a loopback venue. */
export const subjects: readonly ChaosSubject[] = [
  {
    plugin: binance,
    instruments: [
      { symbol: 'BTCUSDT', tickSize: 0.25 },
      { symbol: 'ETHUSDT', tickSize: 0.25 },
    ],
  },
];
