import type { DbnVersion } from './codes.ts';
import type { FieldsOf, FieldType, Layout } from './field.ts';

/** How a field is stored, in all versions or in each, and its byte in version 1, 2 and 3; 0 where it is missing. */
type Row = readonly [type: FieldType | readonly [FieldType, FieldType, FieldType], v1: number, v2: number, v3: number];

/** An instrument definition: 360, 400 and 520 bytes. Legs exist since version 3. */
const FIELDS = {
  tsRecv: ['u64', 16, 16, 16],
  minPriceIncrement: ['i64', 24, 24, 24],
  displayFactor: ['i64', 32, 32, 32],
  expiration: ['u64', 40, 40, 40],
  activation: ['u64', 48, 48, 48],
  highLimitPrice: ['i64', 56, 56, 56],
  lowLimitPrice: ['i64', 64, 64, 64],
  maxPriceVariation: ['i64', 72, 72, 72],
  unitOfMeasureQty: ['i64', 88, 88, 80],
  minPriceIncrementAmount: ['i64', 96, 96, 88],
  priceRatio: ['i64', 104, 104, 96],
  strikePrice: ['i64', 328, 112, 104],
  rawInstrumentId: [['u32', 'u32', 'u64'], 120, 128, 112],
  legPrice: ['i64', 0, 0, 120],
  legDelta: ['i64', 0, 0, 128],
  instAttribValue: ['i32', 112, 120, 136],
  underlyingId: ['u32', 116, 124, 140],
  marketDepthImplied: ['i32', 124, 132, 144],
  marketDepth: ['i32', 128, 136, 148],
  marketSegmentId: ['u32', 132, 140, 152],
  maxTradeVol: ['u32', 136, 144, 156],
  minLotSize: ['i32', 140, 148, 160],
  minLotSizeBlock: ['i32', 144, 152, 164],
  minLotSizeRoundLot: ['i32', 148, 156, 168],
  minTradeVol: ['u32', 152, 160, 172],
  contractMultiplier: ['i32', 160, 164, 176],
  decayQuantity: ['i32', 164, 168, 180],
  originalContractSize: ['i32', 168, 172, 184],
  legInstrumentId: ['u32', 0, 0, 188],
  legRatioPriceNumerator: ['i32', 0, 0, 192],
  legRatioPriceDenominator: ['i32', 0, 0, 196],
  legRatioQtyNumerator: ['i32', 0, 0, 200],
  legRatioQtyDenominator: ['i32', 0, 0, 204],
  legUnderlyingId: ['u32', 0, 0, 208],
  applId: ['i16', 178, 178, 212],
  maturityYear: ['u16', 180, 180, 214],
  decayStartDate: ['u16', 182, 182, 216],
  channelId: ['u16', 184, 184, 218],
  legCount: ['u16', 0, 0, 220],
  legIndex: ['u16', 0, 0, 222],
  currency: ['c4', 186, 186, 224],
  settlCurrency: ['c4', 190, 190, 228],
  secsubtype: ['c6', 194, 194, 232],
  rawSymbol: [['c22', 'c71', 'c71'], 200, 200, 238],
  group: ['c21', 222, 271, 309],
  exchange: ['c5', 243, 292, 330],
  asset: [['c7', 'c7', 'c11'], 248, 297, 335],
  cfi: ['c7', 255, 304, 346],
  securityType: ['c7', 262, 311, 353],
  unitOfMeasure: ['c31', 269, 318, 360],
  underlying: ['c21', 300, 349, 391],
  strikePriceCurrency: ['c4', 321, 370, 412],
  legRawSymbol: ['c71', 0, 0, 416],
  instrumentClass: ['char', 325, 374, 487],
  matchAlgorithm: ['char', 342, 375, 488],
  mainFraction: ['u8', 344, 377, 489],
  priceDisplayFormat: ['u8', 345, 378, 490],
  subFraction: ['u8', 347, 380, 491],
  underlyingProduct: ['u8', 348, 381, 492],
  securityUpdateAction: ['char', 349, 382, 493],
  maturityMonth: ['u8', 350, 383, 494],
  maturityDay: ['u8', 351, 384, 495],
  maturityWeek: ['u8', 352, 385, 496],
  userDefinedInstrument: ['char', 353, 386, 497],
  contractMultiplierUnit: ['i8', 354, 387, 498],
  flowScheduleType: ['i8', 355, 388, 499],
  tickRule: ['u8', 356, 389, 500],
  legInstrumentClass: ['char', 0, 0, 501],
  legSide: ['char', 0, 0, 502],
} as const satisfies Readonly<Record<string, Row>>;

/** Fields that version 3 dropped. */
const DROPPED = {
  tradingReferencePrice: ['i64', 80, 80, 0],
  tradingReferenceDate: ['u16', 176, 176, 0],
  mdSecurityTradingStatus: ['u8', 343, 376, 0],
  settlPriceType: ['u8', 346, 379, 0],
} as const satisfies Readonly<Record<string, Row>>;

type Newest<Type> = Type extends readonly [unknown, unknown, infer Last] ? Last : Type;
type NewestLayout = {
  readonly [Name in keyof typeof FIELDS]: readonly [Newest<(typeof FIELDS)[Name][0]> & FieldType, number];
};
export type DefinitionFields = FieldsOf<NewestLayout>;

export const definitionLayout = (version: DbnVersion): Layout =>
  Object.fromEntries(
    Object.entries<Row>({ ...FIELDS, ...DROPPED })
      .filter(([, row]) => row[version] !== 0)
      .map(([name, [type, ...places]]) => [
        name,
        [typeof type === 'string' ? type : (type[version - 1] ?? 'u8'), places[version - 1] ?? 0],
      ]),
  );
