import type { Bar } from '../../domain/market.ts';
import type { HistoryRequest, Provider } from '../../plugin/provider.ts';
import { wallTimers } from '../wall.ts';

const LIMIT_MS = 15_000;

/** A provider's bars; none when it has no history, or does not answer in time. */
export async function askHistory(provider: Provider, request: HistoryRequest): Promise<readonly Bar[]> {
  if (provider.history === undefined) return [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Bar[]>((resolve) => {
    timer = wallTimers.setTimeout(() => resolve([]), LIMIT_MS).unref();
  });
  try {
    return await Promise.race([provider.history(request), late]);
  } finally {
    wallTimers.clearTimeout(timer);
  }
}
