const MINUTE_US = 60_000_000;
/** Buckets grow by this factor: a percentile is right within 5 %. */
const GROWTH = 1.1;
const LOWEST_MS = 0.01;
const BUCKETS = 180;
const PER_LOG = 1 / Math.log(GROWTH);

interface Window {
  readonly counts: Uint32Array;
  total: number;
  least: number;
}

/** Percentiles of the last one to two minutes, in a fixed amount of memory. Milliseconds. */
export class LatencySketch {
  private current = emptyWindow();
  private previous = emptyWindow();
  private turnAt = 0;

  /** @param nowUs clock of the sample, microseconds; need not be the wall's */
  add(ms: number, nowUs: number): void {
    this.turn(nowUs);
    const { current } = this;
    const bucket = bucketOf(ms);
    current.counts[bucket] = (current.counts[bucket] ?? 0) + 1;
    current.total++;
    if (ms < current.least) current.least = ms;
  }

  /** `undefined` when nothing was measured lately. */
  percentile(share: number): number | undefined {
    const total = this.current.total + this.previous.total;
    if (total === 0) return undefined;
    let left = share * total;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= (this.current.counts[bucket] ?? 0) + (this.previous.counts[bucket] ?? 0);
      if (left <= 0) return LOWEST_MS * GROWTH ** bucket;
    }
    return LOWEST_MS * GROWTH ** BUCKETS;
  }

  /** The smallest sample, exactly. */
  get least(): number | undefined {
    const least = Math.min(this.current.least, this.previous.least);
    return least === Number.POSITIVE_INFINITY ? undefined : least;
  }

  private turn(nowUs: number): void {
    if (nowUs < this.turnAt) return;
    this.previous = nowUs < this.turnAt + MINUTE_US ? this.current : emptyWindow();
    this.current = emptyWindow();
    this.turnAt = nowUs + MINUTE_US;
  }
}

const emptyWindow = (): Window => ({
  counts: new Uint32Array(BUCKETS),
  total: 0,
  least: Number.POSITIVE_INFINITY,
});

const bucketOf = (ms: number): number =>
  ms <= LOWEST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / LOWEST_MS) * PER_LOG));
