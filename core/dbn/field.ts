import { MillraceError } from '../errors/millrace-error.ts';

/** How a field is stored, little-endian. `char` is one byte of ASCII; `c71` is text of at most 70 bytes and a NUL. */
export type FieldType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'char' | `c${number}`;

/** Fields of a record by name: how each is stored, and at which byte of the record. */
export type Layout = Readonly<Record<string, readonly [type: FieldType, at: number]>>;

export type FieldValue = number | bigint | string;
type ValueOf<Type> = Type extends 'u64' | 'i64'
  ? bigint
  : Type extends 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32'
    ? number
    : string;
export type FieldsOf<Of extends Layout> = { readonly [Name in keyof Of]: ValueOf<Of[Name][0]> };

const ASCII = new TextDecoder('latin1');

export function readFields(data: DataView, at: number, layout: Layout): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {};
  for (const name in layout) {
    const field = layout[name];
    if (field !== undefined) fields[name] = readField(data, at + field[1], field[0]);
  }
  return fields;
}

export function writeFields(
  data: DataView,
  at: number,
  layout: Layout,
  fields: Readonly<Record<string, unknown>>,
): void {
  for (const name in layout) {
    const field = layout[name];
    if (field !== undefined) writeField(data, at + field[1], field[0], name, fields[name]);
  }
}

function readField(data: DataView, at: number, type: FieldType): FieldValue {
  switch (type) {
    case 'u8':
      return data.getUint8(at);
    case 'i8':
      return data.getInt8(at);
    case 'u16':
      return data.getUint16(at, true);
    case 'i16':
      return data.getInt16(at, true);
    case 'u32':
      return data.getUint32(at, true);
    case 'i32':
      return data.getInt32(at, true);
    case 'u64':
      return data.getBigUint64(at, true);
    case 'i64':
      return data.getBigInt64(at, true);
    case 'char':
      return String.fromCharCode(data.getUint8(at));
    default:
      return readText(data, at, textBytes(type));
  }
}

function writeField(data: DataView, at: number, type: FieldType, name: string, value: unknown): void {
  if (type === 'char') {
    if (typeof value !== 'string' || value.length !== 1 || value.charCodeAt(0) > 255)
      throw misfit(name, value, 'one character');
    data.setUint8(at, value.charCodeAt(0));
  } else if (type === 'u64' || type === 'i64') {
    const [least, bits] = type === 'u64' ? [0n, 64n] : [-(1n << 63n), 63n];
    if (typeof value !== 'bigint' || value < least || value >= 1n << bits)
      throw misfit(name, value, `a bigint of ${type}`);
    data.setBigUint64(at, BigInt.asUintN(64, value), true);
  } else if (type.startsWith('c')) writeText(data, at, textBytes(type), name, value);
  else writeWhole(data, at, type, name, value);
}

function writeWhole(data: DataView, at: number, type: FieldType, name: string, value: unknown): void {
  const bits = Number(type.slice(1));
  const isSigned = type.startsWith('i');
  const least = isSigned ? -(2 ** (bits - 1)) : 0;
  const most = 2 ** (isSigned ? bits - 1 : bits) - 1;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw misfit(name, value, `a whole number from ${least} to ${most}`);
  }
  if (bits === 8) data.setUint8(at, value);
  else if (bits === 16) data.setUint16(at, value, true);
  else data.setUint32(at, value, true);
}

/** Text up to its NUL. */
export function readText(data: DataView, at: number, bytes: number): string {
  let length = 0;
  while (length < bytes && data.getUint8(at + length) !== 0) length++;
  return ASCII.decode(new Uint8Array(data.buffer, data.byteOffset + at, length));
}

/** Text and at least one NUL. Errors: DBN_VALUE for text that is too long or not ASCII. */
export function writeText(data: DataView, at: number, bytes: number, name: string, value: unknown): void {
  if (typeof value !== 'string' || value.length >= bytes || !isAscii(value)) {
    throw misfit(name, value, `ASCII text of at most ${bytes - 1} characters`);
  }
  for (let i = 0; i < value.length; i++) data.setUint8(at + i, value.charCodeAt(i));
}

const textBytes = (type: FieldType): number => Number(type.slice(1));

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 127) return false;
  }
  return true;
}

const misfit = (name: string, value: unknown, expected: string): MillraceError =>
  new MillraceError({
    code: 'DBN_VALUE',
    where: { path: name },
    was: typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value),
    expected,
    fix: 'change the value; DBN stores each field in a fixed number of bytes',
  });
