/** Record types of DBN, by the byte that names them. */
export const RTYPE = {
  trades: 0x00,
  /** mbp-1 and tbbo alike. */
  mbp1: 0x01,
  mbp10: 0x0a,
  /** Retired: bars of a length that the header tells. */
  ohlcv: 0x11,
  status: 0x12,
  definition: 0x13,
  imbalance: 0x14,
  error: 0x15,
  mapping: 0x16,
  system: 0x17,
  statistics: 0x18,
  ohlcv1s: 0x20,
  ohlcv1m: 0x21,
  ohlcv1h: 0x22,
  ohlcv1d: 0x23,
  ohlcvEod: 0x24,
  mbo: 0xa0,
  cmbp1: 0xb1,
  cbbo1s: 0xc0,
  cbbo1m: 0xc1,
  tcbbo: 0xc2,
  bbo1s: 0xc3,
  bbo1m: 0xc4,
} as const;

/** Schemas by their number. */
export const DBN_SCHEMAS = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;
export type DbnSchema = (typeof DBN_SCHEMAS)[number];

/** Kinds of symbols by their number. */
export const DBN_STYPES = [
  'instrument_id',
  'raw_symbol',
  'smart',
  'continuous',
  'parent',
  'nasdaq_symbol',
  'cms_symbol',
  'isin',
  'us_code',
  'bbg_comp_id',
  'bbg_comp_ticker',
  'figi',
  'figi_ticker',
  'listing_id',
  'issuer_id',
  'security_id',
] as const;
export type DbnStype = (typeof DBN_STYPES)[number];

/** Bits of a record's `flags`. */
export const DBN_FLAG = {
  /** Last record of the venue's event for this instrument: a book is whole only here. */
  last: 128,
  /** The record replaces a whole side of the book. */
  topOfBook: 64,
  /** Out of a snapshot rather than the feed. */
  snapshot: 32,
  /** An aggregated level rather than an order. */
  priceLevel: 16,
  badRecvTime: 8,
  /** Something was lost in the channel: the book is suspect until it is cleared. */
  maybeBadBook: 4,
} as const;

export type DbnVersion = 1 | 2 | 3;
export const NEWEST_DBN: DbnVersion = 3;

export const UNDEFINED_I64 = 0x7fff_ffff_ffff_ffffn;
export const UNDEFINED_U64 = 0xffff_ffff_ffff_ffffn;
export const UNDEFINED_I32 = 0x7fff_ffff;
export const UNDEFINED_U32 = 0xffff_ffff;
export const UNDEFINED_U8 = 255;

/** Length of a symbol with its NUL, in bytes, since version 2, and before. */
export const SYMBOL_BYTES = 71;
export const SYMBOL_BYTES_V1 = 22;
