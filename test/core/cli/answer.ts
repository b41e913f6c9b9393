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
  const said = { out: '', err: '' };
  const into = (stream: 'out' | 'err') => (text: string | NodeJS.ArrayBufferView) => {
    said[stream] += text.toString();
    return true;
  };
  const { writeSync } = fs;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err')),
    // With --json the log goes past the stream, to its file descriptor.
    vi.spyOn(fs, 'writeSync').mockImplementation((fd, data, ...rest) => {
      if (fd !== process.stderr.fd) return writeSync(fd, data, ...rest);
      into('err')(data);
      return Buffer.byteLength(data.toString());
    }),
  ];
  try {
    process.chdir(cwd);
    return { code: await execute(args), ...said };
  } finally {
    process.chdir(home);
    for (const spy of spies) spy.mockRestore();
  }
}
