import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportReport } from './import-report.ts';

const BLOCK_BYTES = 1 << 18;

/** Whole lines without their ends, many at a time. `first` is the number of the first, from 1. */
export interface LineBlock {
  readonly lines: readonly string[];
  readonly first: number;
  /** Share of the file's bytes that has been read. */
  readonly progress: number;
}

/** Lines of a text file, plain or gzip, in UTF-8. A gzip file that is cut off or damaged gives the
 * lines before, less what the unpacker held when it found out (256 KB of text at most). */
export async function* readLines(file: string, report: ImportReport): AsyncGenerator<LineBlock> {
  const { size } = await stat(file);
  const bytes = createReadStream(file, { highWaterMark: BLOCK_BYTES });
  // The callback keeps a read error from being unhandled; it reaches us through the iteration.
  const text = (await isGzip(file))
    ? pipeline(bytes, createGunzip({ chunkSize: BLOCK_BYTES }), () => undefined)
    : bytes;
  text.setEncoding('utf8');

  let rest = '';
  let first = 1;
  try {
    for await (const part of text) {
      const joined = rest + String(part);
      const lines = joined.split(joined.includes('\r') ? /\r?\n/ : '\n');
      rest = lines.pop() ?? '';
      yield { lines, first, progress: bytes.bytesRead / size };
      first += lines.length;
    }
  } catch (error) {
    const damage = damageOf(error);
    if (damage === undefined) throw error;
    report.skip(damage, file, first, rest);
    return;
  }
  if (rest !== '') yield { lines: [rest], first, progress: 1 };
}

/** The first lines of a file, to see what it holds. */
export async function firstLines(file: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const block of readLines(file, new ImportReport())) {
    lines.push(...block.lines);
    if (lines.length >= count) break;
  }
  return lines.slice(0, count);
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await handle.close();
  }
}

/** What the gzip reader found wrong with the file; `undefined` for errors of another kind. */
function damageOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return 'the compressed file is cut off';
  return code === 'Z_DATA_ERROR' ? 'the compressed file is damaged from here on' : undefined;
}
