import { z } from 'zod';
import { duration, secret, timeframe } from '#core';

const key = (what: string) =>
  secret().optional().describe(`${what}, where the exchange wants one even for market data.`);

export const ccxtOptions = z.strictObject({
  exchange: z.string().min(1).describe('Name of the exchange as ccxt has it: binance, kraken, okx …'),
  streams: z
    .array(z.enum(['trades', 'quotes', 'depth', 'bars']))
    .min(1)
    .default(['trades', 'quotes', 'depth', 'bars'])
    .describe('What to take. Leave out trades to use the exchange’s own bars.'),
  bars: timeframe('1m').describe('Timeframe of the exchange’s own bars.'),
  levels: z.int().min(1).max(1000).default(50).describe('Levels per side of the book that are kept.'),
  poll: duration('2s').describe('How often to ask where the exchange has no stream.'),
  grace: duration('2s').describe('How long after its end a bar is fetched, when no newer one has come.'),
  fillWait: duration('3s').describe('How long newer trades wait for those that a lost connection missed.'),
  keepAlive: duration('15s').describe('How often to ping. ccxt notices a dead line after about three of them.'),
  sandbox: z.boolean().default(false).describe('Use the exchange’s test system.'),
  apiKey: key('API key'),
  secret: key('Secret of the API key'),
  password: key('Passphrase of the API key'),
  settings: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Handed to ccxt as it is, for what the exchange needs: { options: { defaultType: swap } }.'),
  module: z.string().min(1).default('ccxt').describe('Package, or file beside the configuration, that is ccxt.'),
  restUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Stands in for all REST hosts of the exchange.'),
  streamsUrl: z
    .url({ protocol: /^wss?$/ })
    .optional()
    .describe('Stands in for all stream hosts of the exchange.'),
});

export type CcxtOptions = z.output<typeof ccxtOptions>;
