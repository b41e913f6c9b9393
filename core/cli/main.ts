import { execute } from './execute.ts';
import { installHooks } from './hooks.ts';

/** Runs the command line and sets the exit code: 0 only on success, 2 for what the user can correct, 1 for the rest. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  installHooks();
  const exitCode = await execute(argv);
  process.exitCode = exitCode;
  // A plugin may have left a timer or a socket behind; it must neither keep the process alive nor fail after the end.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(exitCode);
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write('', () => resolve()));

/** `runtime inspect … | head` closes the pipe early; that is no fault. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}
