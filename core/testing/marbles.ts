import { durationMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';

/** One letter of a diagram and its time, in milliseconds from the diagram's start. */
export interface Marble {
  readonly at: number;
  readonly letter: string;
}

const TOKEN =
  /\s+|(?<time>\d+(?:\.\d+)?(?:ms|s|m|h))(?=\s|$)|\((?<group>[^()]+)\)|(?<letter>[a-zA-Z])|(?<pause>-)|(?<other>.)/g;

/**
 * Reads a marble diagram as RxJS writes them in run mode: a letter is an event, `-` lets one millisecond pass, as does each
 * letter after itself, `5s` lets that time pass, letters in brackets come at one time; white space is for the reader.
 */
export function parseMarbles(diagram: string): readonly Marble[] {
  const marbles: Marble[] = [];
  let at = 0;
  for (const { groups = {} } of diagram.matchAll(TOKEN)) {
    const { time, group, letter, pause, other } = groups;
    if (other !== undefined) throw notMarbles(diagram, other);
    for (const each of group ?? letter ?? '') marbles.push({ at, letter: each });
    if (time !== undefined) at += (durationMicros(time) ?? 0) / 1000;
    else if (group !== undefined) at += group.length + 2;
    else if (letter !== undefined || pause !== undefined) at += 1;
  }
  return marbles;
}

function notMarbles(diagram: string, found: string): MillraceError {
  return new MillraceError({
    code: 'TEST_BAD_MARBLES',
    where: {},
    was: `'${found}' in '${diagram}'`,
    expected: 'letters, -, times such as 5s with a space after them, and (groups)',
    fix: "write for example 'a 5s b--c (de)'",
  });
}
