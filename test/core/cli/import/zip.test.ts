import { describe, expect, it } from 'vitest';
import { readZip } from '../../../../core/cli/import/zip.ts';
import { scratchFile, zipOf } from './helpers.ts';

const files = { 'a.csv': '1,2\n3,4\n', 'b.csv': 'x'.repeat(10_000) };

describe('readZip', () => {
  it.each([
    ['deflated', {}],
    ['stored', { stored: true }],
    ['streamed, with sizes in the central directory alone', { streamed: true }],
    ['followed by a comment', { comment: 'made by hand' }],
  ])('reads entries that are %s', async (_how, options) => {
    const entries = await readZip(scratchFile('a.zip', zipOf(files, options)));
    expect(Object.fromEntries(entries.map(({ name, text }) => [name, text()]))).toEqual(files);
  });

  it('refuses a file that is no zip', async () => {
    await expect(readZip(scratchFile('a.zip', 'price,size\n'))).rejects.toThrow(/IMPORT_BAD_ZIP/);
  });

  it('refuses an archive that lost its middle', async () => {
    const whole = zipOf(files);
    const damaged = Buffer.concat([whole.subarray(0, 20), whole.subarray(60)]);
    const file = scratchFile('a.zip', damaged);
    await expect(readZip(file).then((entries) => entries.map((entry) => entry.text()))).rejects.toThrow(/damaged/);
  });
});
