import type { SeededRandom } from '../../domain/random.ts';
import type { StreamName } from '../../plugin/demand.ts';
import type { VenueFault } from '../../plugin/loopback.ts';
import type { Stage, StageOptions } from './stage.ts';

/** What a provider and its venue say that they can do. */
export interface Claims {
  /** Streams that both have. */
  readonly streams: readonly StreamName[];
  readonly faults: readonly VenueFault[];
  readonly history: boolean;
  readonly secrets: readonly string[];
  readonly symbols: readonly string[];
}

/** What a case plays with. Every stage that it opens is taken down after it. */
export interface Bench {
  readonly claims: Claims;
  /** The stream that flows where any would do. */
  readonly primary: StreamName;
  readonly symbol: string;
  readonly other: string;
  readonly random: SeededRandom;
  /** Lines, errors and reports of the stages so far, of all cases. */
  readonly ledger: readonly string[];
  open(options?: StageOptions): Promise<Stage>;
}

/** One promise of every provider. Numbers are stable: others refer to them. */
export interface CertifyCase {
  readonly id: number;
  readonly name: string;
  /** What a user may rely on when it passes. */
  readonly proves: string;
  readonly needs?: {
    readonly stream?: StreamName;
    readonly fault?: VenueFault;
    readonly history?: true;
    readonly secrets?: true;
    readonly symbols?: 2;
  };
  /** `alone`: it measures the process or stops it, and nothing else may run. `last`: it looks at what the others left. */
  readonly when?: 'alone' | 'last';
  /** Resolves when the promise holds, with a remark or without; rejects with what does not hold. */
  readonly play: (bench: Bench) => Promise<string | undefined>;
}

export interface CaseResult {
  readonly id: number;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; a remark when it passed. */
  readonly why: string | undefined;
  readonly ms: number;
}

/** Why the case cannot be played with these claims. */
export function missing({ needs = {} }: CertifyCase, claims: Claims): string | undefined {
  if (claims.streams.length === 0) return 'the provider and its venue have no stream in common';
  if (needs.stream !== undefined && !claims.streams.includes(needs.stream)) return `it has no ${needs.stream}`;
  if (needs.fault !== undefined && !claims.faults.includes(needs.fault)) return `its venue cannot play ${needs.fault}`;
  if (needs.history === true && !claims.history) return 'it has no history';
  if (needs.secrets === true && claims.secrets.length === 0) return 'none of its options is secret';
  if (needs.symbols === 2 && claims.symbols.length < 2) return 'it needs a second instrument';
  return undefined;
}
