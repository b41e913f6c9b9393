import { z } from 'zod';
import { duration, secret } from '#core';

export const bluefinOptions = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:8080')
    .describe('Address of the service. Its sockets are dialled at the same host and port.'),
  token: secret().optional().describe('Sent as `Authorization: Bearer …`, where the service asks for one.'),
  symbols: z
    .record(z.string(), z.string())
    .default({})
    .describe('Names at the service where they differ: { ETHUSD: ETH-PERP }.'),
  symbolsPerSocket: z.int().positive().default(20).describe('More symbols than this are spread over several sockets.'),
  priceUpdates: z
    .enum(['ignore', 'prints'])
    .default('ignore')
    .describe('`prints`: a price update is a trade of size 0, which moves prices and bars and no volume.'),
  extensions: z.boolean().default(false).describe('Ask for quotes and depth too: a Millrace gateway has them.'),
  ping: duration('15s')
    .refine((us) => us > 0, 'an interval above 0')
    .describe('A ping this often; a socket without a frame for three of them is lost.'),
});

export type BluefinOptions = z.output<typeof bluefinOptions>;
