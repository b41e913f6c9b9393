import type { ConnectionSettings } from '../../plugin/connection.ts';

/** What holds for a provider that says nothing of itself. */
export const DEFAULT_CONNECTION: ConnectionSettings = {
  connectWithinUs: 60_000_000,
  silenceUs: 30_000_000,
  dataSilenceUs: 0,
  instrumentSilenceUs: 300_000_000,
  firstPauseUs: 500_000,
  longestPauseUs: 5_000_000,
  stableUs: 30_000_000,
  attempts: 0,
  reconnectBelow: 0,
  conflateAfterUs: 1_000_000,
  backfill: false,
};
