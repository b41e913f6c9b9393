import { hostname } from 'node:os';
import type { Manifest } from './manifest.ts';

/**
 * Does the process that writes a tape still live? `undefined` when it is one of another machine, which cannot be asked.
 * A container gives each of its starts the same process number, so what claims to be this process is one before it.
 */
export function isWriterAlive({ pid, host }: Manifest['writer']): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
