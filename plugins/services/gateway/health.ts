import { isoMicros, toMicros } from '#core';

interface HealthFacts {
  /** State of each provider by name. */
  readonly states: ReadonlyMap<string, string>;
  readonly mode: 'live' | 'paper' | 'replay';
  /** An invented market is served. */
  readonly dryRun: boolean;
  readonly staleSymbols: readonly string[];
  readonly lagMs: number | undefined;
  /** Wall clock, epoch milliseconds. */
  readonly now: number;
}

/** The old service's answer, and what is new below it. `status` is the constant that old clients look for. */
export function healthBody({ states, mode, dryRun, staleSymbols, lagMs, now }: HealthFacts): object {
  return {
    status: 'healthy',
    bluefin_available: !dryRun && states.size > 0,
    connected: !dryRun && [...states.values()].some((state) => state === 'live' || state === 'stale'),
    timestamp: isoMicros(toMicros(now)),
    source: dryRun ? 'mock' : [...states.keys()].sort().join(','),
    mode: dryRun ? 'mock' : mode,
    stale_symbols: staleSymbols,
    lag_ms: lagMs ?? null,
  };
}
