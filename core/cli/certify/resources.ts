import { pause } from './wait.ts';

/** Work of the system that ends by itself, and what belongs to the terminal. */
const PASSING = /^(FS|TTY|Pipe|Immediate|Close|GetAddrInfo|Shutdown|Write|TCPConnect|HTTPINCOMING|HTTPCLIENT)/i;
const LOOK_MS = 20;
const ENOUGH_LOOKS = 10;
const MOST_LOOKS = 150;
const EVENTS = ['exit', 'beforeExit', 'SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection', 'warning'];

/** What keeps the process busy, and who listens to it, counted by kind. */
export function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!PASSING.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const event of EVENTS) counts.set(`listener for ${event}`, process.listenerCount(event));
  return counts;
}

/** Waits until what the cases before left has gone: it would hide what this one leaves. */
export async function settled(): Promise<void> {
  let last = openResources();
  for (let looks = 0, same = 0; looks < MOST_LOOKS && same < ENOUGH_LOOKS; looks++) {
    const now = openResources();
    const isSame = differenceOf(now, last) === undefined && differenceOf(last, now) === undefined;
    same = isSame ? same + 1 : 0;
    last = now;
    await pause(LOOK_MS);
  }
}

/** What there is more of than before, in words. */
export function differenceOf(
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
): string | undefined {
  const more = [...now].filter(([kind, count]) => count > (before.get(kind) ?? 0));
  if (more.length === 0) return undefined;
  return more.map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`).join(', ');
}
