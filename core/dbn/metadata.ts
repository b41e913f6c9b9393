import { type DbnSchema, type DbnStype, type DbnVersion, NEWEST_DBN, SYMBOL_BYTES, SYMBOL_BYTES_V1 } from './codes.ts';

/** What stands before the records of a file or a session. Times are nanoseconds since 1970. */
export interface DbnMetadata {
  readonly version: DbnVersion;
  /** Such as `GLBX.MDP3`. */
  readonly dataset: string;
  /** `undefined` when records of several schemas follow. */
  readonly schema: DbnSchema | undefined;
  readonly start: bigint;
  /** Exclusive. */
  readonly end: bigint | undefined;
  /** Most records that were asked for. */
  readonly limit: bigint | undefined;
  readonly stypeIn: DbnStype | undefined;
  readonly stypeOut: DbnStype | undefined;
  /** Every record ends with the time at which the gateway sent it. */
  readonly tsOut: boolean;
  /** Bytes of a symbol, its NUL included. */
  readonly symbolBytes: number;
  readonly symbols: readonly string[];
  /** Resolved for a part of the days only. */
  readonly partial: readonly string[];
  readonly notFound: readonly string[];
  readonly mappings: readonly DbnSymbolMapping[];
}

export interface DbnSymbolMapping {
  readonly rawSymbol: string;
  readonly intervals: readonly DbnMappingInterval[];
}

export interface DbnMappingInterval {
  /** `2020-12-28`. */
  readonly startDate: string;
  /** Exclusive. */
  readonly endDate: string;
  /** What the symbol meant in the interval; empty for nothing. */
  readonly symbol: string;
}

/** Where the fixed part of the block ends; the lists of symbols follow. */
export const FIXED_BYTES = 112;
/** Before the length that the block gives: the magic, the version, and the length itself. */
export const PREFIX_BYTES = 8;

/** The metadata of a live session, as the gateway sends it. */
export function liveMetadata(
  dataset: string,
  { version = NEWEST_DBN, tsOut = false, start = 0n }: Partial<Pick<DbnMetadata, 'version' | 'tsOut' | 'start'>> = {},
): DbnMetadata {
  return {
    version,
    dataset,
    schema: undefined,
    start,
    end: undefined,
    limit: undefined,
    stypeIn: undefined,
    stypeOut: 'instrument_id',
    tsOut,
    symbolBytes: version === 1 ? SYMBOL_BYTES_V1 : SYMBOL_BYTES,
    symbols: [],
    partial: [],
    notFound: [],
    mappings: [],
  };
}
