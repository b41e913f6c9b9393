import { cpSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTape, reseal, TapeWriter } from '#core';
import { all, readRows, recvOf, replayed, run, START, summary, tempDir, trades } from './tapes.ts';

compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => zstdDecompressSync(data) });

const BATCH = 10;
const rows = Array.from({ length: 100 }, (_, seq) => ({
  seq,
  price: 100 + seq / 4,
  size: 1 + (seq % 7),
  inst: seq % 2,
}));

/** The folder of a run that was killed after its last flush, and what was on the disk after each batch. */
function killedRun(): { readonly dir: string; readonly ends: readonly number[] } {
  const source = join(tempDir(), 'tape');
  const writer = new TapeWriter(source, run, { batchRows: BATCH });
  const ends: number[] = [];
  for (let at = 0; at < rows.length; at += BATCH) {
    const chunk = trades(rows.slice(at, at + BATCH));
    writer.append(chunk, 0, chunk.n);
    writer.decision({ index: at / BATCH, cause: at, ts: recvOf(at), strategy: 's', kind: 'order', text: `${at}` });
    const payload = { decisions: at / BATCH + 1, hash: `hash ${at}` };
    writer.input({ seq: at + BATCH - 1, recv: recvOf(at), kind: 'checkpoint', payload });
    writer.flush();
    ends.push(statSync(join(source, 'trades-0001.arrow')).size);
  }
  writer.append(trades([{ seq: 100 }]), 0, 1);
  // The writer lives on in this process; a copy is what a killed one leaves.
  const dir = join(tempDir(), 'copy');
  cpSync(source, dir, { recursive: true });
  return { dir, ends };
}

describe('a tape whose writer was killed', () => {
  it('has every flushed row and says nothing of a problem', async () => {
    const tape = await openTape(killedRun().dir);
    expect(tape.manifest.state).toBe('open');
    expect(tape.problems).toEqual([]);
    expect((await readRows(tape, 'trades')).map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq));
    expect(tape.series.trades).toMatchObject({ rows: 100, firstTs: recvOf(0), lastTs: recvOf(99) });
  });

  it('gives back every whole batch and names one problem, wherever the file breaks off', async () => {
    const { dir, ends } = killedRun();
    const length = ends.at(-1) ?? 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: length }), async (cut) => {
        const torn = join(tempDir(), 'torn');
        cpSync(dir, torn, { recursive: true });
        truncateSync(join(torn, 'trades-0001.arrow'), cut);
        const tape = await openTape(torn);
        const whole = ends.filter((end) => end <= cut).length;
        expect((await readRows(tape, 'trades')).map(({ price }) => price)).toEqual(
          rows.slice(0, whole * BATCH).map(({ price }) => price),
        );
        // A cut between schema and first batch leaves a whole file without rows.
        const clean = ends.includes(cut) || (whole === 0 && tape.problems.length === 0);
        expect(tape.problems.map(({ code }) => code)).toEqual(clean ? [] : ['TAPE_TORN']);
        expect(await reseal(torn)).toBe(true);
        expect(tape.series.trades === undefined || tableFromFile(torn).numRows === whole * BATCH).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('knows its last checkpoint', async () => {
    const tape = await openTape(killedRun().dir);
    expect(await tape.lastCheckpoint()).toMatchObject({
      row: { seq: 99, kind: 'checkpoint' },
      checkpoint: { decisions: 10, hash: 'hash 90' },
    });
  });

  it('passes over a checkpoint whose decisions are not all there', async () => {
    const { dir } = killedRun();
    const file = join(dir, 'decisions-0001.arrow');
    truncateSync(file, statSync(file).size - 1);
    const tape = await openTape(dir);
    expect((await tape.lastCheckpoint())?.checkpoint).toEqual({ decisions: 9, hash: 'hash 80' });
  });

  it('becomes ordinary Arrow files when resealed, once', async () => {
    const { dir } = killedRun();
    const before = await replayed(await openTape(dir));
    expect(await reseal(dir)).toBe(true);
    expect(tableFromFile(dir).numRows).toBe(100);
    expect(readFileSync(join(dir, 'trades-0001.arrow')).subarray(-6).toString()).toBe('ARROW1');
    const tape = await openTape(dir);
    expect(tape.manifest).toMatchObject({ state: 'recovered', checkpoint: { hash: 'hash 90', seq: 99 } });
    expect(tape.manifest.series?.trades?.rows).toBe(100);
    expect(await replayed(tape)).toEqual(before);
    expect(await reseal(dir)).toBe(false);
  });

  it('is left alone while its writer lives, and when it was closed', async () => {
    const dir = join(tempDir(), 'tape');
    const writer = new TapeWriter(dir, run);
    writer.append(trades(rows), 0, 100);
    writer.flush();
    expect(await reseal(dir)).toBe(false);
    await writer.close(summary);
    expect(await reseal(dir)).toBe(false);
    expect((await openTape(dir)).manifest.state).toBe('closed');
  });
});

it('names the batch whose bytes have changed', async () => {
  const { dir, ends } = killedRun();
  const file = join(dir, 'trades-0001.arrow');
  const bytes = readFileSync(file);
  bytes.fill(0xff, (ends[0] ?? 0) - 16, ends[0]);
  bytes.fill(0xff, (ends[0] ?? 0) - 120, (ends[0] ?? 0) - 20);
  writeFileSync(file, bytes);
  const tape = await openTape(dir);
  await expect(all(tape.rows('trades'))).rejects.toMatchObject({ code: 'TAPE_DAMAGED' });
});

const tableFromFile = (dir: string) => tableFromIPC(readFileSync(join(dir, 'trades-0001.arrow')));

it('counts time from the start of the run when nothing was flushed', async () => {
  const dir = join(tempDir(), 'tape');
  new TapeWriter(dir, run);
  expect((await openTape(dir)).recording()).toMatchObject({ from: START, until: START });
});
