import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of this process, whole megabytes.
 *
 * Linux counts in `getrusage` what the process that started this one held at that moment, so a large one would be blamed on
 * us; its own status file does not.
 */
export function peakMemoryMb(): number {
  return Math.round((kilobytesFromStatus() ?? process.resourceUsage().maxRSS) / 1024);
}

function kilobytesFromStatus(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    // Some sandboxes have no /proc.
    return undefined;
  }
}
