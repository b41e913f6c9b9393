import { z } from 'zod';
import { duration, secret } from '#core';

const codes = (what: string) => z.array(z.string().min(1)).default([]).describe(what);

export const finnhubOptions = z.strictObject({
  apiKey: secret().describe('API key of finnhub.io. One connection per key: two at once may lose both.'),
  maxSymbols: z.int().positive().default(50).describe('Symbols that the plan streams at once; the free one 50.'),
  subscriptionsPerSecond: z.int().positive().default(50).describe('Most symbols subscribed or left per second.'),
  callsPerMinute: z.int().positive().default(60).describe('REST calls that the plan allows; the free one 60.'),
  checkSymbols: z.boolean().default(true).describe('Look the symbols up at start, so that a misspelt one is named.'),
  priceUpdates: z
    .enum(['auto', 'quotes', 'ignore'])
    .default('auto')
    .describe('Prices without a trade (volume 0): as quotes or left out. auto: quotes for forex, which has no trades.'),
  conditions: z
    .strictObject({
      only: codes('Take only trades that carry one of these condition codes.'),
      without: codes('Leave out trades that carry one of these condition codes.'),
    })
    .prefault({})
    .describe('Which trades to take, by the codes that stocks carry.'),
  duplicates: duration('5s').describe('A frame that equals one of so long ago is a repetition. 0s takes all.'),
  quotePoll: duration('0s').describe('How often to ask by REST for the price of stocks that are silent. 0s: never.'),
  ping: duration('20s').describe(
    'How often to ping the venue, to measure the delay and notice a dead line. 0s: never.',
  ),
  wsUrl: z
    .url({ protocol: /^wss?$/ })
    .default('wss://ws.finnhub.io')
    .describe('Address of the stream.'),
  restUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://finnhub.io/api/v1')
    .describe('Address of the REST interface.'),
});

export type FinnhubOptions = z.output<typeof finnhubOptions>;
