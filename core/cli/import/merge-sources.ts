import type { ImportSource, RowRun } from './import-plan.ts';

/** Takes rows that are numbered and in their final order. They are its own only until it returns. */
export type RowSink = (run: RowRun) => void;

/**
 * Writes the rows of several files in one order, that of receipt, and numbers them from 1.
 */
export async function mergeSources(
  sources: readonly ImportSource[],
  sink: RowSink,
  onProgress: (share: number) => void = () => undefined,
): Promise<void> {
  const waiting = [...sources].sort((a, b) => a.startsAt - b.startsAt);
  const total = Math.max(
    1,
    sources.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  let open: Cursor[] = [];
  let finished = 0;
  let seq = 1;

  for (;;) {
    let first = earliest(open);
    for (let next = waiting[0]; next && (!first || next.startsAt <= first.recv); next = waiting[0]) {
      waiting.shift();
      const cursor = new Cursor(next);
      if (await cursor.pull()) open = [...open, cursor];
      first = earliest(open);
    }
    if (!first) return;

    const others = earliest(open.filter((cursor) => cursor !== first));
    const run = first.take(others, waiting[0]?.startsAt ?? Infinity);
    for (let i = run.from; i < run.to; i++) run.chunk.seq[i] = seq++;
    sink(run);

    if (first.atEnd && !(await first.pull())) {
      open = open.filter((cursor) => cursor !== first);
      finished += first.source.bytes;
    }
    onProgress(open.reduce((sum, { source, progress }) => sum + source.bytes * progress, finished) / total);
  }
}

/** A place in one file. */
class Cursor {
  readonly source: ImportSource;
  progress = 0;
  /** Receipt time of the row at this place, microseconds and nanoseconds beyond. */
  recv = Infinity;
  recvNs = 0;
  readonly #batches: AsyncIterator<{ readonly runs: readonly RowRun[]; readonly progress: number }>;
  #runs: readonly RowRun[] = [];
  #at = 0;
  #row = 0;

  constructor(source: ImportSource) {
    this.source = source;
    this.#batches = source.batches()[Symbol.asyncIterator]();
  }

  get atEnd(): boolean {
    return this.#at >= this.#runs.length;
  }

  /** Reads the next rows; false when there are none. */
  async pull(): Promise<boolean> {
    for (;;) {
      const next = await this.#batches.next();
      if (next.done === true) return false;
      this.#runs = next.value.runs;
      this.progress = next.value.progress;
      this.#at = 0;
      if (this.#runs.length > 0) break;
    }
    this.#row = this.#runs[0]?.from ?? 0;
    this.#look();
    return true;
  }

  /** The rows from here that come no later than another file's, nor than the start of a file that is not open yet. */
  take(other: Cursor | undefined, until: number): RowRun {
    const run = this.#runs[this.#at];
    if (run === undefined) throw new Error('there is no row to take');
    const { chunk } = run;
    const from = this.#row;
    let to = run.to;
    const limit = Math.min(other?.recv ?? Infinity, until);
    if (limit !== Infinity) {
      // Only the microsecond of a file that is not open is known: its first row may be the first of that microsecond.
      const limitNs = until <= limit ? 0 : (other?.recvNs ?? 0);
      for (to = from + 1; to < run.to; to++) {
        const recv = chunk.recv[to] ?? Infinity;
        if (recv > limit || (recv === limit && (chunk.recvNs[to] ?? 0) > limitNs)) break;
      }
    }
    if (to === run.to) this.#at++;
    this.#row = to === run.to ? (this.#runs[this.#at]?.from ?? 0) : to;
    this.#look();
    return { chunk, from, to };
  }

  #look(): void {
    const chunk = this.#runs[this.#at]?.chunk;
    this.recv = chunk?.recv[this.#row] ?? Infinity;
    this.recvNs = chunk?.recvNs[this.#row] ?? 0;
  }
}

function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let best: Cursor | undefined;
  for (const cursor of cursors) {
    if (!best || cursor.recv < best.recv || (cursor.recv === best.recv && cursor.recvNs < best.recvNs)) best = cursor;
  }
  return best;
}
