import type { Micros } from '../../domain/time.ts';
import type { Gap, Link } from '../../plugin/connection.ts';
import type { StreamName } from '../../plugin/demand.ts';
import { wallMicros } from '../wall.ts';
import { LatencySketch } from './latency-sketch.ts';
import { Recent } from './recent.ts';

/** Counts what a provider tells of its connection. The supervisor reads it. */
export class LinkMeter implements Link {
  /** It has opened a socket, or bytes came in: silence means something. */
  networked = false;
  messages = 0;
  bytes = 0;
  gaps = 0;
  /** Wall clock of the last byte, microseconds; 0 before the first. */
  receivedAt = 0;
  /** The bytes that came in last are being read: rows that come of them came in with them. */
  reading = false;
  readonly badFrames: Map<string, number> = new Map();
  readonly conflatedRows: Partial<Record<StreamName, number>> = {};
  readonly roundTrips = new LatencySketch();
  onGap: (gap: Gap) => void = () => undefined;
  private readonly onFirstBad: (kind: string, sample: unknown) => void;
  /** Bad frames, and how many messages there had been before. */
  private readonly windows = new Recent(() => ({ bad: 0, before: this.messages }));

  /** @param onFirstBad told of the first bad frame of each kind */
  constructor(onFirstBad: (kind: string, sample: unknown) => void = () => undefined) {
    this.onFirstBad = onFirstBad;
  }

  received(bytes: number): void {
    this.networked = true;
    this.messages++;
    this.bytes += bytes;
    this.receivedAt = wallMicros();
  }

  heartbeat(roundTripMs?: number): void {
    this.receivedAt = wallMicros();
    if (roundTripMs !== undefined) this.roundTrips.add(roundTripMs, this.receivedAt);
  }

  bad(kind: string, sample: unknown): void {
    const before = this.badFrames.get(kind) ?? 0;
    this.badFrames.set(kind, before + 1);
    this.windows.at(wallMicros()).bad++;
    if (before === 0) this.onFirstBad(kind, sample);
  }

  gap(gap: Gap): void {
    this.gaps++;
    this.onGap(gap);
  }

  conflated(stream: StreamName, rows: number): void {
    this.conflatedRows[stream] = (this.conflatedRows[stream] ?? 0) + rows;
  }

  /** Bad frames as a share of all, over the last minute or two. */
  badShare(now: Micros): number {
    const current = this.windows.at(now);
    const previous = this.windows.before;
    const bad = current.bad + previous.bad;
    return bad === 0 ? 0 : bad / Math.max(bad, this.messages - previous.before);
  }

  /** A new connection is judged by itself. */
  begin(): void {
    this.windows.clear();
    this.roundTrips.clear();
  }
}
