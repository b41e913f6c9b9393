import type { Gap, Link } from '../../plugin/connection.ts';
import type { StreamName } from '../../plugin/demand.ts';
import { wallMicros } from '../wall.ts';
import { LatencySketch } from './latency-sketch.ts';

const MINUTE_US = 60_000_000;

/** Counts what a provider tells of its connection. The supervisor reads it. */
export class LinkMeter implements Link {
  messages = 0;
  bytes = 0;
  gaps = 0;
  /** Wall clock of the last byte, microseconds; 0 before the first. */
  receivedAt = 0;
  readonly badFrames: Map<string, number> = new Map();
  readonly conflatedRows: Partial<Record<StreamName, number>> = {};
  readonly roundTrips = new LatencySketch();
  onGap: (gap: Gap) => void = () => undefined;
  private readonly onFirstBad: (kind: string, sample: unknown) => void;
  private window = { from: 0, messages: 0, bad: 0 };

  /** @param onFirstBad told of the first bad frame of each kind */
  constructor(onFirstBad: (kind: string, sample: unknown) => void = () => undefined) {
    this.onFirstBad = onFirstBad;
  }

  received(bytes: number): void {
    this.messages++;
    this.bytes += bytes;
    this.receivedAt = wallMicros();
    if (this.receivedAt > this.window.from + MINUTE_US) this.window = { from: this.receivedAt, messages: 0, bad: 0 };
    this.window.messages++;
  }

  heartbeat(roundTripMs?: number): void {
    this.receivedAt = wallMicros();
    if (roundTripMs !== undefined) this.roundTrips.add(roundTripMs, this.receivedAt);
  }

  bad(kind: string, sample: unknown): void {
    const before = this.badFrames.get(kind) ?? 0;
    this.badFrames.set(kind, before + 1);
    this.window.bad++;
    if (before === 0) this.onFirstBad(kind, sample);
  }

  gap(gap: Gap): void {
    this.gaps++;
    this.onGap(gap);
  }

  conflated(stream: StreamName, rows: number): void {
    this.conflatedRows[stream] = (this.conflatedRows[stream] ?? 0) + rows;
  }

  /** Bad frames as a share of all, over the last minute or so. */
  get badShare(): number {
    return this.window.bad / Math.max(this.window.messages, 1);
  }
}
