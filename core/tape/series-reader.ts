import { closeSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FileBlock } from 'apache-arrow/ipc/metadata/file';
import { Message, type RecordBatch } from 'apache-arrow/ipc/metadata/message';
import type { Schema } from 'apache-arrow/schema';
import type { Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { type BatchFacts, factsOfMetadata } from './batch-facts.ts';
import { release } from './packing.ts';
import { MESSAGE_PREFIX, type Segment } from './segment.ts';

const readBytes = promisify(read);

/** What a batch's header tells. */
export interface BatchHead {
  readonly rows: number;
  readonly facts: BatchFacts;
}

/** A batch as it lies on the disk. */
export interface PackedBatch extends BatchHead {
  readonly schema: Schema;
  /** The n-th buffer of the body, still packed. */
  readonly buffer: (n: number) => Uint8Array;
  /** Gives its memory back; the buffers are gone. */
  readonly release: () => void;
  /** For errors. */
  readonly damaged: (cause: unknown) => MillraceError;
}

interface Place {
  readonly segment: Segment;
  readonly schema: Schema;
  readonly block: FileBlock;
  /** Bytes of the series before this batch. */
  readonly before: number;
}

/** The batches of one stream over all its segments, by number. Close it after use. */
export class SeriesReader {
  readonly #places: readonly Place[];
  readonly #files = new Map<string, number>();

  constructor(segments: readonly Segment[]) {
    let before = 0;
    this.#places = segments.flatMap((segment) => {
      const { schema, batches } = segment;
      if (schema === undefined) return [];
      return batches.map((block) => {
        const place = { segment, schema, block, before };
        before += block.metaDataLength + block.bodyLength;
        return place;
      });
    });
  }

  get batches(): number {
    return this.#places.length;
  }

  /** Bytes of the series before the n-th batch, or of all of it: for a progress bar. */
  bytesBefore(n: number): number {
    const last = this.#places.at(-1);
    if (last === undefined) return 0;
    return this.#places[n]?.before ?? last.before + last.block.metaDataLength + last.block.bodyLength;
  }

  head(n: number): BatchHead {
    const place = this.#places[n]!;
    const bytes = Buffer.allocUnsafe(place.block.metaDataLength);
    readSync(this.#file(place), bytes, 0, bytes.length, place.block.offset);
    return decodeHead(place, bytes);
  }

  async read(n: number): Promise<PackedBatch> {
    const place = this.#places[n]!;
    const { offset, metaDataLength, bodyLength } = place.block;
    const bytes = Buffer.allocUnsafe(metaDataLength + bodyLength);
    const { bytesRead } = await readBytes(this.#file(place), bytes, 0, bytes.length, offset);
    const damaged = (cause: unknown) => damagedBatch(place, cause);
    if (bytesRead < bytes.length) throw damaged(new RangeError(`only ${bytesRead} bytes are left`));
    const { rows, facts, regions } = decodeHead(place, bytes);
    const body = bytes.subarray(metaDataLength);
    const buffer = (at: number) => body.subarray(regions[at]!.offset, regions[at]!.offset + regions[at]!.length);
    return { rows, facts, schema: place.schema, buffer, damaged, release: () => release(bytes) };
  }

  /** Number of the first batch that has rows at or after a receipt time; `batches` when there is none. */
  firstAt(ts: Micros): number {
    return this.#first(({ facts }) => facts.ts[1] >= ts);
  }

  /** Number of the first batch that has rows at or after a sequence number; `batches` when there is none. */
  firstFrom(seq: number): number {
    return this.#first(({ facts }) => facts.seq[1] >= seq);
  }

  close(): void {
    for (const fd of this.#files.values()) closeSync(fd);
    this.#files.clear();
  }

  #first(reached: (head: BatchHead) => boolean): number {
    let low = 0;
    let high = this.batches;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(this.head(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #file({ segment }: Place): number {
    const known = this.#files.get(segment.path);
    if (known !== undefined) return known;
    const fd = openSync(segment.path, 'r');
    this.#files.set(segment.path, fd);
    return fd;
  }
}

function decodeHead(place: Place, bytes: Buffer): BatchHead & { readonly regions: RecordBatch['buffers'] } {
  const message = decodeMessage(place, bytes.subarray(MESSAGE_PREFIX, place.block.metaDataLength));
  const facts = factsOfMetadata(message.metadata);
  if (!message.isRecordBatch() || facts === undefined)
    throw damagedBatch(place, new TypeError('not a batch of a tape'));
  const { length: rows, buffers: regions } = message.header();
  return { rows, facts, regions };
}

function decodeMessage(place: Place, bytes: Buffer): Message {
  try {
    return Message.decode(bytes);
  } catch (cause) {
    throw damagedBatch(place, cause);
  }
}

const damagedBatch = ({ segment, block }: Place, cause: unknown): MillraceError =>
  new MillraceError(
    {
      code: 'TAPE_DAMAGED',
      where: { file: segment.path },
      was: `a batch at byte ${block.offset} that cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      expected: 'the bytes that were recorded',
      fix: 'restore the file from a copy; rows before this batch can be read with --until',
    },
    { cause },
  );
