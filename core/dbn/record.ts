import { type DbnVersion, RTYPE } from './codes.ts';
import type { FieldsOf, Layout } from './field.ts';
import { type DefinitionFields, definitionLayout } from './layout-definition.ts';
import {
  BBO,
  CBBO,
  CMBP,
  CONSOLIDATED_LEVEL,
  ERROR,
  ERROR_V1,
  type HEADER,
  IMBALANCE,
  LEVEL,
  MAPPING,
  MAPPING_V1,
  MBO,
  OHLCV,
  STATISTICS,
  STATISTICS_V2,
  STATUS,
  SYSTEM,
  SYSTEM_V1,
  TRADE,
} from './layouts.ts';

export type DbnLevel = FieldsOf<typeof LEVEL>;
export type DbnConsolidatedLevel = FieldsOf<typeof CONSOLIDATED_LEVEL>;

interface Levels<Level> {
  /** Best first. */
  readonly levels: readonly Level[];
}

type Of<Kind extends string, Fields> = FieldsOf<typeof HEADER> &
  Fields & {
    readonly kind: Kind;
    readonly rtype: number;
    /** When the gateway sent it, nanoseconds; only in streams that carry it. */
    readonly tsOut?: bigint | undefined;
  };

export type DbnMapping = Of<'mapping', FieldsOf<typeof MAPPING>>;
export type DbnSystem = Of<'system', FieldsOf<typeof SYSTEM>>;
export type DbnErrorRecord = Of<'error', FieldsOf<typeof ERROR>>;
export type DbnDefinition = Of<'definition', DefinitionFields>;
export type DbnStatus = Of<'status', FieldsOf<typeof STATUS>>;

/**
 * A record in the form of the newest version. Fields carry DBN's names: prices in 1e-9, times in nanoseconds since 1970,
 * 64-bit values as bigint, one-letter codes as text of length 1.
 */
export type DbnRecord =
  | Of<'mbo', FieldsOf<typeof MBO>>
  | Of<'trade', FieldsOf<typeof TRADE>>
  | Of<'mbp-1' | 'mbp-10', FieldsOf<typeof TRADE> & Levels<DbnLevel>>
  | Of<'bbo', FieldsOf<typeof BBO> & Levels<DbnLevel>>
  | Of<'cmbp-1', FieldsOf<typeof CMBP> & Levels<DbnConsolidatedLevel>>
  | Of<'cbbo', FieldsOf<typeof CBBO> & Levels<DbnConsolidatedLevel>>
  | Of<'ohlcv', FieldsOf<typeof OHLCV>>
  | Of<'imbalance', FieldsOf<typeof IMBALANCE>>
  | Of<'statistics', FieldsOf<typeof STATISTICS>>
  | DbnStatus
  | DbnDefinition
  | DbnMapping
  | DbnSystem
  | DbnErrorRecord;
export type DbnKind = DbnRecord['kind'];

export interface RecordForm {
  readonly kind: DbnKind;
  /** Without the time of sending. */
  readonly bytes: number;
  readonly fields: Layout;
  /** Levels behind the fields. */
  readonly levels: number;
  readonly level: Layout;
}

type Forms = readonly [v1: RecordForm, v2: RecordForm, v3: RecordForm];

const form = (kind: DbnKind, bytes: number, fields: Layout, levels = 0, level: Layout = LEVEL): RecordForm => ({
  kind,
  bytes,
  fields,
  levels,
  level,
});
const always = (only: RecordForm): Forms => [only, only, only];

const OHLCV_FORMS = always(form('ohlcv', 56, OHLCV));
const CMBP_FORMS = always(form('cmbp-1', 80, CMBP, 1, CONSOLIDATED_LEVEL));
const CBBO_FORMS = always(form('cbbo', 80, CBBO, 1, CONSOLIDATED_LEVEL));
const BBO_FORMS = always(form('bbo', 80, BBO, 1));
const ERROR_FORM = form('error', 320, ERROR);
const SYSTEM_FORM = form('system', 320, SYSTEM);
const MAPPING_FORM = form('mapping', 176, MAPPING);
const STATISTICS_FORM = form('statistics', 64, STATISTICS_V2);

const FORMS = new Map<number, Forms>([
  [RTYPE.mbo, always(form('mbo', 56, MBO))],
  [RTYPE.trades, always(form('trade', 48, TRADE))],
  [RTYPE.mbp1, always(form('mbp-1', 80, TRADE, 1))],
  [RTYPE.mbp10, always(form('mbp-10', 368, TRADE, 10))],
  [RTYPE.cmbp1, CMBP_FORMS],
  [RTYPE.tcbbo, CMBP_FORMS],
  [RTYPE.bbo1s, BBO_FORMS],
  [RTYPE.bbo1m, BBO_FORMS],
  [RTYPE.cbbo1s, CBBO_FORMS],
  [RTYPE.cbbo1m, CBBO_FORMS],
  [RTYPE.ohlcv, OHLCV_FORMS],
  [RTYPE.ohlcv1s, OHLCV_FORMS],
  [RTYPE.ohlcv1m, OHLCV_FORMS],
  [RTYPE.ohlcv1h, OHLCV_FORMS],
  [RTYPE.ohlcv1d, OHLCV_FORMS],
  [RTYPE.ohlcvEod, OHLCV_FORMS],
  [RTYPE.status, always(form('status', 40, STATUS))],
  [
    RTYPE.definition,
    [
      form('definition', 360, definitionLayout(1)),
      form('definition', 400, definitionLayout(2)),
      form('definition', 520, definitionLayout(3)),
    ],
  ],
  [RTYPE.imbalance, always(form('imbalance', 112, IMBALANCE))],
  [RTYPE.statistics, [STATISTICS_FORM, STATISTICS_FORM, form('statistics', 80, STATISTICS)]],
  [RTYPE.error, [form('error', 80, ERROR_V1), ERROR_FORM, ERROR_FORM]],
  [RTYPE.system, [form('system', 80, SYSTEM_V1), SYSTEM_FORM, SYSTEM_FORM]],
  [RTYPE.mapping, [form('mapping', 80, MAPPING_V1), MAPPING_FORM, MAPPING_FORM]],
]);

/** The form of a record type in a version; `undefined` for a type that is not known. */
export const formOf = (rtype: number, version: DbnVersion): RecordForm | undefined => FORMS.get(rtype)?.[version - 1];

/** Least bytes of a record by its type, without the time of sending; 0 for a type that is not known. */
export function leastBytes(version: DbnVersion): Uint16Array {
  const bytes = new Uint16Array(256);
  for (const [rtype, forms] of FORMS) bytes[rtype] = forms[version - 1]?.bytes ?? 0;
  return bytes;
}
