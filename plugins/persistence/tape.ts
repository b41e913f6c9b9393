import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  definePersistence,
  type JournalEntry,
  type Log,
  type Persistence,
  type PersistenceContext,
  reseal,
  TapeWriter,
} from '#core';

const stream = z.enum(['trades', 'quotes', 'depth', 'bars']);

const options = z.strictObject({
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the tapes, from the configuration file; default runs, from where the runtime is started.'),
  record: z
    .union([z.array(stream), z.record(z.string(), z.array(stream))])
    .default([])
    .describe(
      'Streams to record beyond what strategies ask for: a list for all instruments, or a list per instrument.',
    ),
  fsync: z.int().min(0).default(5_000).describe('Milliseconds between forced writes to the disk, against power loss.'),
  batchRows: z
    .int()
    .min(1)
    .max(1_048_576)
    .default(4_096)
    .describe('Rows per batch. Larger ones make smaller files and longer pauses: 4096 take about a millisecond.'),
});
type Options = z.output<typeof options>;

/**
 * Records each run in a folder of its own: `<folder>/<run>`, Arrow files that pandas and Polars open as they are.
 *
 * In       market rows, inputs and decisions, appended in memory; orders and fills follow from these when it is replayed
 * Killed   (SIGKILL, out of memory) keeps everything up to the last `flush`, at most a second old
 * Power    loss keeps everything up to the last `fsync`
 * Restart  the next run makes ordinary Arrow files of what a killed run left in the same folder
 * Errors   TAPE_EXISTS from `open`; those of the file system from `append`, `flush` and `close`
 */
export default definePersistence({
  type: 'tape',
  summary: 'Records everything that enters a run, and every decision, for exact replay.',
  options,
  create: (context) => new TapePersistence(context),
});

class TapePersistence implements Persistence {
  readonly location: string;
  readonly demand: NonNullable<Persistence['demand']>;
  readonly #folder: string;
  readonly #options: Options;
  readonly #log: Log;
  #writer: TapeWriter | undefined;

  constructor(context: PersistenceContext<Options>) {
    const { folder } = context.options;
    this.#options = context.options;
    this.#log = context.log;
    this.#folder = folder === undefined ? resolve('runs') : resolve(context.baseDir, folder);
    this.location = join(this.#folder, context.runId);
    this.demand = demandOf(context);
  }

  async open(run: Parameters<Persistence['open']>[0]): Promise<void> {
    await this.#resealAll();
    this.#writer = new TapeWriter(this.location, run, {
      batchRows: this.#options.batchRows,
      fsyncMs: this.#options.fsync,
    });
  }

  append(entry: JournalEntry): void {
    const writer = this.#writer;
    if (entry.type === 'market') writer?.append(entry.chunk, entry.from, entry.to);
    else if (entry.type === 'input') writer?.input(entry.row);
    else if (entry.type === 'decision') writer?.decision(entry.decision);
  }

  async flush(): Promise<void> {
    this.#writer?.flush();
    await this.#writer?.syncIfDue();
  }

  async close(summary: Parameters<Persistence['close']>[0]): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close(summary);
  }

  // An old tape that cannot be mended must not keep a new run from starting.
  async #resealAll(): Promise<void> {
    for (const dir of tapesIn(this.#folder)) {
      try {
        if (await reseal(dir)) this.#log.info('made the tape of a killed run whole', { tape: dir });
      } catch (error) {
        this.#log.warn('cannot make the tape of an earlier run whole', { tape: dir, error: String(error) });
      }
    }
  }
}

function demandOf({ options: { record }, instruments, instrumentOf }: PersistenceContext<Options>) {
  const perInstrument = Array.isArray(record)
    ? instruments.map(({ symbol }) => [symbol, record] as const)
    : Object.entries(record).map(([symbol, streams]) => [instrumentOf(symbol).symbol, streams] as const);
  return perInstrument.flatMap(([instrument, streams]) => streams.map((name) => ({ stream: name, instrument })));
}

function tapesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((dir) => existsSync(join(dir, 'manifest.json')));
}
