import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { FileBlock as Block, type FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import { Message } from 'apache-arrow/ipc/metadata/message';
import type { Schema } from 'apache-arrow/schema';
import type { Problem } from '../errors/millrace-error.ts';
import { fileTail, MAGIC, STREAM_START } from './arrow-writer.ts';

/** Enough for the header of any batch that a tape has; longer ones are read again in full. */
const HEADER_BYTES = 4096;
const CONTINUATION = 0xffffffff;
/** Continuation mark and length before each message. */
export const MESSAGE_PREFIX = 8;

/** One Arrow file of a series: where its batches are. */
export interface Segment {
  readonly path: string;
  /** Absent when the file ends before its schema does. */
  readonly schema: Schema | undefined;
  readonly batches: readonly FileBlock[];
  /** The file has its footer. */
  readonly sealed: boolean;
  /** What is wrong with the file's end; the batches before it are good. */
  readonly problem: Problem | undefined;
}

interface Scan {
  schema: Schema | undefined;
  readonly batches: FileBlock[];
  readonly dictionaries: FileBlock[];
  /** Where the last whole message ends. */
  end: number;
  problem: Problem | undefined;
}

/** Finds the batches of an Arrow file: by its footer, or message by message when the writer did not get to write one. */
export function openSegment(path: string): Segment {
  const fd = openSync(path, 'r');
  try {
    const footer = readFooter(fd);
    if (footer !== undefined) {
      const batches = [...footer.recordBatches()];
      return { path, schema: footer.schema, batches, sealed: true, problem: undefined };
    }
    const { schema, batches, problem } = scan(fd, path);
    return { path, schema, batches, sealed: false, problem };
  } finally {
    closeSync(fd);
  }
}

/** Makes an ordinary Arrow file of one whose writer was killed: cuts off a torn batch, adds the footer. */
export function sealSegment(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    if (readFooter(fd) !== undefined) return;
    const { schema, batches, dictionaries, end } = scan(fd, path);
    if (schema === undefined) return;
    ftruncateSync(fd, end);
    const tail = fileTail(schema, batches, dictionaries);
    writeSync(fd, tail, 0, tail.length, end);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readFooter(fd: number): Footer | undefined {
  const size = fstatSync(fd).size;
  const tailLength = 4 + MAGIC.length;
  const tail = bytesAt(fd, Math.max(0, size - tailLength), tailLength);
  if (tail.length < tailLength || !tail.subarray(4).equals(MAGIC)) return undefined;
  const length = tail.readInt32LE(0);
  const start = size - tailLength - length;
  if (length <= 0 || start < STREAM_START) return undefined;
  return Footer.decode(bytesAt(fd, start, length));
}

function scan(fd: number, path: string): Scan {
  const size = fstatSync(fd).size;
  const found: Scan = { schema: undefined, batches: [], dictionaries: [], end: STREAM_START, problem: undefined };
  while (found.end < size) {
    const step = readMessage(fd, found.end, size);
    if (step === 'end') return found;
    if (step === 'torn') {
      found.problem = tornFile(path, found.end, size);
      return found;
    }
    note(found, step);
    found.end += step.block.metaDataLength + step.block.bodyLength;
  }
  if (found.schema === undefined) found.problem = tornFile(path, 0, size);
  return found;
}

interface Step {
  readonly message: Message;
  readonly block: FileBlock;
}

function readMessage(fd: number, at: number, size: number): Step | 'end' | 'torn' {
  const prefix = bytesAt(fd, at, HEADER_BYTES);
  if (prefix.length < MESSAGE_PREFIX || prefix.readUInt32LE(0) !== CONTINUATION) return 'torn';
  const length = prefix.readInt32LE(4);
  if (length === 0) return 'end';
  const bodyAt = at + MESSAGE_PREFIX + length;
  if (length < 0 || bodyAt > size) return 'torn';
  const message = decodeMessage(
    prefix.length >= MESSAGE_PREFIX + length ? prefix : bytesAt(fd, at, bodyAt - at),
    length,
  );
  if (message === undefined || bodyAt + message.bodyLength > size) return 'torn';
  return { message, block: new Block(MESSAGE_PREFIX + length, message.bodyLength, at) };
}

// The header of a torn batch can hold anything, and the decoder throws whatever it stumbles over.
function decodeMessage(bytes: Buffer, length: number): Message | undefined {
  try {
    const message = Message.decode(bytes.subarray(MESSAGE_PREFIX, MESSAGE_PREFIX + length));
    return message.bodyLength >= 0 ? message : undefined;
  } catch {
    return undefined;
  }
}

function note(found: Scan, { message, block }: Step): void {
  if (message.isSchema()) found.schema = message.header();
  else if (message.isDictionaryBatch()) found.dictionaries.push(block);
  else found.batches.push(block);
}

function bytesAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
}

const tornFile = (path: string, end: number, size: number): Problem => ({
  code: 'TAPE_TORN',
  where: { file: path },
  was: `a file of ${size} bytes that breaks off in a batch, at byte ${end}`,
  expected: 'whole batches to the end',
  fix: 'nothing is needed: the rows before that byte are used, the next recording in this folder cuts off the rest',
});
