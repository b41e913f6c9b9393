import type { MillraceError } from '../errors/millrace-error.ts';
import { type DbnVersion, NEWEST_DBN } from './codes.ts';
import { decodeMetadata } from './decode-metadata.ts';
import { decodeRecord } from './decode-record.ts';
import { type DbnMetadata, PREFIX_BYTES } from './metadata.ts';
import { corrupt, truncated, unknownVersion } from './problems.ts';
import { type DbnRecord, leastBytes } from './record.ts';
import { upgradeRecord } from './upgrade-record.ts';

/** Far above any real list of symbols, far below what would hurt. */
const MOST_METADATA_BYTES = 64 * 1024 * 1024;
/** A record's length is one byte that counts words. */
const MOST_RECORD_BYTES = 255 * 4;
const HEADER_BYTES = 16;
const TS_OUT_BYTES = 8;
const MAGIC = [0x44, 0x42, 0x4e];

export interface DbnSink {
  /** Once, before the first record. */
  metadata?(metadata: DbnMetadata): void;
  /** One whole record, from byte `at`. The bytes are good until the call returns; `decoder.read` makes an object of them. */
  record(data: DataView, at: number, decoder: DbnDecoder): void;
}

export interface DbnDecoderOptions {
  /** For messages. */
  readonly file?: string | undefined;
  /** Of records without metadata before them. By default metadata comes first. */
  readonly version?: DbnVersion | undefined;
  readonly tsOut?: boolean | undefined;
}

/**
 * Cuts a stream of DBN into records, whatever pieces it comes in. Records are handed over where they lie: nothing is copied
 * but those that two pieces share, and nothing is decoded unless asked for. Records of unknown types go through as well.
 *
 * Errors  DBN_VERSION, DBN_CORRUPT from `push`, after which the rest of the stream means nothing; DBN_TRUNCATED from `end`
 */
export class DbnDecoder {
  metadata: DbnMetadata | undefined;
  version: DbnVersion;
  tsOut: boolean;
  /** Whole records so far. */
  records = 0;
  /** Those of them whose type this version does not know. */
  unknown = 0;
  readonly #sink: DbnSink;
  readonly #file: string | undefined;
  #inMetadata: boolean;
  #block: Uint8Array = new Uint8Array(PREFIX_BYTES);
  #blockLength = 0;
  #least: Uint16Array;
  readonly #rest = new Uint8Array(MOST_RECORD_BYTES);
  readonly #restData = new DataView(this.#rest.buffer);
  #restLength = 0;
  /** Bytes of the stream before those being looked at. */
  #offset = 0;
  #failure: MillraceError | undefined;

  constructor(sink: DbnSink, { file, version, tsOut = false }: DbnDecoderOptions = {}) {
    this.#sink = sink;
    this.#file = file;
    this.#inMetadata = version === undefined;
    this.version = version ?? NEWEST_DBN;
    this.tsOut = tsOut;
    this.#least = this.#leastBytes();
  }

