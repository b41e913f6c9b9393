/** Formats of `runtime import`. */
export const IMPORT_FORMATS = ['lean', 'binance-frames', 'dbn', 'csv'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** Options of `runtime import`; the name of each is its flag in camel case. */
export interface ImportOptions {
  /** Folder of the tape to write. */
  readonly out: string;
  /** Name on the tape; by default what the file calls it. */
  readonly instrument?: string | undefined;
  /** In price units; by default a known one, or what the first prices show. */
  readonly tickSize?: number | undefined;
  /** Account currency per whole price unit; by default a known one, or 1. */
  readonly pointValue?: number | undefined;
  /** One JSON object on stdout in place of the summary. */
  readonly json?: boolean | undefined;

  /** lean: expiry as in the file, such as 201312; by default the contract with most rows. */
  readonly contract?: string | undefined;
  /** lean: `equity` (New York time, prices × 10,000) or anything else (UTC); by default from the folder names. */
  readonly security?: string | undefined;

  /** csv: what a row is; by default from the header. */
  readonly kind?: 'trades' | 'quotes' | 'bars' | undefined;
  /** csv: `field=column,…`; a column is a header name, or a number from 1. */
  readonly columns?: string | undefined;
  /** csv: by default from the first time in the file. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns' | 'iso' | undefined;
  /** csv: column of our receipt time; without one, receipt time is venue time. */
  readonly recvColumn?: string | undefined;
  /** csv: `,` by default, or what the first line shows of `;` and tab. */
  readonly delimiter?: string | undefined;
  /** csv: false when the first line holds values. */
  readonly header?: boolean | undefined;
  /** csv bars: length, such as 1m; by default the shortest step between the first bars. */
  readonly timeframe?: string | undefined;
  /** csv bars: whether times stand at the start of a bar (default) or at its end. */
  readonly barTime?: 'start' | 'end' | undefined;
}
