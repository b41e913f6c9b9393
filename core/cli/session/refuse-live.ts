import type { RunConfig } from '../../config/run-config.ts';
import { MillraceError } from '../../errors/millrace-error.ts';

/** Throws NO_BROKER for `mode: live`: no provider takes orders yet. A file that validates also starts. */
export function refuseLive({ mode, file }: RunConfig): void {
  if (mode !== 'live') return;
  throw new MillraceError({
    code: 'NO_BROKER',
    where: { file, path: 'mode' },
    was: 'live',
    expected: 'a provider that takes orders; none of the configured ones does',
    fix: 'use mode: paper, which trades live data against the simulated venue',
  });
}
