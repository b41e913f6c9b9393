import type { ConnectionState } from '../../domain/market.ts';
import type { HealthParts } from '../../plugin/statistics.ts';

export interface HealthFacts {
  readonly state: ConnectionState;
  /** Time since the last byte as a share of what the settings allow; 0 when they allow any. */
  readonly silence: number;
  /** Bad frames as a share of all, over the last minute. */
  readonly badShare: number;
  /** 99th percentile of round trips, or of the lag above its least, milliseconds. */
  readonly delayMs: number | undefined;
  /** Connections lost in the last ten minutes. */
  readonly recentLosses: number;
}

const MOST = { silence: 40, faults: 20, latency: 20, stability: 20 };
const QUICK_MS = 250;
const SLOW_MS = 2000;
const BAD_SHARE = 0.01;
const PER_LOSS = 5;

/**
 * Health from 0 to 100, and the points that each part takes off.
 *
 * state      lost and closed are 0; connecting is at most 50
 * silence    up to 40: from half of the silence that the settings allow to all of it
 * faults     up to 20: at 1 % bad frames in the last minute
 * latency    up to 20: 99th percentile from 250 ms to 2 s
 * stability  5 for each connection lost in the last ten minutes, up to 20
 */
export function healthOf(facts: HealthFacts): { readonly health: number; readonly parts: HealthParts } {
  const parts: HealthParts = {
    silence: points(MOST.silence, (facts.silence - 0.5) * 2),
    faults: points(MOST.faults, facts.badShare / BAD_SHARE),
    latency: points(MOST.latency, ((facts.delayMs ?? 0) - QUICK_MS) / (SLOW_MS - QUICK_MS)),
    stability: Math.min(MOST.stability, facts.recentLosses * PER_LOSS),
  };
  const left = 100 - parts.silence - parts.faults - parts.latency - parts.stability;
  return { health: Math.min(left, CEILING[facts.state]), parts };
}

const CEILING: Record<ConnectionState, number> = { live: 100, stale: 90, connecting: 50, lost: 0, closed: 0 };

const points = (most: number, share: number): number => Math.round(most * Math.min(1, Math.max(0, share)));
