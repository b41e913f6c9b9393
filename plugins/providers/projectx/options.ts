import { z } from 'zod';
import { duration, secret } from '#core';

const address = (fallback: string, what: string) =>
  z
    .url({ protocol: /^https?$/ })
    .default(fallback)
    .describe(`Address of the ${what}. Other firms on the same gateway have their own.`);

export const projectxOptions = z.strictObject({
  userName: z.string().min(1).describe('User name of the account that the API key belongs to.'),
  apiKey: secret().describe('API key, made in the settings of the platform.'),
  account: z
    .union([z.string().min(1), z.int().positive()])
    .optional()
    .describe(
      'Name or number of the account whose orders and positions are followed. Default: the first that may trade.',
    ),
  reports: z.boolean().default(true).describe('Follow balance, orders, positions and fills of the account.'),
  contract: z
    .enum(['front'])
    .default('front')
    .describe('How a root such as NQ becomes a contract. front: the month that the gateway calls active.'),
  contracts: z
    .record(z.string(), z.string().regex(/^CON\.F\.[A-Z]+\.[A-Z0-9]+\.[FGHJKMNQUVXZ]\d\d$/))
    .default({})
    .describe('Contracts by symbol where the rule shall not choose, for example NQ: CON.F.US.ENQ.Z26.'),
  live: z.boolean().default(false).describe('Use the live data subscription; false is what retail accounts have.'),
  depthSize: z
    .enum(['volume', 'currentVolume'])
    .default('volume')
    .describe('Member of a depth entry that is the resting size; clients of the gateway disagree, most take volume.'),
  repeatedTrades: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe(
      'A trade message equal to the one before it. Prints carry no number, so that two equal ones in a millisecond may be real.',
    ),
  freezeAfter: duration('30s').describe(
    'No market data for this long while the market is open: connect anew; after half of it, subscribe anew. 0s switches it off.',
  ),
  tradingHours: z
    .enum(['globex', 'always'])
    .default('globex')
    .describe(
      'When the market counts as open for freezeAfter: Sunday 17:00 to Friday 16:00 in Chicago with the daily break.',
    ),
  renewBefore: duration('1h').describe('How long before its end the access token is renewed.'),
  serverTimeout: duration('30s').describe('No message of a hub for this long and it counts as lost.'),
  keepAlive: duration('10s').describe('Pause between two pings to a hub; the gateway drops clients silent for 30s.'),
  retryPause: duration('5s').describe('First pause after the gateway said that there are too many requests.'),
  restUrl: address('https://api.topstepx.com', 'REST interface'),
  userHubUrl: address('https://rtc.topstepx.com/hubs/user', 'hub that tells of the account'),
  marketHubUrl: address('https://rtc.topstepx.com/hubs/market', 'hub that tells of the market'),
});

export type ProjectxOptions = z.output<typeof projectxOptions>;
