import { z } from 'zod';
import { DBN_SCHEMAS, duration, secret } from '#core';

const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
const schema = z.enum(DBN_SCHEMAS);
const LEAST_HEARTBEAT_US = 5_000_000;
const MOST_HEARTBEAT_US = 1_800_000_000;

export const databentoOptions = z
  .strictObject({
    key: secret().optional().describe('Key of the account. Not needed for files.'),
    dataset: z.string().min(1).max(15).default('GLBX.MDP3').describe('Dataset code: GLBX.MDP3 is CME Globex.'),
    schemas: z
      .union([schema, z.array(schema).min(1)])
      .default(['trades', 'mbp-1', 'mbp-10'])
      .describe(
        'What may be subscribed to; of these, what somebody listens to. One that carries trades gives them all.',
      ),
    symbols: z
      .record(z.string(), z.string().min(1))
      .default({})
      .describe('The venue’s symbol of an instrument that is named otherwise here, such as NQ: NQ.v.0.'),
    parents: z
      .array(z.string().regex(/^[A-Z0-9]+\.(?:FUT|OPT|SPOT)$/, 'expected a parent such as NQ.FUT'))
      .default([])
      .describe('Offers all contracts of these, such as NQ.FUT; for configurations that name no instruments.'),
    start: z
      .union([time, z.literal('all')])
      .optional()
      .describe('Replay from here before what is new, up to about a day back; all for everything that is held.'),
    file: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('Plays .dbn or .dbn.zst files instead, merged by receipt time; from the configuration file.'),
    from: time.optional().describe('With until: downloads this stretch of history and plays it. Needs spend.'),
    until: time.optional().describe('End of the download, exclusive. With file: receipt time to stop before.'),
    spend: z.number().nonnegative().default(0).describe('US dollars that a run may spend on history. 0 asks for none.'),
    cache: z
      .string()
      .min(1)
      .default('../data/databento')
      .describe('Folder that keeps downloads, so that none is paid twice.'),
    heartbeat: duration('15s')
      .refine((us) => us >= LEAST_HEARTBEAT_US && us <= MOST_HEARTBEAT_US, 'a duration between 5s and 30m')
      .describe('The venue says something this often; 5 s more of silence and the connection is made anew.'),
    compression: z
      .enum(['none', 'zstd'])
      .default('none')
      .describe('How live records are sent: zstd saves bandwidth and costs a little time on their way.'),
    gateway: z
      .string()
      .regex(/^[^\s:]+:\d+$/, 'expected host:port')
      .optional()
      .describe('Live gateway, host:port. Default: the dataset’s own.'),
    historical: z.url().default('https://hist.databento.com/v0').describe('Address of the historical API.'),
  })
  .refine(({ key, file }) => key !== undefined || file !== undefined, {
    path: ['key'],
    message: 'expected a key, or a file to play',
  })
  .refine(({ schemas }) => !(schemas.includes('tbbo') && schemas.includes('mbp-1')), {
    path: ['schemas'],
    message: 'expected tbbo or mbp-1, not both: their records look alike; use two providers',
  })
  .refine(({ from, until, file }) => file !== undefined || (from === undefined) === (until === undefined), {
    path: ['from'],
    message: 'expected from and until together',
  });

export type DatabentoOptions = z.output<typeof databentoOptions>;
