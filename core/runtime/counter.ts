/** Counts things by kind and reports the first of each: bad input must neither flood the log nor vanish. */
export class KindCounter {
  readonly counts: Record<string, number> = {};
  private readonly onFirst: (kind: string, sample: unknown) => void;

  constructor(onFirst: (kind: string, sample: unknown) => void) {
    this.onFirst = onFirst;
  }

  add(kind: string, sample: unknown): void {
    const seen = this.counts[kind] ?? 0;
    this.counts[kind] = seen + 1;
    if (seen === 0) this.onFirst(kind, sample);
  }
}
