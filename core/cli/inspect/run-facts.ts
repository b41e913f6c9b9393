import { isoMicros } from '../../domain/time.ts';
import type { Checkpoint } from '../../plugin/persistence.ts';
import type { Manifest } from '../../tape/manifest.ts';
import type { Tape } from '../../tape/reader.ts';
import { isWrittenHere } from '../../tape/writer.ts';
import { isWriterAlive } from '../../tape/writer-process.ts';

/** How a run came to its end: `killed` left a tape that nobody closed, `running` is still writing it. */
type RunEnd = 'closed' | 'killed' | 'running';

export interface RunFacts {
  readonly id: string;
  readonly mode: string;
  readonly end: RunEnd;
  /** Why it ended; absent when it was killed. */
  readonly stopped: string | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly decisions: number;
  /** Of the whole run, or up to the last checkpoint of a killed one. */
  readonly decisionHash: string | undefined;
  readonly checkpoints: number;
  readonly millrace: string;
  /** Files that break off. */
  readonly problems: readonly string[];
}

export async function runFacts(tape: Tape): Promise<RunFacts> {
  const { dir, manifest, series, problems } = tape;
  const { run, summary } = manifest;
  let checkpoints = 0;
  let hash = summary?.decisionHash;
  for await (const { kind, payload } of tape.inputs()) {
    if (kind !== 'checkpoint') continue;
    checkpoints++;
    if (summary === undefined) ({ hash } = payload as Checkpoint);
  }
  return {
    id: run.id,
    mode: run.mode,
    end: endOf(dir, manifest),
    stopped: summary?.stopped,
    startedAt: isoMicros(run.startedAt),
    endedAt: summary && isoMicros(summary.endedAt),
    decisions: series.decisions?.rows ?? 0,
    decisionHash: hash === '' ? undefined : hash,
    checkpoints,
    millrace: run.versions.millrace,
    problems: problems.map(({ where, was }) => `${where.file ?? ''}: ${was}`),
  };
}

function endOf(dir: string, { state, summary, writer }: Manifest): RunEnd {
  if (summary !== undefined) return 'closed';
  // The open tape of another machine, which cannot be asked, counts as running.
  return state === 'open' && (isWrittenHere(dir) || isWriterAlive(writer) !== false) ? 'running' : 'killed';
}
