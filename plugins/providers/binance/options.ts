import { z } from 'zod';
import { duration } from '#core';

const address = (what: string) =>
  z
    .url({ protocol: /^(wss?|https?)$/ })
    .optional()
    .describe(`Address of the ${what}, without a path. Default: the venue's own.`);

export const BAR_INTERVALS = ['1s', '1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d'] as const;

export const binanceOptions = z.strictObject({
  market: z.enum(['spot', 'usd-m']).default('spot').describe('Spot, or the USD-margined futures.'),
  streams: z
    .array(z.enum(['trades', 'quotes', 'depth', 'bars']))
    .min(1)
    .default(['trades', 'quotes', 'depth', 'bars'])
    .describe('What to take from the venue. Leave out trades to use the venue’s own bars.'),
  trades: z
    .enum(['trade', 'aggTrade'])
    .optional()
    .describe('Every trade, or the fills of one order in one. Default: trade on spot, aggTrade on usd-m.'),
  bars: z.enum(BAR_INTERVALS).default('1m').describe('Timeframe of the venue’s own bars. 1s exists on spot only.'),
  levels: z.int().min(5).max(5000).default(1000).describe('Levels per side of the snapshot that a book begins with.'),
  depthSpeed: z
    .enum(['100ms', '1s'])
    .default('100ms')
    .describe('How often changes of the book are sent; 1s is 250ms on usd-m.'),
  timeUnit: z.enum(['ms', 'us']).default('ms').describe('Precision of times on spot: milliseconds or microseconds.'),
  fillWait: duration('3s').describe('How long newer trades wait for lost ones that are being fetched.'),
  fillMost: z
    .int()
    .min(0)
    .default(10_000)
    .describe('Most lost trades of an instrument that are fetched after one gap.'),
  rollover: duration('23.5h').describe('Age at which a connection is replaced; the venue ends it at 24h.'),
  ping: duration('15s').describe('How often to ping the venue. Each counts against its limit of messages.'),
  weight: z
    .int()
    .min(300)
    .optional()
    .describe('Request weight to spend per minute. Default: half of what the venue allows an address.'),
  streamsUrl: address('streams'),
  restUrl: address('REST interface'),
});

export type BinanceOptions = z.output<typeof binanceOptions>;