  push(bytes: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    let at = this.#inMetadata ? this.#takeMetadata(bytes) : 0;
    if (this.#restLength > 0) at = this.#completeRest(bytes, at);
    // Still not whole: all that came belongs to it.
    if (this.#restLength === 0) at = this.#takeRecords(bytes, at);
    this.#rest.set(bytes.subarray(at), this.#restLength);
    this.#restLength += bytes.length - at;
    this.#offset += bytes.length;
  }

  /** The stream has ended. Errors: DBN_TRUNCATED, when not after a whole record */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#inMetadata) throw truncated(this.#file, `an end after ${this.#offset} bytes, inside the metadata`);
    if (this.#restLength === 0) return;
    const start = this.#offset - this.#restLength;
    throw truncated(this.#file, `an end inside the record at byte ${start}, after ${this.records} whole ones`);
  }

  /** A record as an object, in the form of the newest version; `undefined` for one of an unknown type. */
  read(data: DataView, at: number): DbnRecord | undefined {
    const record = decodeRecord(data, at, this.version, this.tsOut);
    return record && upgradeRecord(record, this.version);
  }

  #takeRecords(bytes: Uint8Array, from: number): number {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = from;
    while (at < bytes.length) {
      const size = data.getUint8(at) * 4;
      if (size < HEADER_BYTES) throw this.#tooShort(size, this.#offset + at);
      if (at + size > bytes.length) return at;
      this.#hand(data, at, size, this.#offset + at);
      at += size;
    }
    return at;
  }

  /** Takes what is missing of the record that the last piece began; how far it got in the new one. */
  #completeRest(bytes: Uint8Array, from: number): number {
    const start = this.#offset - this.#restLength;
    const size = (this.#rest[0] ?? 0) * 4;
    const missing = size - this.#restLength;
    if (from + missing > bytes.length) return from;
    this.#rest.set(bytes.subarray(from, from + missing), this.#restLength);
    this.#restLength = 0;
    this.#hand(this.#restData, 0, size, start);
    return from + missing;
  }

  #hand(data: DataView, at: number, size: number, offset: number): void {
    const least = this.#least[data.getUint8(at + 1)] ?? 0;
    if (size < least) throw this.#tooShort(size, offset, least);
    if (least === 0) this.unknown++;
    this.records++;
    this.#sink.record(data, at, this);
  }

  #tooShort(size: number, offset: number, least = HEADER_BYTES): MillraceError {
    this.#failure = corrupt(
      this.#file,
      `a record of ${size} bytes at byte ${offset}, after ${this.records} whole ones`,
      `at least ${least} bytes`,
    );
    return this.#failure;
  }

  /** Collects the metadata; the number of bytes that it took. */
  #takeMetadata(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      const wanted = this.#metadataBytes();
      const part = bytes.subarray(at, at + wanted - this.#blockLength);
      this.#append(part, wanted);
      at += part.length;
      try {
        this.#checkPrefix();
        if (this.#blockLength < PREFIX_BYTES || this.#blockLength < this.#metadataBytes()) continue;
        this.#readMetadata();
      } catch (error) {
        this.#failure = error as MillraceError;
        throw error;
      }
      return at;
    }
    return at;
  }

  /** Bytes of the metadata as far as they are known. */
  #metadataBytes(): number {
    if (this.#blockLength < PREFIX_BYTES) return PREFIX_BYTES;
    return PREFIX_BYTES + new DataView(this.#block.buffer).getUint32(4, true);
  }

  /** Grows with what really came, not with what the length promises. */
  #append(part: Uint8Array, wanted: number): void {
    const length = this.#blockLength + part.length;
    if (length > this.#block.length) {
      const grown = new Uint8Array(Math.min(wanted, Math.max(length, this.#block.length * 2)));
      grown.set(this.#block.subarray(0, this.#blockLength));
      this.#block = grown;
    }
    this.#block.set(part, this.#blockLength);
    this.#blockLength = length;
  }

  #checkPrefix(): void {
    const start = this.#block.subarray(0, Math.min(this.#blockLength, MAGIC.length));
    if (start.some((byte, i) => byte !== MAGIC[i])) {
      const shown = [...start].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      throw corrupt(
        this.#file,
        `the first bytes ${shown}`,
        '44 42 4e (DBN), or a file ending in .frag without metadata',
      );
    }
    const version = this.#block[3] ?? 0;
    if (this.#blockLength > 3 && (version < 1 || version > NEWEST_DBN)) {
      throw unknownVersion(this.#file, `DBN of version ${version}`);
    }
    const bytes = this.#metadataBytes();
    const least = PREFIX_BYTES + 120;
    if (this.#blockLength >= PREFIX_BYTES && (bytes < least || bytes > MOST_METADATA_BYTES)) {
      throw corrupt(this.#file, `metadata of ${bytes} bytes`, `${least} to ${MOST_METADATA_BYTES} bytes`);
    }
  }

  #readMetadata(): void {
    this.version = (this.#block[3] ?? NEWEST_DBN) as DbnVersion;
    const metadata = decodeMetadata(this.#block, this.version, this.#file);
    this.metadata = metadata;
    this.tsOut = metadata.tsOut;
    this.#least = this.#leastBytes();
    this.#inMetadata = false;
    this.#block = new Uint8Array(0);
    this.#sink.metadata?.(metadata);
  }

  /** By record type; 0 stays 0, for those that are not known. */
  #leastBytes(): Uint16Array {
    return leastBytes(this.version).map((bytes) => (this.tsOut && bytes > 0 ? bytes + TS_OUT_BYTES : bytes));
  }
}
