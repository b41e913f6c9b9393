import { closeSync, openSync, writeSync } from 'node:fs';
import { MetadataVersion } from 'apache-arrow/enum';
import { CompressionType } from 'apache-arrow/fb/compression-type';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import {
  BodyCompression,
  BufferRegion,
  DictionaryBatch,
  FieldNode,
  Message,
  RecordBatch,
} from 'apache-arrow/ipc/metadata/message';
import type { Schema } from 'apache-arrow/schema';
import { bytesOf } from './int64.ts';
import { pack } from './packing.ts';

export const MAGIC = Buffer.from('ARROW1');
/** Where the stream begins in the file form: magic and padding before it. */
export const STREAM_START = 8;
const CONTINUATION = 0xffffffff;
const ALIGNMENT = 8;

/** One column's buffers in Arrow order, without the validity bitmap: no column of a tape has nulls. */
export type ColumnBuffers = readonly Uint8Array[];

/**
 * Writes one Arrow IPC file, batch by batch. The schema and the dictionary stand at the front, so that a file whose writer
 * was killed is a readable stream from byte 8; `seal` adds the footer that makes it an ordinary Arrow file.
 */
export class ArrowWriter {
  readonly fd: number;
  readonly #schema: Schema;
  readonly #dictionaries: FileBlock[] = [];
  readonly #batches: FileBlock[] = [];
  #end = 0;

  constructor(path: string, schema: Schema, dictionary?: { readonly id: number; readonly values: readonly string[] }) {
    this.#schema = schema;
    this.fd = openSync(path, 'wx');
    this.#append([Buffer.concat([MAGIC], STREAM_START), frame(Message.from(schema))]);
    if (dictionary !== undefined) this.#writeDictionary(dictionary.id, dictionary.values);
  }

  get batches(): number {
    return this.#batches.length;
  }

  /** Appends one batch in one write. `metadata` goes into the batch's header, where it is read without unpacking. */
  write(rows: number, columns: readonly ColumnBuffers[], metadata: Map<string, string>): void {
    const { regions, parts, length } = bodyOf(columns);
    const nodes = columns.map(() => new FieldNode(rows, 0));
    const header = new RecordBatch(rows, nodes, regions, zstd(), [], metadata);
    this.#batches.push(this.#appendBatch(Message.from(header, length), parts, length));
  }

  /** Adds the end mark and the footer, and closes the file. */
  seal(): void {
    const tail = fileTail(this.#schema, this.#batches, this.#dictionaries);
    this.#append([tail]);
    closeSync(this.fd);
  }

  #writeDictionary(id: number, values: readonly string[]): void {
    const { regions, parts, length } = bodyOf([utf8Buffers(values)]);
    const data = new RecordBatch(values.length, [new FieldNode(values.length, 0)], regions, zstd());
    const message = Message.from(new DictionaryBatch(data, id), length);
    this.#dictionaries.push(this.#appendBatch(message, parts, length));
  }

  #appendBatch(message: Message, parts: readonly Uint8Array[], length: number): FileBlock {
    const head = frame(message);
    const block = new FileBlock(head.length, length, this.#end);
    this.#append([head, ...parts]);
    return block;
  }

  // At a fixed position, so that a write that failed half way (a full disk) is overwritten by the next one.
  #append(parts: readonly Uint8Array[]): void {
    const bytes = Buffer.concat(parts);
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.fd, bytes, written, bytes.length - written, this.#end + written);
    }
    this.#end += bytes.length;
  }
}

/** What turns a readable stream into an Arrow file: end mark, footer, its length, magic. */
export function fileTail(schema: Schema, batches: readonly FileBlock[], dictionaries: readonly FileBlock[]): Buffer {
  const footer = Footer.encode(new Footer(schema, MetadataVersion.V5, [...batches], [...dictionaries]));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(CONTINUATION, 0);
  const footerLength = Buffer.alloc(4);
  footerLength.writeInt32LE(footer.length);
  return Buffer.concat([lengths, footer, footerLength, MAGIC]);
}

/** Offsets and bytes of strings. */
export function utf8Buffers(values: readonly string[]): ColumnBuffers {
  const encoded = values.map((value) => Buffer.from(value));
  const offsets = new Int32Array(values.length + 1);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i]! + bytes.length;
  });
  return [bytesOf(offsets), Buffer.concat(encoded)];
}

const zstd = () => new BodyCompression(CompressionType.ZSTD);

/** A message with its continuation mark and length, padded to 8 bytes. */
function frame(message: Message): Buffer {
  const encoded = Message.encode(message);
  const length = padded(encoded.length);
  const bytes = Buffer.alloc(8 + length);
  bytes.writeUInt32LE(CONTINUATION, 0);
  bytes.writeInt32LE(length, 4);
  bytes.set(encoded, 8);
  return bytes;
}

function bodyOf(columns: readonly ColumnBuffers[]) {
  const regions: BufferRegion[] = [];
  const parts: Uint8Array[] = [];
  // Two columns may share one buffer (both times of an imported row): it is packed once.
  const done = new Map<Uint8Array, Uint8Array>();
  let length = 0;
  for (const buffers of columns) {
    regions.push(new BufferRegion(length, 0));
    for (const buffer of buffers) {
      const packed = done.get(buffer) ?? pack(buffer);
      done.set(buffer, packed);
      const padding = padded(packed.length) - packed.length;
      regions.push(new BufferRegion(length, packed.length));
      parts.push(packed, new Uint8Array(padding));
      length += packed.length + padding;
    }
  }
  return { regions, parts, length };
}

const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
