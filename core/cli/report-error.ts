import { styleText } from 'node:util';
import { CommanderError } from 'commander';
import { formatProblem, MillraceError, type Problem } from '../errors/millrace-error.ts';

/** Tells the user what went wrong, on stderr or as one JSON object on stdout, and returns the exit code. */
export function reportError(error: unknown, { json }: { readonly json: boolean }): number {
  const problems = problemsOf(error);
  if (json) process.stdout.write(`${JSON.stringify({ problems })}\n`);
  // Commander has printed its own message by now.
  else if (!(error instanceof CommanderError)) process.stderr.write(`${problems.map(coloured).join('\n\n')}\n`);
  const correctable = error instanceof MillraceError || error instanceof CommanderError || isRefusedFile(error);
  if (!correctable && !json) process.stderr.write(`\n${stackOf(error)}\n`);
  return correctable ? 2 : 1;
}

/** Every error as problems that a user can read. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof MillraceError) return error.problems;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommanderError) {
    return [
      {
        code: 'CLI_USAGE',
        where: {},
        was: message.replace(/^error: /, ''),
        expected: 'a command and options that exist',
        fix: 'run the command with --help',
      },
    ];
  }
  if (isRefusedFile(error)) {
    return [
      {
        code: 'CLI_FILE',
        where: { file: error.path },
        was: message.replace(/, \w+ '.*'$/, ''),
        expected: 'a path that can be read, or written to',
        fix: 'check that its folder is there, its rights, and the space on the disk',
      },
    ];
  }
  return [
    {
      code: 'INTERNAL',
      where: {},
      was: message,
      expected: 'this not to happen',
      fix:
        process.env['DEBUG'] === undefined
          ? 'run again with DEBUG=1 for the stack, and report it'
          : 'report it with the stack',
    },
  ];
}

/** Did the system refuse a path that the user chose? */
const isRefusedFile = (error: unknown): error is NodeJS.ErrnoException & { readonly path: string } =>
  error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string';

/** The place in bold, what was found in red, the fix in green; plain when nobody watches or NO_COLOR is set. */
function coloured(problem: Problem): string {
  const style = (format: 'bold' | 'red' | 'green' | 'dim', text: string): string =>
    styleText(format, text, { stream: process.stderr });
  const lines = formatProblem(problem)
    .split('\n')
    .map((line, i) => {
      if (i === 0 && !line.startsWith('  ')) return style('bold', line);
      if (line.startsWith('  was')) return style('red', line);
      if (line.startsWith('  fix')) return style('green', line);
      return line.startsWith('  code') ? style('dim', line) : line;
    });
  return lines.join('\n');
}

function stackOf(error: unknown): string {
  if (process.env['DEBUG'] === undefined || !(error instanceof Error)) return '';
  return error.stack ?? '';
}
