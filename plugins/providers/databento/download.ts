import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DbnSchema } from '#core';
import type { Historical, Range } from './historical.ts';
import { stypeOf } from './symbology.ts';

export interface Wanted {
  readonly dataset: string;
  readonly schemas: readonly DbnSchema[];
  /** In the venue's names; parents as well. */
  readonly symbols: readonly string[];
  /** Epoch milliseconds; the end is exclusive. */
  readonly from: number;
  readonly until: number;
}

/**
 * Fetches a stretch of history into files, one for each schema and kind of symbol, and answers their paths. A file that is
 * there is not fetched, nor paid, again.
 */
export async function download(historical: Historical, wanted: Wanted, folder: string): Promise<readonly string[]> {
  const ranges = rangesOf(wanted);
  const files = ranges.map((range) => ({ range, file: join(folder, fileName(wanted.dataset, range)) }));
  const missing = files.filter(({ file }) => !existsSync(file));
  if (missing.length > 0) {
    await historical.pay(missing.map(({ range }) => range));
    await mkdir(folder, { recursive: true });
  }
  for (const { range, file } of missing) {
    // A file that breaks off must not be taken for a whole one the next time.
    await pipeline(await historical.stream(range), createWriteStream(`${file}.part`));
    await rename(`${file}.part`, file);
  }
  return files.map(({ file }) => file);
}

function rangesOf({ schemas, symbols, from, until }: Wanted): readonly Range[] {
  const byStype = [...Map.groupBy(symbols, stypeOf)];
  return schemas.flatMap((schema) => byStype.map(([stype, group]) => ({ schema, stype, symbols: group, from, until })));
}

/** Tells a range from every other; long lists of symbols by their hash. */
function fileName(dataset: string, { schema, symbols, from, until }: Range): string {
  const names = symbols.toSorted().join('_');
  const short = /^[\w.]{1,40}$/.test(names) ? names : createHash('sha256').update(names).digest('hex').slice(0, 16);
  const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.000/g, '');
  return `${dataset}-${short}-${schema}-${stamp(from)}-${stamp(until)}.dbn.zst`;
}
