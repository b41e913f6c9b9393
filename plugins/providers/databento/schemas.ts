import { chooseFeeds, type DbnFeeds, type DbnSchema, RTYPE, type StreamDemand, type StreamName } from '#core';

const RTYPES: Readonly<Record<DbnSchema, number>> = {
  mbo: RTYPE.mbo,
  'mbp-1': RTYPE.mbp1,
  'mbp-10': RTYPE.mbp10,
  tbbo: RTYPE.mbp1,
  trades: RTYPE.trades,
  'ohlcv-1s': RTYPE.ohlcv1s,
  'ohlcv-1m': RTYPE.ohlcv1m,
  'ohlcv-1h': RTYPE.ohlcv1h,
  'ohlcv-1d': RTYPE.ohlcv1d,
  definition: RTYPE.definition,
  statistics: RTYPE.statistics,
  status: RTYPE.status,
  imbalance: RTYPE.imbalance,
  'ohlcv-eod': RTYPE.ohlcvEod,
  'cmbp-1': RTYPE.cmbp1,
  'cbbo-1s': RTYPE.cbbo1s,
  'cbbo-1m': RTYPE.cbbo1m,
  tcbbo: RTYPE.tcbbo,
  'bbo-1s': RTYPE.bbo1s,
  'bbo-1m': RTYPE.bbo1m,
};

/** The record type that a schema sends. `tbbo` and `mbp-1` share one, so they cannot share a session. */
export const rtypeOf = (schema: DbnSchema): number => RTYPES[schema];

/** What the chosen schemas give: each stream from exactly one of them, or volume would double. */
export class Schemas {
  readonly chosen: readonly DbnSchema[];
  readonly feeds: DbnFeeds;
  readonly streams: readonly StreamName[];
  readonly #byRtype: ReadonlyMap<number, DbnSchema>;
  readonly #bars: readonly DbnSchema[];

  constructor(chosen: readonly DbnSchema[]) {
    this.chosen = chosen;
    this.#byRtype = new Map(chosen.map((schema) => [rtypeOf(schema), schema]));
    this.#bars = chosen.filter((schema) => schema.startsWith('ohlcv-'));
    this.feeds = { ...chooseFeeds(this.#byRtype.keys()), bars: this.#bars.length > 0 };
    const { trades, quotes, depth } = this.feeds;
    this.streams = [
      ...(trades === undefined ? [] : ['trades' as const]),
      ...(quotes === undefined ? [] : ['quotes' as const]),
      ...(depth === undefined ? [] : ['depth' as const]),
      ...(this.#bars.length === 0 ? [] : ['bars' as const]),
    ];
  }

  byRtype(rtype: number): DbnSchema | undefined {
    return this.#byRtype.get(rtype);
  }

  /** The schemas to subscribe to for a stream. */
  of(stream: StreamName): readonly DbnSchema[] {
    if (stream === 'bars') return this.#bars;
    const rtype = this.feeds[stream];
    const schema = rtype === undefined ? undefined : this.#byRtype.get(rtype);
    return schema === undefined ? [] : [schema];
  }

  /** Instruments to subscribe to, by schema. Schemas without market rows, such as `status`, follow every instrument. */
  wanted(demand: readonly StreamDemand[]): ReadonlyMap<DbnSchema, ReadonlySet<string>> {
    const wanted = new Map<DbnSchema, Set<string>>();
    const want = (schema: DbnSchema, instrument: string): void =>
      void wanted.set(schema, (wanted.get(schema) ?? new Set()).add(instrument));
    const served = new Set(this.streams.flatMap((stream) => this.of(stream)));
    for (const { stream, instrument } of demand) {
      for (const schema of this.of(stream)) want(schema, instrument);
      for (const schema of this.chosen) if (!served.has(schema)) want(schema, instrument);
    }
    return wanted;
  }
}
