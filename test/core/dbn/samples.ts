import { readFileSync } from 'node:fs';
import type { DbnVersion } from '../../../core/dbn/codes.ts';
import { decodeRecord, type StoredRecord } from '../../../core/dbn/decode-record.ts';
import { DbnDecoder } from '../../../core/dbn/decoder.ts';
import type { DbnMetadata } from '../../../core/dbn/metadata.ts';
import { unpackDbn } from '../../../core/dbn/unpack.ts';
import { hasSharedData, sharedData } from '../../helpers/shared-data.ts';

/** What `expected.json` says of a sample; its values come from two decoders that are not ours. */
export interface Expected {
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly metadata_end_offset?: number;
  readonly fragment_version?: DbnVersion;
  readonly uncompressed_size: number;
  readonly uncompressed_sha256: string;
  readonly v1_record_count_field?: string;
  readonly record_count: number;
  readonly rtypes: Readonly<Record<string, number>>;
  readonly first?: Plain;
  readonly last?: Plain;
  readonly between?: readonly Plain[];
  readonly upgraded_to_v3?: { readonly changed_records?: Readonly<Record<string, Plain>> };
}
type Plain = Readonly<Record<string, unknown>>;

export const samples: Readonly<Record<string, Expected>> = hasSharedData
  ? JSON.parse(readFileSync(sharedData('dbn/expected.json'), 'utf8')).files
  : {};

export const sampleBytes = (name: string): Buffer => readFileSync(sharedData(`dbn/${name}`));

/** The bytes in pieces of a size, as they may come from a file or a socket. */
export async function* pieces(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

export async function unpacked(bytes: Uint8Array, size?: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of unpackDbn(pieces(bytes, size))) parts.push(part);
  return Buffer.concat(parts);
}

export interface Read {
  readonly decoder: DbnDecoder;
  readonly metadata: DbnMetadata | undefined;
  readonly stored: readonly (StoredRecord | undefined)[];
  readonly newest: readonly unknown[];
  readonly raw: readonly Uint8Array[];
}

/** Everything of plain DBN, fed in pieces of a size. */
export function readAll(bytes: Uint8Array, version: DbnVersion | undefined, size = bytes.length): Read {
  const stored: (StoredRecord | undefined)[] = [];
  const newest: unknown[] = [];
  const raw: Uint8Array[] = [];
  const decoder: DbnDecoder = new DbnDecoder(
    {
      record: (data, at) => {
        stored.push(decodeRecord(data, at, decoder.version, decoder.tsOut));
        newest.push(decoder.read(data, at));
        raw.push(new Uint8Array(data.buffer, data.byteOffset + at, data.getUint8(at) * 4).slice());
      },
    },
    { version },
  );
  for (let at = 0; at < bytes.length; at += size) decoder.push(bytes.subarray(at, at + size));
  decoder.end();
  return { decoder, metadata: decoder.metadata, stored, newest, raw };
}

/** Our names and types as `expected.json` writes them: snake_case, and 64-bit values as decimal text. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => name !== 'kind' && item !== undefined)
      .map(([name, item]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), plain(item)]),
  );
}
