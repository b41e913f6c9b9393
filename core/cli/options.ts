/** Options of the commands, as commander hands them over. */

export interface JsonOption {
  readonly json: boolean;
}

export interface ValidateOptions extends JsonOption {
  /** `path=value`, as often as it was given. */
  readonly set: readonly string[];
}

export interface StartOptions extends ValidateOptions {
  readonly for?: string;
}

export interface ReplayOptions extends ValidateOptions {
  readonly config?: string;
  readonly speed: string;
  readonly from?: string;
  readonly until?: string;
  readonly expectHash?: string;
}

export interface SchemaOptions {
  readonly out?: string;
  readonly kind?: string;
}

export interface ConnectOptions extends ValidateOptions {
  readonly for: string;
}

export interface CertifyOptions extends JsonOption {
  /** Numbers of cases, with commas between. */
  readonly only?: string;
  readonly seed: number;
  /** Symbols, with commas between. */
  readonly instruments?: string;
}

export interface AnalyseOptions extends JsonOption {
  /** RTH, ETH or all. */
  readonly session: string;
  readonly instrument?: string;
  /** Name or file. */
  readonly calendar?: string;
  /** Length of the bars of footprint and divergence. */
  readonly bar: string;
  /** venue or tick. */
  readonly sides: string;
  /** Sizes of large trades, with commas between. */
  readonly sizes?: string;
  /** The page; default `<tape>-volume.html` in the current folder, with `json` none. */
  readonly out?: string;
}
