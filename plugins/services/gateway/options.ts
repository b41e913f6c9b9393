import { z } from 'zod';
import { duration, secret } from '#core';

/** Addresses that only this machine can reach. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

export const gatewayOptions = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address to listen on. Anything but this machine needs a token.'),
    port: z.int().min(0).max(65_535).default(8080).describe('Port to listen on; 0 for any that is free.'),
    token: secret()
      .optional()
      .describe('Asked of every client, as `Authorization: Bearer …` or `?token=…`. Positions and account need it.'),
    origins: z
      .array(z.url())
      .default([])
      .describe('Web pages that may connect, such as https://desk.example. Programs send no origin and always may.'),
    streamIntervalSeconds: z.number().positive().default(1).describe('At most one price update per symbol this often.'),
    priceFrom: z
      .enum(['trades', 'quotes'])
      .default('trades')
      .describe('Price of price updates: the last trade, or the middle of the best quotes.'),
    dryRun: z.boolean().default(false).describe('Serve an invented market in place of the run’s.'),
    tradeFrequency: z
      .number()
      .positive()
      .default(5)
      .describe('Mean seconds between two invented trades of a symbol (a period, despite its name).'),
    seed: z.int().nonnegative().default(1).describe('Of the invented market.'),
    maxClients: z.int().positive().default(100).describe('Sockets at a time; one more is answered with 503.'),
    maxSymbols: z.int().positive().default(20).describe('Symbols per socket.'),
    queueFrames: z.int().positive().default(1000).describe('Frames that wait for a client that reads too slowly.'),
    queueBytes: z.int().positive().default(1_048_576).describe('Bytes that wait for such a client.'),
    heartbeat: duration('30s')
      .refine((us) => us > 0, 'an interval above 0')
      .describe('One heartbeat per socket this often.'),
    staleAfter: duration('60s').describe('A symbol without a trade for this long is called stale in /health.'),
    depthLevels: z.int().positive().default(1000).describe('Levels per side in a snapshot of the depth channel.'),
    compression: z.boolean().default(false).describe('Offer permessage-deflate to clients that ask for it.'),
  })
  .superRefine(({ host, token }, context) => {
    if (isLoopback(host) || token !== undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['token'],
      message: `a token, since ${host} can be reached from other machines`,
      params: { fix: 'set token, or listen on 127.0.0.1' },
    });
  });

export type GatewayOptions = z.output<typeof gatewayOptions>;
