interface Seen {
  at: number;
  lagMs: number | undefined;
}

/** When each symbol was last heard of, by the wall clock, and how late its last trade came. */
export class Activity {
  private readonly symbols = new Map<string, Seen>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Somebody begins to listen: silence counts from here. */
  begin(symbol: string): void {
    this.symbols.set(symbol, { at: this.now(), lagMs: this.symbols.get(symbol)?.lagMs });
  }

  note(symbol: string, lagMs: number): void {
    const seen = this.symbols.get(symbol);
    if (seen === undefined) return;
    seen.at = this.now();
    seen.lagMs = lagMs;
  }

  /** Those of `symbols` that have been silent for `afterMs`. */
  stale(symbols: readonly string[], afterMs: number): readonly string[] {
    const oldest = this.now() - afterMs;
    return symbols.filter((symbol) => (this.symbols.get(symbol)?.at ?? oldest) < oldest);
  }

  /** Receipt minus venue time of the latest of the last trades; `undefined` before the first. */
  lagMs(symbols: readonly string[]): number | undefined {
    const seen = symbols.flatMap((symbol) => this.symbols.get(symbol) ?? []).filter(({ lagMs }) => lagMs !== undefined);
    return seen.reduce<Seen | undefined>(
      (newest, one) => (newest === undefined || one.at > newest.at ? one : newest),
      undefined,
    )?.lagMs;
  }
}
