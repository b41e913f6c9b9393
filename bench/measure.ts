/** CPU nanoseconds per operation. Waiting for a core is not counted; threads that help (GC, compiler, zstd) are. */
export interface Timing {
  readonly best: number;
  readonly median: number;
}

/** Something to measure. `start` makes it ready and is not measured; what it returns is. */
export interface Case {
  readonly name: string;
  /** Operations in one run. */
  readonly operations: number;
  readonly start: () => Work | Promise<Work>;
}

interface Work {
  /** What it answers counts in place of the CPU time, nanoseconds per operation: for what is not a matter of CPU time. */
  readonly run: () => void | number | Promise<void>;
  /** Takes down, and checks what `run` has done. */
  readonly finish?: (() => void | Promise<void>) | undefined;
}

const WARM_UP_ROUNDS = 2;

/**
 * Measures cases that are to be compared. They take turns, one short run each per round, so that a busy spell of the
 * machine falls on all of them.
 */
export async function measureTogether(cases: readonly Case[], rounds: number): Promise<readonly Timing[]> {
  const samples = cases.map((): number[] => []);
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    for (const [i, { start, operations }] of cases.entries()) {
      const { run, finish } = await start();
      const before = cpuNanos();
      const measured = await run();
      const spent = measured ?? (cpuNanos() - before) / operations;
      await finish?.();
      if (round >= WARM_UP_ROUNDS) samples[i]!.push(spent);
    }
  }
  return samples.map(timingOf);
}

export function cpuNanos(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function timingOf(samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b);
  return { best: sorted[0]!, median: sorted[sorted.length >> 1]! };
}
