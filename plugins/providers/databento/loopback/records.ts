/**
 * DBN as the gateway writes it: byte by byte from the specification, apart from the codec that the provider reads with, so
 * that a mistake in one shows against the other. Times are nanoseconds, prices numbers; `undefined` is an empty side.
 */
export const LAST = 128;
export const SNAPSHOT = 32;
export const BAD_TS_RECV = 8;
export const NOWHERE = 0xffff_ffff_ffff_ffffn;
const UNDEFINED_PRICE = 0x7fff_ffff_ffff_ffffn;
const SYMBOL_BYTES = 71;
const PUBLISHER = 1;

export interface Stamp {
  readonly id: number;
  readonly event: bigint;
  readonly recv: bigint;
  readonly sequence: number;
}
export interface LevelPair {
  readonly bid: number | undefined;
  readonly bidSize: number;
  readonly ask: number | undefined;
  readonly askSize: number;
}
interface Deed {
  readonly action: string;
  readonly side: string;
  readonly price: number | undefined;
  readonly size: number;
  readonly flags: number;
}

function header(bytes: number, rtype: number, id: number, event: bigint, publisher = PUBLISHER): DataView {
  const data = new DataView(new ArrayBuffer(bytes));
  data.setUint8(0, bytes / 4);
  data.setUint8(1, rtype);
  data.setUint16(2, publisher, true);
  data.setUint32(4, id, true);
  data.setBigUint64(8, event, true);
  return data;
}

const bytesOf = (data: DataView): Uint8Array => new Uint8Array(data.buffer);

function putPrice(data: DataView, at: number, price: number | undefined): void {
  data.setBigInt64(at, price === undefined ? UNDEFINED_PRICE : unitsOf(price), true);
}

/** Two steps, because the product of a price and 1e9 may lie beyond the whole numbers of a float64. */
function unitsOf(price: number): bigint {
  const whole = Math.floor(price);
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.round((price - whole) * 1e9));
}

function putText(data: DataView, at: number, size: number, text: string): void {
  bytesOf(data).set(Buffer.from(text.slice(0, size - 1), 'ascii'), at);
}

/** trades, mbp-1, tbbo and mbp-10: the same head, and as many levels as the type has. */
export function priceRecord(rtype: number, stamp: Stamp, deed: Deed, levels: readonly LevelPair[]): Uint8Array {
  const data = header(48 + 32 * levels.length, rtype, stamp.id, stamp.event);
  putPrice(data, 16, deed.price);
  data.setUint32(24, deed.size, true);
  data.setUint8(28, deed.action.charCodeAt(0));
  data.setUint8(29, deed.side.charCodeAt(0));
  data.setUint8(30, deed.flags);
  data.setBigUint64(32, stamp.recv, true);
  data.setInt32(40, 1000, true);
  data.setUint32(44, stamp.sequence, true);
  levels.forEach((level, k) => {
    putLevel(data, 48 + 32 * k, level);
  });
  return bytesOf(data);
}

function putLevel(data: DataView, at: number, { bid, bidSize, ask, askSize }: LevelPair): void {
  putPrice(data, at, bid);
  putPrice(data, at + 8, ask);
  data.setUint32(at + 16, bidSize, true);
  data.setUint32(at + 20, askSize, true);
  data.setUint32(at + 24, bidSize > 0 ? 1 : 0, true);
  data.setUint32(at + 28, askSize > 0 ? 1 : 0, true);
}

export function orderRecord(stamp: Stamp, deed: Deed, orderId: number): Uint8Array {
  const data = header(56, 0xa0, stamp.id, stamp.event);
  data.setBigUint64(16, BigInt(orderId), true);
  putPrice(data, 24, deed.price);
  data.setUint32(32, deed.size, true);
  data.setUint8(36, deed.flags);
  data.setUint8(38, deed.action.charCodeAt(0));
  data.setUint8(39, deed.side.charCodeAt(0));
  data.setBigUint64(40, stamp.recv, true);
  data.setInt32(48, 1000, true);
  data.setUint32(52, stamp.sequence, true);
  return bytesOf(data);
}

export interface BarValues {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** @param start of the interval */
export function barRecord(rtype: number, id: number, start: bigint, bar: BarValues): Uint8Array {
  const data = header(56, rtype, id, start);
  [bar.open, bar.high, bar.low, bar.close].forEach((price, i) => {
    putPrice(data, 16 + 8 * i, price);
  });
  data.setBigUint64(48, BigInt(Math.round(bar.volume)), true);
  return bytesOf(data);
}

export function errorRecord(event: bigint, code: number, text: string): Uint8Array {
  const data = header(320, 0x15, 0, event, 0);
  putText(data, 16, 302, text);
  data.setUint8(318, code);
  data.setUint8(319, 1);
  return bytesOf(data);
}

export function systemRecord(event: bigint, code: number, text: string): Uint8Array {
  const data = header(320, 0x17, 0, event, 0);
  putText(data, 16, 303, text);
  data.setUint8(319, code);
  return bytesOf(data);
}

export interface Named {
  readonly id: number;
  readonly stype: number;
  readonly asked: string;
  readonly raw: string;
}

export function mappingRecord(event: bigint, { id, stype, asked, raw }: Named): Uint8Array {
  const data = header(176, 0x16, id, event, 0);
  data.setUint8(16, stype);
  putText(data, 17, SYMBOL_BYTES, asked);
  data.setUint8(88, 1);
  putText(data, 89, SYMBOL_BYTES, raw);
  data.setBigUint64(160, NOWHERE, true);
  data.setBigUint64(168, NOWHERE, true);
  return bytesOf(data);
}

/** A record of a type that no version knows. */
export const unknownRecord = (event: bigint): Uint8Array => bytesOf(header(24, 0x7f, 0, event));

export interface HeaderFacts {
  readonly dataset: string;
  /** 0xffff for a live session. */
  readonly schema: number;
  readonly start: bigint;
  readonly end: bigint;
  /** 255 for a live session. */
  readonly stypeIn: number;
  /** Symbols and the id that each has on all days. */
  readonly mappings: readonly (readonly [symbol: string, id: number])[];
}

/** The block before the records, version 3. */
export function metadataBlock({ dataset, schema, start, end, stypeIn, mappings }: HeaderFacts): Uint8Array {
  const lists = mappings.length * SYMBOL_BYTES + mappings.length * (2 * SYMBOL_BYTES + 12) + 16;
  const size = Math.ceil((104 + lists) / 8) * 8;
  const data = new DataView(new ArrayBuffer(8 + size));
  putText(data, 0, 4, 'DBN');
  data.setUint8(3, 3);
  data.setUint32(4, size, true);
  putText(data, 8, 16, dataset);
  data.setUint16(24, schema, true);
  data.setBigUint64(26, start, true);
  data.setBigUint64(34, end, true);
  data.setUint8(50, stypeIn);
  data.setUint16(53, SYMBOL_BYTES, true);
  let at = 112;
  const count = (n: number): void => {
    data.setUint32(at, n, true);
    at += 4;
  };
  const text = (symbol: string): void => {
    putText(data, at, SYMBOL_BYTES, symbol);
    at += SYMBOL_BYTES;
  };
  count(mappings.length);
  for (const [symbol] of mappings) text(symbol);
  count(0);
  count(0);
  count(mappings.length);
  for (const [symbol, id] of mappings) {
    text(symbol);
    count(1);
    count(20_000_101);
    count(21_000_101);
    text(String(id));
  }
  return bytesOf(data);
}
