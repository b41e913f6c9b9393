import { DBN_SCHEMAS, DBN_STYPES, type DbnStype, UNDEFINED_U64 } from './codes.ts';
import { writeText } from './field.ts';
import { type DbnMetadata, FIXED_BYTES, PREFIX_BYTES } from './metadata.ts';

/**
 * The bytes of a metadata block, as long as version 3 wants them: a multiple of 8.
 *
 * Errors: DBN_VALUE for text that is too long or not ASCII
 */
export function encodeMetadata(metadata: DbnMetadata): Uint8Array {
  const { version, symbolBytes } = metadata;
  const bytes = new Uint8Array(blockBytes(metadata));
  const data = new DataView(bytes.buffer);
  writeText(data, 0, 4, 'magic', 'DBN');
  data.setUint8(3, version);
  data.setUint32(4, bytes.length - PREFIX_BYTES, true);
  writeText(data, 8, 16, 'dataset', metadata.dataset);
  data.setUint16(24, metadata.schema === undefined ? 0xffff : DBN_SCHEMAS.indexOf(metadata.schema), true);
  data.setBigUint64(26, metadata.start, true);
  data.setBigUint64(34, metadata.end ?? UNDEFINED_U64, true);
  data.setBigUint64(42, metadata.limit ?? 0n, true);
  // Version 1 has a count of records here, which nobody may rely on.
  if (version === 1) data.setBigUint64(50, UNDEFINED_U64, true);
  const stypes = version === 1 ? 58 : 50;
  data.setUint8(stypes, codeOf(metadata.stypeIn));
  data.setUint8(stypes + 1, codeOf(metadata.stypeOut));
  data.setUint8(stypes + 2, metadata.tsOut ? 1 : 0);
  if (version !== 1) data.setUint16(53, symbolBytes, true);
  writeLists(data, metadata);
  return bytes;
}

const codeOf = (stype: DbnStype | undefined): number => (stype === undefined ? 255 : DBN_STYPES.indexOf(stype));

function blockBytes({ version, symbolBytes, symbols, partial, notFound, mappings }: DbnMetadata): number {
  const names = symbols.length + partial.length + notFound.length;
  const mapped = mappings.reduce(
    (sum, { intervals }) => sum + symbolBytes + 4 + intervals.length * (8 + symbolBytes),
    0,
  );
  const bytes = FIXED_BYTES + 4 * 4 + names * symbolBytes + mapped;
  return version === 3 ? Math.ceil(bytes / 8) * 8 : bytes;
}

function writeLists(data: DataView, { symbolBytes, symbols, partial, notFound, mappings }: DbnMetadata): void {
  let at = FIXED_BYTES;
  const whole = (value: number): void => {
    data.setUint32(at, value, true);
    at += 4;
  };
  const symbol = (text: string): void => {
    writeText(data, at, symbolBytes, 'symbol', text);
    at += symbolBytes;
  };
  const date = (text: string): void => whole(Number(text.replaceAll('-', '')));

  for (const names of [symbols, partial, notFound]) {
    whole(names.length);
    names.forEach(symbol);
  }
  whole(mappings.length);
  for (const { rawSymbol, intervals } of mappings) {
    symbol(rawSymbol);
    whole(intervals.length);
    for (const { startDate, endDate, symbol: meant } of intervals) {
      date(startDate);
      date(endDate);
      symbol(meant);
    }
  }
}
