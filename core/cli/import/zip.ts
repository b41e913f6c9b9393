import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { MillraceError } from '../../errors/millrace-error.ts';

export interface ZipEntry {
  readonly name: string;
  /** The entry's text. Reads as Latin-1, a superset of ASCII, which market data is. */
  text(): string;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
/** The end record is 22 bytes and a comment of up to 65,535. */
const END_BYTES = 22;
const STORED = 0;
const DEFLATED = 8;

/**
 * Lists the files of a zip archive (stored or deflated, not encrypted, under 4 GB), as PKWARE's APPNOTE 4.3 lays it out.
 * Sizes are taken from the central directory: entries written as a stream have them nowhere else.
 *
 * Errors: IMPORT_BAD_ZIP
 */
export async function readZip(file: string): Promise<ZipEntry[]> {
  const bytes = await readFile(file);
  const end = findEnd(bytes);
  if (end < 0) throw badZip(file, 'a file without a central directory', 'a zip archive');
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw badZip(file, 'a damaged central directory', 'a whole zip archive');
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const entry = {
      at: bytes.readUInt32LE(at + 42),
      size: bytes.readUInt32LE(at + 20),
      method: bytes.readUInt16LE(at + 10),
    };
    if (!name.endsWith('/')) entries.push({ name, text: () => contentOf(bytes, entry, file, name).toString('latin1') });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - END_BYTES; at >= 0; at--) if (bytes.readUInt32LE(at) === END_SIGNATURE) return at;
  return -1;
}

function contentOf(
  bytes: Buffer,
  { at, size, method }: { readonly at: number; readonly size: number; readonly method: number },
  file: string,
  name: string,
): Buffer {
  if (method !== STORED && method !== DEFLATED)
    throw badZip(file, `${name} packed with method ${method}`, 'deflate (8) or none (0)');
  try {
    // The local header repeats the name and has an extra field of its own length.
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const packed = bytes.subarray(start, start + size);
    return method === STORED ? packed : inflateRawSync(packed);
  } catch (cause) {
    throw badZip(file, `${name} with damaged content`, 'a whole zip archive', cause);
  }
}

const badZip = (file: string, was: string, expected: string, cause?: unknown): MillraceError =>
  new MillraceError(
    {
      code: 'IMPORT_BAD_ZIP',
      where: { file },
      was,
      expected,
      fix: 'fetch the file again, or unpack it and zip it anew',
    },
    { cause },
  );
