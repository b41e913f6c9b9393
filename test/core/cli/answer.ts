import fs from 'node:fs';
import { vi } from 'vitest';
import { execute } from '../../../core/cli/execute.ts';
import type { CliResult } from './run-cli.ts';

/**
 * What a command answers, in the test's own process: all that the command line does, but for the hooks that load a
 * user's plugins and the exit. Folder and output belong to the whole process, so one command at a time.
 */
export async function answerTo(args: readonly string[], { cwd = process.cwd() } = {}): Promise<CliResult> {
  const home = process.cwd();
  /** By file descriptor: standard output and standard error. */
  const said = { 1: '', 2: '' };
  const keep = (fd: 1 | 2) => (part: string | NodeJS.ArrayBufferView) => {
    said[fd] += typeof part === 'string' ? part : new TextDecoder().decode(part);
    return true;
  };
  const { writeSync } = fs;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep(1)),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep(2)),
    // With --json the log goes past the streams.
    vi.spyOn(fs, 'writeSync').mockImplementation((fd, data, ...rest) => {
      if (fd !== 1 && fd !== 2) return writeSync(fd, data, ...rest);
      keep(fd)(data);
      return Buffer.byteLength(data);
    }),
  ];
  try {
    process.chdir(cwd);
    const code = await execute(args);
    return { code, out: said[1], err: said[2] };
  } finally {
    process.chdir(home);
    for (const spy of spies) spy.mockRestore();
  }
}
