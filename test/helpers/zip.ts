import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;

/** Text of one entry of a zip file. Sizes are read from the directory at its end, since entries may leave theirs out. */
export function readZipEntry(file: string, entry: string): string {
  const bytes = readFileSync(file);
  let at = bytes.length - 22;
  while (bytes.readUInt32LE(at) !== END_OF_DIRECTORY) at -= 1;
  let record = bytes.readUInt32LE(at + 16);
  for (let left = bytes.readUInt16LE(at + 10); left > 0; left--) {
    const nameLength = bytes.readUInt16LE(record + 28);
    const name = bytes.toString('utf8', record + 46, record + 46 + nameLength);
    if (name === entry) return contents(bytes, record);
    record += 46 + nameLength + bytes.readUInt16LE(record + 30) + bytes.readUInt16LE(record + 32);
  }
  throw new Error(`${file} has no entry ${entry}`);
}

function contents(bytes: Buffer, record: number): string {
  const stored = bytes.readUInt16LE(record + 10) === 0;
  const size = bytes.readUInt32LE(record + 20);
  const header = bytes.readUInt32LE(record + 42);
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const data = bytes.subarray(start, start + size);
  return (stored ? data : inflateRawSync(data)).toString('utf8');
}
