import { createHash } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TapeWriter } from '#core';
import { runDiff } from '../../../core/cli/commands/diff.ts';
import { runHash } from '../../../core/cli/commands/hash.ts';
import { runImport } from '../../../core/cli/commands/import.ts';
import { recvOf, run, START, summary, tempDir, trades } from '../tape/tapes.ts';

const hashOf = (texts: readonly string[]): string =>
  createHash('sha256')
    .update(texts.map((text) => `${text}\n`).join(''))
    .digest('hex');

let out = '';
let err = '';
beforeEach(() => {
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

interface Shape {
  readonly texts: readonly string[];
  readonly causes?: readonly number[];
  readonly hash?: string;
  /** Left behind by a killed run, with a checkpoint after two decisions. */
  readonly killed?: boolean;
}

async function tapeOf({ texts, causes = [], hash = hashOf(texts), killed = false }: Shape): Promise<string> {
  const dir = join(tempDir(), 'tape');
  const writer = new TapeWriter(dir, run);
  const chunk = trades([1, 2, 3].map((seq) => ({ seq, price: 100 + seq, size: 2, side: -1, inst: 1 })));
  writer.append(chunk, 0, 3);
  writer.input({ seq: 4, recv: recvOf(4), kind: 'ack', payload: { id: 'x' } });
  texts.forEach((text, index) => {
    writer.decision({ index, cause: causes[index] ?? 1, ts: START, strategy: 's', kind: 'order', text });
  });
  if (!killed) {
    await writer.close({ ...summary, decisions: texts.length, decisionHash: hash });
    return dir;
  }
  writer.input({ seq: 4, recv: recvOf(4), kind: 'checkpoint', payload: { decisions: 2, hash } });
  writer.flush();
  cpSync(dir, `${dir}-killed`, { recursive: true });
  return `${dir}-killed`;
}

describe('runtime hash', () => {
  it('prints the hash of the decisions, equal to that of the run', async () => {
    expect(await runHash(await tapeOf({ texts: ['a', 'b ü'] }), { json: false })).toBe(0);
    expect(out).toBe(`${hashOf(['a', 'b ü'])}\n`);
    expect(err).toContain('equal to the end of run');
  });

  it('fails when the run printed another', async () => {
    expect(await runHash(await tapeOf({ texts: ['a', 'b'], hash: 'c0ffee' }), { json: false })).toBe(1);
    expect(err).toContain('c0ffee');
  });

  it('compares a killed run with its last checkpoint', async () => {
    const texts = ['a', 'b', 'c'];
    expect(await runHash(await tapeOf({ texts, killed: true, hash: hashOf(['a', 'b']) }), { json: true })).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      decisions: 3,
      hash: hashOf(texts),
      recorded: { by: 'last checkpoint', decisions: 2, hash: hashOf(['a', 'b']) },
      matches: true,
    });
    expect(await runHash(await tapeOf({ texts, killed: true, hash: 'c0ffee' }), { json: true })).toBe(1);
  });

  it('knows the hash of no decisions', async () => {
    expect(await runHash(await tapeOf({ texts: [] }), { json: true })).toBe(0);
    // SHA-256 of nothing, FIPS 180-4.
    expect(JSON.parse(out).hash).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  describe('of an imported recording', () => {
    const imported = async (): Promise<string> => {
      const [folder, dir] = [tempDir(), join(tempDir(), 'tape')];
      const file = join(folder, 'es.csv');
      writeFileSync(file, 'time,price,size\n2025-09-17T13:30:00Z,5000,1\n');
      await runImport('csv', [file], { out: dir, instrument: 'ESZ5', json: true });
      out = '';
      return dir;
    };

    it('is none, which is no fault', async () => {
      expect(await runHash(await imported(), { json: false })).toBe(0);
      expect(out).toBe('');
      expect(err).toBe('an imported recording holds no decisions; replay it with --config\n');
    });

    it('is none as JSON, too', async () => {
      const dir = await imported();
      expect(await runHash(dir, { json: true })).toBe(0);
      expect(JSON.parse(out)).toEqual({ tape: dir, imported: true, decisions: 0 });
    });
  });
});

describe('runtime diff', () => {
  it('says that two runs are equal, with count and hash', async () => {
    const [a, b] = [await tapeOf({ texts: ['a', 'b'] }), await tapeOf({ texts: ['a', 'b'] })];
    expect(await runDiff(a, b, { json: false })).toBe(0);
    expect(out).toBe(`equal: 2 decisions, hash ${hashOf(['a', 'b'])}\n`);
  });

  it('shows the first decision at which they part, and what caused it', async () => {
    const a = await tapeOf({ texts: ['a', 'b', 'c'], causes: [1, 2, 3] });
    const b = await tapeOf({ texts: ['a', 'x', 'c'], causes: [1, 4, 3] });
    expect(await runDiff(a, b, { json: false })).toBe(1);
    expect(out).toBe(
      [
        'equal for 1 decision; decision 1 differs',
        '  a  b',
        '     after event 2, ESZ5 trade sell 2 at 102, at 2024-08-08T23:54:15.002000Z',
        '  b  x',
        '     after input 4, ack {"id":"x"}, at 2024-08-08T23:54:15.004000Z',
        '',
      ].join('\n'),
    );
  });

  it('shows the decision that only one of them made', async () => {
    const [a, b] = [await tapeOf({ texts: ['a'] }), await tapeOf({ texts: ['a', 'b'], causes: [1, 0] })];
    expect(await runDiff(a, b, { json: true })).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ equal: false, decisions: 1, index: 1, b: { text: 'b', cause: 0 } });
    expect(JSON.parse(out).b.event).toBe('after a timer or a bar closed by the clock, at 2024-08-08T23:54:15.000000Z');
    expect(JSON.parse(out).a).toBeUndefined();
  });
});
