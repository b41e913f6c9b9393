import { CommanderError } from 'commander';
import { installHooks } from './hooks.ts';
import { buildProgram } from './program.ts';
import { reportError } from './report-error.ts';

/** Runs the command line and sets the exit code: 0 only on success, 2 for what the user can correct, 1 for the rest. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  installHooks();
  const exitCode = await run(argv);
  process.exitCode = exitCode;
  // A plugin may have left a timer or a socket behind; it must neither keep the process alive nor fail after the end.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(exitCode);
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write('', () => resolve()));

async function run(argv: readonly string[]): Promise<number> {
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

/** `runtime inspect … | head` closes the pipe early; that is no fault. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}
