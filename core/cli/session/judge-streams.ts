import type { StreamDemand, StreamName } from '../../plugin/demand.ts';

export interface Tally {
  rows: number;
  /** From the start of the connection. */
  readonly firstAfterMs: number;
}

export interface StreamTrial {
  readonly stream: StreamName;
  readonly instrument: string;
  readonly rows: number;
  readonly firstAfterMs: number | undefined;
  /** `quiet`: nothing came, and that is in order. `missing`: nothing came, and nothing explains it. */
  readonly verdict: 'data' | 'quiet' | 'missing';
  /** Why nothing came. */
  readonly why: string | undefined;
}

export interface Facts {
  readonly wanted: readonly StreamDemand[];
  /** By `stream instrument`. */
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly wasLive: boolean;
  /** The provider says which streams it has. */
  readonly isDeclared: boolean;
  readonly forMs: number;
}

/** What came of each stream that was asked for; and where nothing did, whether that is as it should be. */
export function judgeStreams(facts: Facts): readonly StreamTrial[] {
  return facts.wanted.map((each) => {
    const tally = facts.tallies.get(`${each.stream} ${each.instrument}`);
    if (tally !== undefined) return { ...each, ...tally, verdict: 'data', why: undefined };
    return { ...each, rows: 0, firstAfterMs: undefined, ...absence(each, facts) };
  });
}

function absence(
  { stream, instrument }: StreamDemand,
  { tallies, wasLive, isDeclared, forMs }: Facts,
): Pick<StreamTrial, 'verdict' | 'why'> {
  if (!wasLive) return { verdict: 'missing', why: 'it was never live' };
  const seconds = `${Math.round(forMs / 1000)} s`;
  const rowsOf = (other: StreamName): number => tallies.get(`${other} ${instrument}`)?.rows ?? 0;
  const others = (['trades', 'quotes', 'depth', 'bars'] as const).filter((other) => rowsOf(other) > 0);
  if (stream === 'bars') return { verdict: 'quiet', why: `no bar ended within ${seconds}` };
  if (others.length === 0) {
    return {
      verdict: 'missing',
      why: 'nothing came of it at all: is its market open, and does the account have its data?',
    };
  }
  if (stream === 'trades') return { verdict: 'quiet', why: `no trade within ${seconds}, though ${others[0]} came` };
  if (!isDeclared) return { verdict: 'quiet', why: 'the provider does not say that it has them' };
  return { verdict: 'missing', why: `${others.join(' and ')} came, but no ${stream}: does the plan include them?` };
}
