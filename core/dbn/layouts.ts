import type { Layout } from './field.ts';

/** Byte offsets count from the start of a record; all of a record's bytes that no field covers are padding. */
export const HEADER = {
  publisherId: ['u16', 2],
  instrumentId: ['u32', 4],
  tsEvent: ['u64', 8],
} as const satisfies Layout;

export const MBO = {
  orderId: ['u64', 16],
  price: ['i64', 24],
  size: ['u32', 32],
  flags: ['u8', 36],
  channelId: ['u8', 37],
  action: ['char', 38],
  side: ['char', 39],
  tsRecv: ['u64', 40],
  tsInDelta: ['i32', 48],
  sequence: ['u32', 52],
} as const satisfies Layout;

/** A trade; also the head of the mbp records. */
export const TRADE = {
  price: ['i64', 16],
  size: ['u32', 24],
  action: ['char', 28],
  side: ['char', 29],
  flags: ['u8', 30],
  depth: ['u8', 31],
  tsRecv: ['u64', 32],
  tsInDelta: ['i32', 40],
  sequence: ['u32', 44],
} as const satisfies Layout;

export const CMBP = {
  price: ['i64', 16],
  size: ['u32', 24],
  action: ['char', 28],
  side: ['char', 29],
  flags: ['u8', 30],
  tsRecv: ['u64', 32],
  tsInDelta: ['i32', 40],
} as const satisfies Layout;

export const CBBO = {
  price: ['i64', 16],
  size: ['u32', 24],
  side: ['char', 29],
  flags: ['u8', 30],
  tsRecv: ['u64', 32],
} as const satisfies Layout;

export const BBO = { ...CBBO, sequence: ['u32', 44] } as const satisfies Layout;

/** Levels follow at byte 48, best first, 32 bytes each. */
export const LEVELS_AT = 48;
export const LEVEL_BYTES = 32;

export const LEVEL = {
  bidPx: ['i64', 0],
  askPx: ['i64', 8],
  bidSz: ['u32', 16],
  askSz: ['u32', 20],
  bidCt: ['u32', 24],
  askCt: ['u32', 28],
} as const satisfies Layout;

/** Of several venues: who has the best price in place of how many orders. */
export const CONSOLIDATED_LEVEL = {
  bidPx: ['i64', 0],
  askPx: ['i64', 8],
  bidSz: ['u32', 16],
  askSz: ['u32', 20],
  bidPb: ['u16', 24],
  askPb: ['u16', 28],
} as const satisfies Layout;

export const OHLCV = {
  open: ['i64', 16],
  high: ['i64', 24],
  low: ['i64', 32],
  close: ['i64', 40],
  volume: ['u64', 48],
} as const satisfies Layout;

export const STATUS = {
  tsRecv: ['u64', 16],
  action: ['u16', 24],
  reason: ['u16', 26],
  tradingEvent: ['u16', 28],
  isTrading: ['char', 30],
  isQuoting: ['char', 31],
  isShortSellRestricted: ['char', 32],
} as const satisfies Layout;

export const IMBALANCE = {
  tsRecv: ['u64', 16],
  refPrice: ['i64', 24],
  auctionTime: ['u64', 32],
  contBookClrPrice: ['i64', 40],
  auctInterestClrPrice: ['i64', 48],
  ssrFillingPrice: ['i64', 56],
  indMatchPrice: ['i64', 64],
  upperCollar: ['i64', 72],
  lowerCollar: ['i64', 80],
  pairedQty: ['u32', 88],
  totalImbalanceQty: ['u32', 92],
  marketImbalanceQty: ['u32', 96],
  unpairedQty: ['u32', 100],
  auctionType: ['char', 104],
  side: ['char', 105],
  auctionStatus: ['u8', 106],
  freezeStatus: ['u8', 107],
  numExtensions: ['u8', 108],
  unpairedSide: ['char', 109],
  significantImbalance: ['char', 110],
} as const satisfies Layout;

export const STATISTICS = {
  tsRecv: ['u64', 16],
  tsRef: ['u64', 24],
  price: ['i64', 32],
  quantity: ['i64', 40],
  sequence: ['u32', 48],
  tsInDelta: ['i32', 52],
  statType: ['u16', 56],
  channelId: ['u16', 58],
  updateAction: ['u8', 60],
  statFlags: ['u8', 61],
} as const satisfies Layout;

/** Versions 1 and 2. */
export const STATISTICS_V2 = {
  tsRecv: ['u64', 16],
  tsRef: ['u64', 24],
  price: ['i64', 32],
  quantity: ['i32', 40],
  sequence: ['u32', 44],
  tsInDelta: ['i32', 48],
  statType: ['u16', 52],
  channelId: ['u16', 54],
  updateAction: ['u8', 56],
  statFlags: ['u8', 57],
} as const satisfies Layout;

export const ERROR = { err: ['c302', 16], code: ['u8', 318], isLast: ['u8', 319] } as const satisfies Layout;
export const ERROR_V1 = { err: ['c64', 16] } as const satisfies Layout;

export const SYSTEM = { msg: ['c303', 16], code: ['u8', 319] } as const satisfies Layout;
export const SYSTEM_V1 = { msg: ['c64', 16] } as const satisfies Layout;

export const MAPPING = {
  stypeIn: ['u8', 16],
  stypeInSymbol: ['c71', 17],
  stypeOut: ['u8', 88],
  stypeOutSymbol: ['c71', 89],
  startTs: ['u64', 160],
  endTs: ['u64', 168],
} as const satisfies Layout;

export const MAPPING_V1 = {
  stypeInSymbol: ['c22', 16],
  stypeOutSymbol: ['c22', 38],
  startTs: ['u64', 64],
  endTs: ['u64', 72],
} as const satisfies Layout;
