import { z } from 'zod';
import type { ConnectionSettings } from '../plugin/connection.ts';
import { LOOPBACK_FAULTS } from '../plugin/loopback.ts';
import { duration } from './fields.ts';

const connection = z
  .strictObject({
    connectWithin: duration()
      .optional()
      .describe(
        'Not live for this long, whatever bytes come, and the connection is made anew. Default 1m; 0s: no limit.',
      ),
    silence: duration()
      .optional()
      .describe('No byte for this long and the connection is made anew. Default 30s; 0s: never.'),
    dataSilence: duration()
      .optional()
      .describe(
        'The same for market data: bytes may still come, such as heartbeats. Default off, except where a venue freezes.',
      ),
    instrumentSilence: duration()
      .optional()
      .describe(
        'No market data of one wanted instrument for this long: the connection counts as stale. Default 5m; 0s: never.',
      ),
    firstPause: duration()
      .optional()
      .describe('Longest pause before the first new attempt; doubles with each. Default 500ms.'),
    longestPause: duration()
      .optional()
      .describe('Longest pause after many failures. Default 5s: a venue that is back is used at once.'),
    stable: duration()
      .optional()
      .describe('A connection that was live for this long makes pauses small again. Default 30s.'),
    attempts: z
      .int()
      .nonnegative()
      .optional()
      .describe('Attempts in a row to connect again before the provider is given up. Default 0: it goes on for ever.'),
    reconnectBelow: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('Health below this for ten seconds and the connection is made anew. Default 0: never.'),
    conflateAfter: duration()
      .optional()
      .describe(
        'When the run is later than this, only the newest of several quotes is delivered. Default 1s; 0s: never.',
      ),
    backfill: z.boolean().optional().describe('Fetch the bars of a gap from the venue’s history. Default false.'),
  })
  .describe('How the connection is kept: see docs/connections.md.');

const loopback = z
  .strictObject({
    seed: z.int().nonnegative().default(1).describe('Start of the random walk.'),
    rate: z.number().positive().default(50).describe('Trades per second and instrument.'),
    sent: z
      .string()
      .min(1)
      .optional()
      .describe('File that gets a line of JSON for every event that the venue sent, from the configuration file.'),
    faults: z
      .array(
        z.strictObject({
          fault: z.enum(LOOPBACK_FAULTS).describe('What goes wrong.'),
          after: duration().describe('From the start of the run.'),
          lasts: duration().optional().describe('Until it is mended; left out for faults that happen once.'),
        }),
      )
      .default([])
      .describe('Misbehaviour to rehearse.'),
  })
  .describe('In place of the venue: one on this machine that speaks its protocol, with an invented market.');

/** Options that every provider has, beside its own. */
export const providerSettings = { connection: connection.optional(), loopback: loopback.optional() };

export type LoopbackOptions = z.output<typeof loopback>;

export interface ProviderSettings {
  readonly connection: Partial<ConnectionSettings>;
  readonly loopback: LoopbackOptions | undefined;
}

/** A provider's schema with those options in it. One that is no plain map of options keeps to itself. */
export function withProviderSettings(options: z.ZodType): z.ZodType {
  return options instanceof z.ZodObject ? options.safeExtend(providerSettings) : options;
}

/** Takes checked options apart again. */
export function splitProviderSettings(options: unknown): {
  readonly own: unknown;
  readonly settings: ProviderSettings;
} {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return { own: options, settings: { connection: {}, loopback: undefined } };
  }
  const { connection: given, loopback: played, ...own } = options as z.output<z.ZodObject<typeof providerSettings>>;
  return { own, settings: { connection: settingsOf(given ?? {}), loopback: played } };
}

function settingsOf(given: z.output<typeof connection>): Partial<ConnectionSettings> {
  const {
    connectWithin,
    silence,
    dataSilence,
    instrumentSilence,
    firstPause,
    longestPause,
    stable,
    conflateAfter,
    ...rest
  } = given;
  const all = {
    connectWithinUs: connectWithin,
    silenceUs: silence,
    dataSilenceUs: dataSilence,
    instrumentSilenceUs: instrumentSilence,
    firstPauseUs: firstPause,
    longestPauseUs: longestPause,
    stableUs: stable,
    conflateAfterUs: conflateAfter,
    ...rest,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
