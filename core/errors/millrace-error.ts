/** Where something was found: a file with line and column (both from 1), and the path inside it. */
export interface Where {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly path?: string | undefined;
}

/** The four parts of every error, and its code. */
export interface Problem {
  readonly code: string;
  readonly where: Where;
  /** What was found. */
  readonly was: string;
  readonly expected: string;
  readonly fix: string;
}

/** An error that a user can act on: what was wrong, where, what was expected, how to mend it. */
export class MillraceError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: { cause?: unknown }) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(formatProblem).join('\n\n'), options);
    this.name = 'MillraceError';
    this.problems = list;
  }

  get code(): string {
    return this.problems[0]?.code ?? 'UNKNOWN';
  }
}

/** The place, when there is one, and below it the four parts, a line each. */
export function formatProblem({ code, where, was, expected, fix }: Problem): string {
  const place = placeOf(where);
  return [
    ...(place === '' ? [] : [place]),
    `  was       ${was}`,
    `  expected  ${expected}`,
    `  fix       ${fix}`,
    `  code      ${code}`,
  ].join('\n');
}

function placeOf({ file, line, column, path = '' }: Where): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  // `--set risk.limit` has named the option that it sets.
  const parts = place.endsWith(` ${path}`) ? [place] : [place, path];
  return parts.filter((part) => part !== '').join('  ');
}
