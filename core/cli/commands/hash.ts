import { LineHash } from '../../runtime/decision-log.ts';
import { openTape, type Tape } from '../../tape/reader.ts';
import { counted } from '../counted.ts';
import { isImported } from '../import/imported.ts';

interface Recorded {
  readonly by: 'end of run' | 'last checkpoint';
  readonly decisions: number;
  readonly hash: string;
}

/**
 * `runtime hash <tape>`: the hash of the decisions on a tape, held against the one that the run itself left behind: at its
 * end, or at its last checkpoint when it was killed. Exit code 1 when they differ. An imported recording has no hash: it
 * says so and prints nothing on stdout.
 */
export async function runHash(dir: string, { json }: { readonly json: boolean }): Promise<number> {
  const tape = await openTape(dir);
  if (isImported(tape.manifest)) return noDecisions(dir, json);
  const recorded = await recordedHash(tape);
  const lines = new LineHash();
  let covered = recorded?.decisions === 0 ? lines.digest() : undefined;
  for await (const { text } of tape.decisions()) {
    lines.add(text);
    if (lines.count === recorded?.decisions) covered = lines.digest();
  }

  const hash = lines.digest();
  const matches = recorded === undefined ? undefined : covered === recorded.hash;
  if (json) process.stdout.write(`${JSON.stringify({ tape: dir, decisions: lines.count, hash, recorded, matches })}\n`);
  else {
    process.stdout.write(`${hash}\n`);
    process.stderr.write(`${verdict(lines.count, recorded, covered)}\n`);
  }
  return matches === false ? 1 : 0;
}

function noDecisions(dir: string, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify({ tape: dir, imported: true, decisions: 0 })}\n`);
  else process.stderr.write('an imported recording holds no decisions; replay it with --config\n');
  return 0;
}

async function recordedHash(tape: Tape): Promise<Recorded | undefined> {
  const { summary } = tape.manifest;
  if (summary !== undefined) return { by: 'end of run', decisions: summary.decisions, hash: summary.decisionHash };
  const found = await tape.lastCheckpoint();
  return found && { by: 'last checkpoint', decisions: found.checkpoint.decisions, hash: found.checkpoint.hash };
}

function verdict(count: number, recorded: Recorded | undefined, covered: string | undefined): string {
  if (recorded === undefined) return `${counted(count, 'decision')}; the run left no hash to compare with`;
  const { by, decisions, hash } = recorded;
  if (covered === hash) return `${counted(count, 'decision')}; equal to the ${by} (${counted(decisions, 'decision')})`;
  if (covered === undefined) return `${counted(count, 'decision')}, but the ${by} counted ${decisions}`;
  return `differs: the ${by} has ${hash} after ${counted(decisions, 'decision')}, the tape ${covered}`;
}
