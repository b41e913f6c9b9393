import type { MillraceError } from '../errors/millrace-error.ts';
import { DBN_SCHEMAS, DBN_STYPES, type DbnStype, type DbnVersion, SYMBOL_BYTES_V1, UNDEFINED_U64 } from './codes.ts';
import { readText } from './field.ts';
import { type DbnMappingInterval, type DbnMetadata, type DbnSymbolMapping, FIXED_BYTES } from './metadata.ts';
import { corrupt } from './problems.ts';

const NO_SCHEMA = 0xffff;
const NO_STYPE = 255;
const NO_LIMIT = 0n;
/** Two dates, before the symbol of a mapping's interval. */
const DATES_BYTES = 8;

/**
 * Reads a whole metadata block, its magic and length included. The caller has checked these.
 *
 * Errors: DBN_CORRUPT
 */
export function decodeMetadata(block: Uint8Array, version: DbnVersion, file?: string): DbnMetadata {
  const data = new DataView(block.buffer, block.byteOffset, block.length);
  // Version 1 has a count of records where the others have the kinds of symbols, 8 bytes earlier.
  const stypes = version === 1 ? 58 : 50;
  const symbolBytes = version === 1 ? SYMBOL_BYTES_V1 : data.getUint16(53, true);
  const wrong = (was: string, expected: string): MillraceError => corrupt(file, `${was} in the metadata`, expected);
  const definitions = data.getUint32(FIXED_BYTES - 4, true);
  if (definitions !== 0) throw wrong(`schema definitions of ${definitions} bytes`, 'none');
  if (symbolBytes === 0) throw wrong('symbols of 0 bytes', 'symbols with room for a NUL');
  const end = data.getBigUint64(34, true);
  const limit = data.getBigUint64(42, true);
  return {
    version,
    dataset: readText(data, 8, 16),
    schema: nameOf(DBN_SCHEMAS, data.getUint16(24, true), NO_SCHEMA, 'schema', wrong),
    start: data.getBigUint64(26, true),
    end: end === UNDEFINED_U64 ? undefined : end,
    limit: limit === NO_LIMIT ? undefined : limit,
    stypeIn: nameOf<DbnStype>(DBN_STYPES, data.getUint8(stypes), NO_STYPE, 'kind of symbols', wrong),
    stypeOut: nameOf<DbnStype>(DBN_STYPES, data.getUint8(stypes + 1), NO_STYPE, 'kind of symbols', wrong),
    tsOut: data.getUint8(stypes + 2) !== 0,
    symbolBytes,
    ...readLists(data, symbolBytes, wrong),
  };
}

type Wrong = (was: string, expected: string) => MillraceError;

function nameOf<Name extends string>(
  names: readonly Name[],
  code: number,
  none: number,
  what: string,
  wrong: Wrong,
): Name | undefined {
  if (code !== none && names[code] === undefined) throw wrong(`${what} ${code}`, `one of ${names.join(', ')}`);
  return names[code];
}

function readLists(
  data: DataView,
  symbolBytes: number,
  wrong: Wrong,
): Pick<DbnMetadata, 'symbols' | 'partial' | 'notFound' | 'mappings'> {
  let at = FIXED_BYTES;
  const skip = (bytes: number): number => {
    if (at + bytes > data.byteLength) throw wrong('a list that runs over the end', 'lists within the given length');
    at += bytes;
    return at - bytes;
  };
  const list = <Item>(itemBytes: number, item: () => Item): Item[] => {
    const count = data.getUint32(skip(4), true);
    // Before anything is made of a count that a flipped bit may have blown up.
    if (count * itemBytes > data.byteLength - at) throw wrong(`a list of ${count}`, 'a list within the given length');
    return Array.from({ length: count }, item);
  };
  const symbol = (): string => readText(data, skip(symbolBytes), symbolBytes);
  const date = (): string => dateOf(data.getUint32(skip(4), true), wrong);
  const interval = (): DbnMappingInterval => ({ startDate: date(), endDate: date(), symbol: symbol() });
  const mapping = (): DbnSymbolMapping => ({
    rawSymbol: symbol(),
    intervals: list(symbolBytes + DATES_BYTES, interval),
  });

  return {
    symbols: list(symbolBytes, symbol),
    partial: list(symbolBytes, symbol),
    notFound: list(symbolBytes, symbol),
    mappings: list(symbolBytes + 4, mapping),
  };
}

/** 20201228 → 2020-12-28. */
function dateOf(digits: number, wrong: Wrong): string {
  const [year, month, day] = [Math.floor(digits / 10_000), Math.floor(digits / 100) % 100, digits % 100];
  const pad = (part: number, length = 2): string => String(part).padStart(length, '0');
  const isDate = year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isDate) throw wrong(`the date ${digits}`, 'a date such as 20201228');
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}
