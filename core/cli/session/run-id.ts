import { isoMicros } from '../../domain/time.ts';
import { wallMicros } from '../../runtime/wall.ts';

/** `20250917-133000-123456-es-rth`: sorts by start, and no two runs of a machine share one. */
export function newRunId(name: string): string {
  const [date = '', time = ''] = isoMicros(wallMicros()).slice(0, -1).split('T');
  const stamp = `${date.replaceAll('-', '')}-${time.replaceAll(':', '').replace('.', '-')}`;
  return `${stamp}-${name.replace(/[^\w-]+/g, '-')}`;
}
