import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTape, TapeWriter } from '#core';
import { run, START, summary, tempDir, trades } from './tapes.ts';

const manifestOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));

describe('the manifest', () => {
  it('tells the run from its first moment', () => {
    const dir = join(tempDir(), 'tape');
    new TapeWriter(dir, run);
    expect(manifestOf(dir)).toMatchObject({
      format: 'millrace-tape',
      version: 1,
      state: 'open',
      run: { id: 'run-1', config: run.config, plugins: run.plugins, seed: 7 },
    });
    expect(manifestOf(dir).run.instruments[1]).toMatchObject({ symbol: 'ESZ5', tickSize: 0.25, pointValue: 50 });
  });

  it('is completed at the close, and leaves no draft behind', async () => {
    const dir = join(tempDir(), 'tape');
    const writer = new TapeWriter(dir, run);
    writer.append(trades([{ seq: 3 }, { seq: 9 }]), 0, 2);
    writer.input({ seq: 9, recv: START + 9_000, kind: 'checkpoint', payload: { decisions: 0, hash: 'e3b0' } });
    await writer.close(summary);
    expect(manifestOf(dir)).toMatchObject({
      state: 'closed',
      summary,
      checkpoint: { seq: 9, decisions: 0, hash: 'e3b0' },
      series: {
        trades: {
          rows: 2,
          segments: ['trades-0001.arrow'],
          firstSeq: 3,
          lastSeq: 9,
          firstTs: START + 3_000,
          lastTs: START + 9_000,
        },
        inputs: { rows: 1 },
      },
    });
    expect(readdirSync(dir).sort()).toEqual(['inputs-0001.arrow', 'manifest.json', 'trades-0001.arrow']);
  });

  it('is refused by name when it is of a later version, of another kind, or missing', async () => {
    const dir = join(tempDir(), 'tape');
    await new TapeWriter(dir, run).close(summary);
    const file = join(dir, 'manifest.json');
    const good = manifestOf(dir);
    writeFileSync(file, JSON.stringify({ ...good, version: 2 }));
    await expect(openTape(dir)).rejects.toMatchObject({ code: 'TAPE_VERSION' });
    for (const text of ['{"name":"x"}', '{', '[]', 'null']) {
      writeFileSync(file, text);
      await expect(openTape(dir), text).rejects.toMatchObject({ code: 'TAPE_MANIFEST' });
    }
    await expect(openTape(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'TAPE_NOT_FOUND' });
  });

  it('keeps a second run out of the folder', () => {
    const dir = join(tempDir(), 'tape');
    new TapeWriter(dir, run);
    expect(() => new TapeWriter(dir, run)).toThrow(expect.objectContaining({ code: 'TAPE_EXISTS' }));
  });
});
