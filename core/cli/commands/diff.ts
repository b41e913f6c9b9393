import type { DecisionRecord } from '../../plugin/persistence.ts';
import { LineHash } from '../../runtime/decision-log.ts';
import { openTape, type Tape } from '../../tape/reader.ts';
import { counted } from '../counted.ts';
import { describeEvent } from '../describe-event.ts';

/** Where two runs part: a side is absent when its run had decided all it would. */
interface Parting {
  readonly index: number;
  readonly a: DecisionRecord | undefined;
  readonly b: DecisionRecord | undefined;
}

/**
 * `runtime diff <a> <b>`: the first decision at which two runs part, with the event that caused it on each side. Exit code
 * 1 when they differ.
 */
export async function runDiff(dirA: string, dirB: string, { json }: { readonly json: boolean }): Promise<number> {
  const [a, b] = [await openTape(dirA), await openTape(dirB)];
  const { hash, decisions, parting } = await compare(a, b);
  if (parting === undefined) {
    if (json) process.stdout.write(`${JSON.stringify({ equal: true, decisions, hash })}\n`);
    else process.stdout.write(`equal: ${counted(decisions, 'decision')}, hash ${hash}\n`);
    return 0;
  }
  const sides = { a: await sideOf(a, parting.a), b: await sideOf(b, parting.b) };
  if (json) process.stdout.write(`${JSON.stringify({ equal: false, decisions, index: parting.index, ...sides })}\n`);
  else {
    process.stdout.write(`equal for ${counted(decisions, 'decision')}; decision ${parting.index} differs\n`);
    for (const [name, side] of Object.entries(sides)) {
      process.stdout.write(
        `  ${name}  ${side === undefined ? 'no further decision' : `${side.text}\n     ${side.event}`}\n`,
      );
    }
  }
  return 1;
}

async function compare(a: Tape, b: Tape) {
  const lines = new LineHash();
  const [left, right] = [a.decisions()[Symbol.asyncIterator](), b.decisions()[Symbol.asyncIterator]()];
  try {
    for (;;) {
      const [first, second] = [await next(left), await next(right)];
      const decisions = lines.count;
      if (first === undefined && second === undefined) return { hash: lines.digest(), decisions, parting: undefined };
      if (first?.text !== second?.text) {
        return {
          hash: lines.digest(),
          decisions,
          parting: { index: decisions, a: first, b: second } satisfies Parting,
        };
      }
      lines.add(first?.text ?? '');
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}

async function next(decisions: AsyncIterator<DecisionRecord>): Promise<DecisionRecord | undefined> {
  const step = await decisions.next();
  return step.done === true ? undefined : step.value;
}

async function sideOf(tape: Tape, decision: DecisionRecord | undefined) {
  if (decision === undefined) return undefined;
  const { strategy, kind, cause, ts, text } = decision;
  return { strategy, kind, cause, ts, text, event: await describeEvent(tape, decision) };
}
