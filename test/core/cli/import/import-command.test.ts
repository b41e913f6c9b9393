import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runImport } from '../../../../core/cli/commands/import.ts';
import type { ImportBatch, ImportPlan } from '../../../../core/cli/import/import-plan.ts';
import { writeTape } from '../../../../core/cli/import/write-tape.ts';
import { RowBatch } from '../../../../core/domain/row-batch.ts';
import { openTape } from '../../../../core/tape/reader.ts';
import { scratchFile, scratchFolder } from './helpers.ts';

const T = 1_582_329_602_111_000;
const trades = `timestamp,price,size\n${T},100.25,1\nrubbish\n${T + 1},100.1,2\n`;

afterEach(() => void vi.restoreAllMocks());

async function run(text: string, options: object = {}, format = 'csv'): Promise<{ out: string; printed: string }> {
  const out = join(scratchFolder(), 'tape');
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => written.push(String(part)) > 0);
  await runImport(format, [scratchFile('ES.csv', text)], { out, ...options });
  return { out, printed: written.join('') };
}

describe('runImport', () => {
  it('writes a closed tape that knows its instrument', async () => {
    const { out } = await run(trades);
    const tape = await openTape(out);
    expect(tape.manifest).toMatchObject({
      state: 'closed',
      run: {
        id: 'tape',
        mode: 'replay',
        startedAt: T,
        config: { instruments: { ES: { tickSize: 0.25, pointValue: 50 } } },
      },
      summary: { stopped: 'imported', endedAt: T + 1 },
    });
    expect(tape.instruments).toMatchObject([{ symbol: 'ES', tickSize: 0.25 }]);
    const rows: unknown[] = [];
    for await (const chunk of tape.rows('trades')) {
      for (let i = 0; i < chunk.n; i++) rows.push([chunk.seq[i], chunk.recv[i]]);
    }
    expect(rows).toEqual([
      [1, T],
      [2, T + 1],
    ]);
  });

  it('prints one JSON object for machines', async () => {
    const { out, printed } = await run(trades, { json: true });
    expect(JSON.parse(printed)).toMatchObject({
      tape: out,
      instruments: ['ES'],
      rows: { trades: 2, quotes: 0, depth: 0, bars: 0 },
      from: '2020-02-22T00:00:02.111000Z',
      skipped: { 'bad line': { count: 1 } },
      notes: { 'rows with a price between two ticks (is --tick-size right?)': 1 },
    });
  });

  it('prints a summary for people, with the first line that was left out', async () => {
    const { printed } = await run(trades);
    expect(printed).toMatch(/imported +ES: 2 trades/);
    expect(printed).toMatch(/skipped +1 × bad line\n +first: .*ES\.csv:3: rubbish/);
  });

  it('says what it found when no line was of use', async () => {
    await expect(run(`timestamp,price\n${T},nonsense\n`)).rejects.toThrow(/bad line, 1 times; first .*ES\.csv:2:/);
  });

  it('refuses a folder that holds a tape, before it reads anything', async () => {
    const { out } = await run(trades);
    await expect(runImport('csv', [scratchFile('x.csv', 'a')], { out })).rejects.toThrow(/TAPE_EXISTS/);
  });

  it('names everything that is no file', async () => {
    const folder = scratchFolder();
    const failing = runImport('csv', ['/no/a.csv', folder], { out: '/no/tape' });
    await expect(failing).rejects.toThrow(new RegExp(`a\\.csv[\\s\\S]*${folder}`));
  });

  it('lists the formats when asked for one that it does not know', async () => {
    await expect(run(trades, {}, 'leen')).rejects.toThrow(
      /lean, binance-frames, dbn, csv[\s\S]*write lean[\s\S]*IMPORT_FORMAT/,
    );
  });
});

describe('writeTape', () => {
  async function* breaksOff(): AsyncGenerator<ImportBatch> {
    const batch = new RowBatch();
    batch.time(T, 0, T, 0);
    batch.trade(0, 0, 100, 1, 0);
    yield { runs: batch.runs, progress: 0.5 };
    await Promise.reject(new Error('the disk is gone'));
  }
  const plan: ImportPlan = {
    instruments: [{ symbol: 'ES' }],
    sources: [{ file: 'es', startsAt: T, bytes: 1, batches: breaksOff }],
  };

  it('leaves no tape behind when reading fails', async () => {
    const out = join(scratchFolder(), 'tape');
    await expect(writeTape(out, plan, () => undefined)).rejects.toThrow('the disk is gone');
    expect(existsSync(out)).toBe(false);
  });

  it('leaves a folder alone that was there before', async () => {
    const out = scratchFolder();
    writeFileSync(join(out, 'notes.txt'), 'keep');
    await expect(writeTape(out, plan, () => undefined)).rejects.toThrow('the disk is gone');
    expect(existsSync(join(out, 'notes.txt'))).toBe(true);
  });
});
