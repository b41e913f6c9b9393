import { createReadStream, statSync } from 'node:fs';
import { type DbnVersion, NEWEST_DBN } from './codes.ts';
import { DbnDecoder, type DbnSink } from './decoder.ts';
import { unpackDbn } from './unpack.ts';

const READ_BYTES = 256 * 1024;
/** Versions by the words that a record of a telling type has. */
const TELLING: ReadonlyMap<number, Readonly<Record<number, DbnVersion>>> = new Map([
  [0x13, { 90: 1, 100: 2, 130: 3 }],
  [0x15, { 20: 1, 80: 3 }],
  [0x16, { 20: 1, 44: 3 }],
  [0x17, { 20: 1, 80: 3 }],
  [0x18, { 16: 2, 20: 3 }],
]);

/**
 * Reads a file, plain or packed, with metadata or (`.frag`) without. Each step has put some records into the sink and tells
 * the share of the file that is read, 0 to 1.
 *
 * Errors: those of the decoder and of unpacking, after all records before the fault; those of reading a file
 */
export async function* readDbn(file: string, sink: DbnSink): AsyncGenerator<number> {
  const { size } = statSync(file);
  const bytes = createReadStream(file, { highWaterMark: READ_BYTES });
  const isFragment = /\.frag(\.zst)?$/.test(file);
  let decoder: DbnDecoder | undefined;
  try {
    for await (const part of unpackDbn(bytes, file)) {
      decoder ??= new DbnDecoder(sink, { file, version: isFragment ? fragmentVersion(part) : undefined });
      decoder.push(part);
      yield bytes.bytesRead / size;
    }
    (decoder ?? new DbnDecoder(sink, { file, version: isFragment ? NEWEST_DBN : undefined })).end();
  } finally {
    bytes.destroy();
  }
}

/** As the first record shows; most types are the same in all versions. */
const fragmentVersion = (start: Uint8Array): DbnVersion => TELLING.get(start[1] ?? 0)?.[start[0] ?? 0] ?? NEWEST_DBN;
