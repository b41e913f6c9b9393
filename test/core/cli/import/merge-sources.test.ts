import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportBatch, ImportSource } from '../../../../core/cli/import/import-plan.ts';
import { mergeSources } from '../../../../core/cli/import/merge-sources.ts';
import { RowBatch } from '../../../../core/domain/row-batch.ts';

/** A file of trades with these receipt times (ns), handed over `size` at a time; `id` is the place in the file. */
function source(file: number, times: readonly number[], size: number, opened: (file: number) => void): ImportSource {
  async function* batches(): AsyncGenerator<ImportBatch> {
    opened(file);
    const batch = new RowBatch();
    for (const [i, time] of times.entries()) {
      batch.time(Math.floor(time / 1000), time % 1000, 0, 0);
      batch.trade(file, i, 1, 1, 0);
      if (batch.rows < size) continue;
      yield { runs: batch.runs, progress: i / times.length };
      batch.clear();
    }
    yield { runs: batch.runs, progress: 1 };
  }
  return { file: String(file), startsAt: Math.floor((times[0] ?? 0) / 1000), bytes: 10, batches };
}

async function merge(files: readonly (readonly number[])[], size: number, opened = (_file: number): void => undefined) {
  const rows: { file: number; id: number; seq: number; time: number }[] = [];
  const shares: number[] = [];
  await mergeSources(
    files.map((times, file) => source(file, times, size, opened)),
    ({ chunk, from, to }) => {
      for (let i = from; i < to; i++) {
        rows.push({
          file: chunk.inst[i] ?? -1,
          id: chunk.id[i] ?? -1,
          seq: chunk.seq[i] ?? -1,
          time: (chunk.recv[i] ?? 0) * 1000 + (chunk.recvNs[i] ?? 0),
        });
      }
    },
    (share) => shares.push(share),
  );
  return { rows, shares };
}

const times = fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b));

describe('mergeSources', () => {
  it('gives every row once, in order of receipt, numbered from 1, and each file in its own order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), async (files, size) => {
        const { rows } = await merge(files, size);
        expect(rows.map(({ time }) => time)).toEqual(files.flat().sort((a, b) => a - b));
        expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
        for (const [file, list] of files.entries()) {
          expect(rows.filter((row) => row.file === file).map(({ id }) => id)).toEqual(list.map((_, i) => i));
        }
      }),
    );
  });

  it('waits for a file that starts in the same microsecond', async () => {
    const { rows } = await merge([[0, 10_001], [0, 10_001], [10_000]], 10);
    expect(rows.map(({ time }) => time)).toEqual([0, 0, 10_000, 10_001, 10_001]);
  });

  it('opens a file only when the import has reached its time', async () => {
    const opened: number[] = [];
    const files = [
      [1000, 2000, 3000],
      [50_000, 60_000],
    ];
    const seen: number[][] = [];
    await mergeSources(
      files.map((list, file) => source(file, list, 1, () => opened.push(file))),
      () => seen.push([...opened]),
    );
    expect(seen).toEqual([[0], [0], [0], [0, 1], [0, 1]]);
  });

  it('reports progress up to the whole', async () => {
    const { shares } = await merge(
      [
        [1, 2, 3],
        [2, 9],
      ],
      1,
    );
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});
