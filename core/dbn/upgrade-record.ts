import { type DbnVersion, NEWEST_DBN, UNDEFINED_I32, UNDEFINED_I64, UNDEFINED_U8 } from './codes.ts';
import type { StoredRecord } from './decode-record.ts';
import type { DbnRecord } from './record.ts';

/** Texts by which records of version 1 are told apart, which have no code yet: their beginning, their end, the code. */
type KnownText = readonly [start: string, end: string, code: number];

const ERROR_TEXTS: readonly KnownText[] = [
  ['User or API key deactivated', '', 2],
  ['User has reached their open connection limit', '', 3],
  ['Failed to resolve symbol', '', 4],
  ['Internal error', '', 6],
  ['Slow client detected for ', '', 7],
];

const SYSTEM_TEXTS: readonly KnownText[] = [
  ['Heartbeat', '', 0],
  ['Subscription request ', ' succeeded', 1],
  ['Warning: slow reading', '', 2],
  ['Finished ', ' replay', 3],
  ['End of interval for ', '', 4],
];

/** What versions before 3 do not say of a definition. */
const NO_LEG = {
  legPrice: UNDEFINED_I64,
  legDelta: UNDEFINED_I64,
  legInstrumentId: 0,
  legRatioPriceNumerator: 0,
  legRatioPriceDenominator: 0,
  legRatioQtyNumerator: 0,
  legRatioQtyDenominator: 0,
  legUnderlyingId: 0,
  legCount: 0,
  legIndex: 0,
  legRawSymbol: '',
  legInstrumentClass: '\0',
  legSide: 'N',
};

/** A record as the newest version has it. Definitions lose the four fields that version 3 dropped. */
export function upgradeRecord(record: StoredRecord, version: DbnVersion): DbnRecord {
  return (version === NEWEST_DBN ? record : { ...record, ...added(record, version) }) as unknown as DbnRecord;
}

function added(record: StoredRecord, version: DbnVersion): object {
  switch (record.kind) {
    case 'statistics':
      return { quantity: record.quantity === UNDEFINED_I32 ? UNDEFINED_I64 : BigInt(Number(record.quantity)) };
    case 'definition':
      return {
        ...NO_LEG,
        rawInstrumentId: BigInt(Number(record.rawInstrumentId)),
        tradingReferencePrice: undefined,
        tradingReferenceDate: undefined,
        mdSecurityTradingStatus: undefined,
        settlPriceType: undefined,
      };
    case 'mapping':
      return version === 1 ? { stypeIn: UNDEFINED_U8, stypeOut: UNDEFINED_U8 } : {};
    case 'error':
      return version === 1 ? { code: codeOf(record.err, ERROR_TEXTS), isLast: UNDEFINED_U8 } : {};
    case 'system':
      return version === 1 ? { code: codeOf(record.msg, SYSTEM_TEXTS) } : {};
    default:
      return {};
  }
}

const codeOf = (text: unknown, known: readonly KnownText[]): number =>
  known.find(([start, end]) => String(text).startsWith(start) && String(text).endsWith(end))?.[2] ?? UNDEFINED_U8;
