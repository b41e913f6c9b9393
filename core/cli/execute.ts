import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';
import { reportError } from './report-error.ts';

/** Runs a command in this process, tells the user what went wrong, and returns the exit code: 0 only on success. */
export async function execute(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return reportError(error, { json: argv.includes('--json') });
  }
}
