import type { FlowBar } from '../../domain/market.ts';
import type { Micros } from '../../domain/time.ts';
import { HotSource } from '../hot-source.ts';
import type { BarMaker } from './bar-maker.ts';
import { RECV, START } from './flow-row.ts';

export interface BarFeedParts {
  readonly key: string;
  readonly first: number;
  readonly amend: Micros;
  readonly make: (closed: HotSource<FlowBar>) => BarMaker;
  /** Told when a listener came or went. */
  readonly onCount: (feed: BarFeed) => void;
}

/**
 * Bars of one kind and instrument, for all who began to listen at the same row. Whoever comes later has a feed of its own, so
 * that nobody's bars depend on when somebody else began.
 */
export class BarFeed {
  readonly key: string;
  /** Number of the first row that it takes, counted from any point. */
  readonly first: number;
  readonly closed: HotSource<FlowBar>;
  readonly forming: HotSource<FlowBar>;
  private readonly maker: BarMaker;
  /** How far behind the newest row one is still taken. */
  private readonly amend: Micros;
  private newest: Micros = Number.NEGATIVE_INFINITY;

  constructor({ key, first, amend, make, onCount }: BarFeedParts) {
    this.key = key;
    this.first = first;
    this.amend = amend;
    this.closed = new HotSource(() => onCount(this));
    this.forming = new HotSource(() => onCount(this));
    this.maker = make(this.closed);
  }

  get observed(): boolean {
    return this.closed.observed || this.forming.observed;
  }

  start(): void {
    this.maker.start?.();
  }

  stop(): void {
    this.maker.stop?.();
  }

  /** Returns false when the row came too late and was left out. */
  take(row: Float64Array): boolean {
    // A venue clock that once ran ahead must not make all that follows late.
    const at = Math.min(row[START]!, row[RECV]!);
    if (at < this.newest - this.amend) return false;
    if (at > this.newest) this.newest = at;
    const taken = this.maker.take(row);
    if (!this.forming.observed) return taken;
    const bar = this.maker.forming();
    if (bar !== undefined) this.forming.emit(bar);
    return taken;
  }
}
