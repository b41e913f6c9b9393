/**
 * Detections exactly as project-x-py 3.5 scores them, from the history of one price: every size that it showed, with its
 * time in milliseconds, oldest first. Neither looks at trades, so a busy level and a draining one pass for more than they
 * are: `IcebergDetector` and `SpoofDetector` are the ones to use.
 *
 * They are functions and no `compat` option of those: they score one price when asked, with what that price showed for ten
 * minutes, where ours follow orders and trades as they come and tell each finding once.
 */
export type SizeHistory = readonly (readonly [size: number, ts: number])[];

export interface SdkIceberg {
  readonly averageSize: number;
  readonly refreshes: number;
  readonly replenishments: number;
  readonly confidence: number;
  readonly hiddenSize: number;
}

/** `undefined` where it would tell nothing. `history` holds the entries of its window (10 minutes) only. */
export function sdkIceberg(
  history: SizeHistory,
  { refreshes = 5, size = 50, confidence: least = 0.7 } = {},
): SdkIceberg | undefined {
  const sizes = history.map(([one]) => one);
  const n = sizes.length;
  const mean = sizes.reduce((sum, one) => sum + one, 0) / n;
  const replenishments = sizes.filter((one, i) => i > 0 && one > (sizes[i - 1] ?? 0)).length;
  if (n < refreshes || mean < size || replenishments < refreshes - 1) return undefined;
  const deviation = Math.sqrt(sizes.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n);
  const confidence =
    0.4 * Math.min(n / 10, 1) + 0.4 * Math.min(replenishments / 5, 1) + 0.2 * Math.max(0, 1 - deviation / mean);
  if (confidence < least) return undefined;
  return { averageSize: mean, refreshes: n, replenishments, confidence, hiddenSize: Math.max(0, mean * n - mean) };
}

export type SdkSpoofPattern =
  | 'quote stuffing'
  | 'layering'
  | 'momentum ignition'
  | 'flashing'
  | 'pinging'
  | 'order manipulation';

export interface SdkSpoof {
  readonly size: number;
  /** Entries per minute. */
  readonly frequency: number;
  readonly cancelRate: number;
  readonly meanSeconds: number;
  readonly distanceTicks: number;
  readonly confidence: number;
  readonly pattern: SdkSpoofPattern;
}

/** `distanceTicks` is from the side's best price now. `undefined` where it would tell nothing. */
export function sdkSpoof(
  history: SizeHistory,
  distanceTicks: number,
  { windowMinutes = 10, frequency: often = 3, cancelRate: cancels = 0.8, seconds = 30, ticks = 3, least = 0.7 } = {},
): SdkSpoof | undefined {
  const n = history.length;
  if (n < 2) return undefined;
  const falls = history.flatMap(([size, ts], i) => {
    const before = history[i - 1];
    return before !== undefined && size < before[0] ? [(ts - before[1]) / 1000] : [];
  });
  const frequency = n / windowMinutes;
  const cancelRate = falls.length / (n - 1);
  const meanSeconds = falls.length === 0 ? 0 : falls.reduce((sum, one) => sum + one, 0) / falls.length;
  const size = history.reduce((sum, [one]) => sum + one, 0) / n;
  const confidence = Math.min(
    1,
    0.3 * Math.min(frequency / 10, 1) +
      0.35 * cancelRate +
      0.25 * Math.max(0, 1 - meanSeconds / 60) +
      0.1 * Math.min(distanceTicks / 20, 1),
  );
  const isTold = frequency >= often && cancelRate >= cancels && meanSeconds <= seconds && distanceTicks >= ticks;
  if (!isTold || confidence < least) return undefined;
  const facts = { size, frequency, cancelRate, meanSeconds, distanceTicks };
  return { ...facts, confidence, pattern: patternOf(facts) };
}

function patternOf({
  size,
  frequency,
  cancelRate,
  meanSeconds,
  distanceTicks,
}: Omit<SdkSpoof, 'confidence' | 'pattern'>) {
  if (frequency > 8 && meanSeconds < 5) return 'quote stuffing';
  if (cancelRate > 0.9 && distanceTicks > 1 && distanceTicks < 10) return 'layering';
  if (size > 100 && meanSeconds < 10 && distanceTicks < 3) return 'momentum ignition';
  if (size > 200 && meanSeconds < 2) return 'flashing';
  if (frequency > 5 && size < 10 && distanceTicks < 2) return 'pinging';
  return 'order manipulation';
}
