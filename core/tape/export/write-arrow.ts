import { rmSync } from 'node:fs';
import type { Chunk } from '../../domain/chunk.ts';
import { ArrowWriter } from '../arrow-writer.ts';
import { factsToMetadata } from '../batch-facts.ts';
import { arrowSchema, type MarketColumn, SYMBOL_DICTIONARY_ID } from '../columns.ts';
import { encodeMarket } from '../encode-market.ts';
import type { ExportTarget } from './cells.ts';

/** One Arrow file, with the columns as the tape has them. */
export async function writeArrow(
  chunks: AsyncIterable<Chunk>,
  columns: readonly MarketColumn[],
  { file, symbols }: ExportTarget,
): Promise<number> {
  rmSync(file, { force: true });
  const arrow = new ArrowWriter(file, arrowSchema(columns), { id: SYMBOL_DICTIONARY_ID, values: symbols });
  let rows = 0;
  for await (const chunk of chunks) {
    const { buffers, facts } = encodeMarket(chunk, columns);
    arrow.write(chunk.n, buffers, factsToMetadata(facts));
    rows += chunk.n;
  }
  arrow.seal();
  return rows;
}
