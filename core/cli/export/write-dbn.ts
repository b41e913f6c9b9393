import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { DbnSchema } from '../../dbn/codes.ts';
import { encodeMetadata } from '../../dbn/encode-metadata.ts';
import { type DbnMetadata, liveMetadata } from '../../dbn/metadata.ts';
import { DbnRowEncoder, schemaOf } from '../../dbn/row-encoder.ts';
import type { Chunk } from '../../domain/chunk.ts';
import { isoMicros, MICROS_PER_SECOND, type Micros } from '../../domain/time.ts';
import { timeframeName } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { MarketColumn } from '../../tape/columns.ts';
import type { ExportTarget } from '../../tape/export/cells.ts';

/** Of no venue: Databento's codes name the feed that data came from. */
const DATASET = 'MILLRACE';
const DAY_US = 86_400 * MICROS_PER_SECOND;
const BLOCK_BYTES = 256 * 1024;

/**
 * A DBN file of version 3, one schema: trades, quotes as mbp-1, depth as mbp-10, bars as ohlcv.
 *
 * Errors: DBN_VALUE for what DBN cannot hold: sizes that are not whole, bars of other lengths than 1s, 1m, 1h and 1d
 */
export async function writeDbn(
  chunks: AsyncIterable<Chunk>,
  _columns: readonly MarketColumn[],
  { file, symbols }: ExportTarget,
): Promise<number> {
  const fd = openSync(file, 'w');
  const encoder = new DbnRowEncoder();
  let block: Uint8Array[] = [];
  let bytes = 0;
  let rows = 0;
  let metadata = liveMetadata(DATASET);
  const flush = (): void => {
    writeSync(fd, Buffer.concat(block));
    block = [];
    bytes = 0;
  };
  try {
    for await (const chunk of chunks) {
      metadata = rows === 0 ? describe(chunk, symbols) : metadata;
      // Written again at the end, when the last time is known; its length stays the same.
      if (rows === 0) writeSync(fd, encodeMetadata(metadata));
      checkSpans(chunk, metadata.schema);
      for (let row = 0; row < chunk.n; row++) {
        const record = encoder.encode(chunk, row);
        if (record === undefined) continue;
        block.push(record);
        bytes += record.length;
        if (bytes >= BLOCK_BYTES) flush();
      }
      rows += chunk.n;
      metadata = until(metadata, chunk.recv[chunk.n - 1] ?? 0);
    }
    flush();
    writeSync(fd, encodeMetadata(metadata), 0, undefined, 0);
  } catch (error) {
    rmSync(file);
    throw error;
  } finally {
    closeSync(fd);
  }
  return rows;
}

function describe(chunk: Chunk, symbols: readonly string[]): DbnMetadata {
  const startsAt = chunk.recv[0] ?? 0;
  const span = chunk.kind === 'bars' ? (chunk.span[0] ?? 0) : 0;
  const [startDate, endDate] = [dateOf(startsAt), dateOf(startsAt + DAY_US)];
  return {
    ...liveMetadata(DATASET, { start: BigInt(startsAt) * 1000n }),
    schema: schemaOf(chunk.kind, span),
    stypeIn: 'raw_symbol',
    symbols,
    mappings: symbols.map((rawSymbol, i) => ({
      rawSymbol,
      intervals: [{ startDate, endDate, symbol: String(i + 1) }],
    })),
  };
}

function until(metadata: DbnMetadata, last: Micros): DbnMetadata {
  const endDate = dateOf(last + DAY_US);
  return {
    ...metadata,
    end: BigInt(last + 1) * 1000n,
    mappings: metadata.mappings.map((mapping) => ({
      ...mapping,
      intervals: mapping.intervals.map((interval) => ({ ...interval, endDate })),
    })),
  };
}

const dateOf = (us: Micros): string => isoMicros(us).slice(0, 'yyyy-mm-dd'.length);

/** A file is of one schema, and each length of bar has its own. */
function checkSpans(chunk: Chunk, schema: DbnSchema | undefined): void {
  if (chunk.kind !== 'bars') return;
  const lengths = [...new Set(chunk.span.subarray(0, chunk.n))];
  if (schema !== undefined && lengths.every((span) => schemaOf('bars', span) === schema)) return;
  throw new MillraceError({
    code: 'DBN_VALUE',
    where: { path: '--timeframe' },
    was: `bars of ${lengths.map(timeframeName).join(', ')}`,
    expected: 'bars of one length: 1s, 1m, 1h or 1d',
    fix: 'choose one, for example --timeframe 1m, or export as parquet, arrow or csv',
  });
}
