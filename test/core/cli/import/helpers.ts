import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import type { ImportPlan } from '../../../../core/cli/import/import-plan.ts';
import { mergeSources } from '../../../../core/cli/import/merge-sources.ts';
import type { Chunk, ChunkKind } from '../../../../core/domain/chunk.ts';

/** Calls back for every row that a plan would write, in order. */
export async function visitRows(plan: ImportPlan, visit: (chunk: Chunk, i: number) => void): Promise<void> {
  await mergeSources(plan.sources, ({ chunk, from, to }) => {
    for (let i = from; i < to; i++) visit(chunk, i);
  });
}

/** The rows of one kind as objects of the columns that a case is about. */
export async function rowsOf<Kind extends ChunkKind>(
  plan: ImportPlan,
  kind: Kind,
  fields: readonly (keyof Extract<Chunk, { kind: Kind }>)[],
): Promise<unknown[]> {
  const rows: unknown[] = [];
  await visitRows(plan, (chunk, i) => {
    if (chunk.kind !== kind) return;
    const columns = chunk as unknown as Record<string, ArrayLike<number>>;
    rows.push(fields.map((field) => columns[field as string]?.[i]));
  });
  return rows;
}

export const scratchFolder = (): string => mkdtempSync(join(tmpdir(), 'millrace-import-'));

export function scratchFile(name: string, content: string | Uint8Array): string {
  const file = join(scratchFolder(), name);
  writeFileSync(file, content);
  return file;
}

/** A zip archive by the book; `streamed` leaves the sizes out of the local headers, as writers to a pipe do. */
export function zipOf(
  files: Readonly<Record<string, string>>,
  { stored = false, streamed = false, comment = '' } = {},
): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const packed = stored ? data : deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(streamed ? 8 : 0, 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.from(common);
    if (streamed) local.fill(0, 10, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), local, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]));
    locals.push(entry);
    offset += entry.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, index, end, Buffer.from(comment)]);
}
