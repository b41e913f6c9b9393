import { type Timeframe, timeframeMicros } from '#core';

const CHANNELS = ['price', 'trade', 'quote', 'bar', 'depth', 'position', 'stats'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What a client asked for in the query of its address. */
export interface Wants {
  readonly channels: ReadonlySet<Channel>;
  /** Of bars. */
  readonly timeframes: readonly Timeframe[];
  /** Frames are gathered for this long and sent as one; 0 sends each at once. */
  readonly batchMs: number;
}

const LONGEST_BATCH_MS = 10_000;

/**
 * `?channels=price,trade,bar,depth,position,quote,stats&timeframes=1s,1m&batch_ms=50`. Without a query: what the old
 * service sent, and nothing else. Answers a text that says what is wrong with it.
 */
export function parseWants(query: URLSearchParams): Wants | string {
  const channels = listed(query.get('channels') ?? 'price,trade');
  const unknown = channels.filter((name) => !isChannel(name));
  if (unknown.length > 0) return `Unknown channels: ${unknown.join(', ')}; known are ${CHANNELS.join(', ')}`;

  const timeframes = listed(query.get('timeframes') ?? '1m');
  const odd = timeframes.filter((name) => timeframeMicros(name) === undefined);
  if (odd.length > 0) return `Unknown timeframes: ${odd.join(', ')}; write 1s, 5m, 1h and the like`;

  const batchMs = Number(query.get('batch_ms') ?? 0);
  if (!(batchMs >= 0 && batchMs <= LONGEST_BATCH_MS)) return `batch_ms must be from 0 to ${LONGEST_BATCH_MS}`;
  return { channels: new Set(channels.filter(isChannel)), timeframes: timeframes as Timeframe[], batchMs };
}

/** A comma list: blanks trimmed, empty ones left out, each once. */
export const listed = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
];

const isChannel = (name: string): name is Channel => (CHANNELS as readonly string[]).includes(name);
