import type { Chunk, InputRow } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Equity, Position } from '../domain/position.ts';
import type { Micros } from '../domain/time.ts';
import type { Market, PluginContext } from './context.ts';
import type { StreamName } from './demand.ts';

/** Facts about a run that its records start with. */
export interface RunInfo {
  readonly id: string;
  readonly mode: 'live' | 'paper' | 'replay';
  /** Clock of the run at its start, microseconds. */
  readonly startedAt: Micros;
  readonly configFile: string | undefined;
  /** The configuration as run, secrets masked. */
  readonly config: unknown;
  readonly instruments: readonly Instrument[];
  /** Plugin key → version or content hash. */
  readonly plugins: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly versions: { readonly millrace: string; readonly node: string };
}

/** One entry of the decision log. `text` is the canonical encoding that the hash covers. */
export interface DecisionRecord {
  readonly index: number;
  /** Sequence number of the event that was last delivered when the decision was made. */
  readonly cause: number;
  readonly ts: Micros;
  readonly strategy: string;
  readonly kind: string;
  readonly text: string;
}

/** Payload of an input row of kind `checkpoint`. The row repeats the last `seq` and sorts after the events that have it. */
export interface Checkpoint {
  /** Number of decisions that `hash` covers. */
  readonly decisions: number;
  readonly hash: string;
}

/** Everything that a run leaves behind, in order. */
export type JournalEntry =
  | { readonly type: 'market'; readonly chunk: Chunk; readonly from: number; readonly to: number }
  | { readonly type: 'input'; readonly row: InputRow }
  | { readonly type: 'decision'; readonly decision: DecisionRecord }
  | { readonly type: 'order'; readonly order: Order }
  | { readonly type: 'fill'; readonly fill: Fill }
  | { readonly type: 'position'; readonly strategy: string; readonly position: Position; readonly ts: number }
  | { readonly type: 'equity'; readonly equity: Equity };

/** What the next start needs after a crash. */
export interface RestoredState {
  /** Run that left it, and when it was last heard of (epoch milliseconds). */
  readonly run: string;
  readonly lastSeen: number;
  readonly clean: boolean;
  readonly positions: readonly {
    readonly strategy: string;
    readonly instrument: string;
    readonly quantity: number;
    readonly averagePrice: number;
  }[];
  readonly orders: readonly Order[];
}

export interface RunSummaryRecord {
  readonly stopped: string;
  readonly endedAt: Micros;
  readonly decisions: number;
  readonly decisionHash: string;
  readonly strategyHashes: Readonly<Record<string, string>>;
}

/** Append and restore, nothing else. `append` must not wait; `flush` makes everything so far durable. */
export interface Persistence {
  /** Market streams to record even when no strategy wants them. */
  readonly demand?: readonly { readonly stream: StreamName; readonly instrument: string }[];
  /** Folder or file that holds the run, for the summary. */
  readonly location?: string;
  open(run: RunInfo): Promise<void>;
  append(entry: JournalEntry): void;
  flush(): Promise<void>;
  restore?(): Promise<RestoredState | undefined>;
  close(summary: RunSummaryRecord): Promise<void>;
}

export interface PersistenceContext<Options> extends PluginContext<Options> {
  readonly market: Market;
  readonly baseDir: string;
  readonly runId: string;
}
