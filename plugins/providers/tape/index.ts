import { resolve } from 'node:path';
import { z } from 'zod';
import {
  defineProvider,
  type Micros,
  mergeRecordings,
  openTape,
  type ProviderContext,
  type Recording,
  toMicros,
} from '#core';
import { continuous, continuousSeries } from './continuous.ts';

const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

const options = z.strictObject({
  file: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('Folder of a tape, or a list of them, from the configuration file.'),
  from: time.optional().describe('First receipt time to play, ISO 8601 with a zone; a date alone is its start in UTC.'),
  until: time.optional().describe('Receipt time to stop before, ISO 8601 with a zone.'),
  continuous: continuous.optional(),
});
type Options = z.output<typeof options>;

/**
 * Plays a recording: the clock follows its receipt times, and it is read as fast as the runtime asks.
 *
 * One tape       all of it in its own order: market rows, and the inputs between them (a broker's answers, stops)
 * Several tapes  their market rows, merged by receipt time and numbered anew; inputs belong to one run and are left out
 * Continuous     the rows of one contract of a future at a time, under one symbol; a roll comes as an input between them
 * Torn files     (after a power cut) are played up to the break, with a warning
 * Errors         TAPE_NOT_FOUND, TAPE_MANIFEST and TAPE_VERSION at the start; TAPE_DAMAGED where bytes have changed
 */
export default defineProvider({
  type: 'tape',
  summary: 'Plays a recording, or several merged by receipt time.',
  options,
  create: async (context) => {
    const recordings = await Promise.all([context.options.file].flat().map((file) => openRecording(file, context)));
    const recording = await joined(recordings, context.options);
    return { instruments: recording.instruments, recording };
  },
});

async function joined(recordings: readonly Recording[], { continuous: series }: Options): Promise<Recording> {
  if (series !== undefined) return continuousSeries(recordings, series);
  const [only] = recordings;
  return recordings.length === 1 && only !== undefined ? only : mergeRecordings(recordings);
}

async function openRecording(file: string, { baseDir, log, options }: ProviderContext<Options>): Promise<Recording> {
  const tape = await openTape(resolve(baseDir, file));
  for (const { was, where } of tape.problems) log.warn(was, { file: where.file });
  return tape.recording({ from: micros(options.from), until: micros(options.until) });
}

const micros = (iso: string | undefined): Micros | undefined =>
  iso === undefined ? undefined : toMicros(Date.parse(iso));
