import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImportReport } from '../../../../core/cli/import/import-report.ts';
import { readLines } from '../../../../core/cli/import/read-lines.ts';
import { scratchFile } from './helpers.ts';

async function linesOf(content: string | Uint8Array, report = new ImportReport()): Promise<string[]> {
  const lines: string[] = [];
  for await (const block of readLines(scratchFile('file', content), report)) {
    expect(block.first, 'number of the first line').toBe(lines.length + 1);
    lines.push(...block.lines);
  }
  return lines;
}

// Longer than one block, so that lines and characters of two bytes are cut in the middle.
const many = Array.from({ length: 60_000 }, (_, i) => `line ${i} µ`);

describe('readLines', () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
    [
      'gzip in several members',
      (text: string) => Buffer.concat([gzipSync(text.slice(0, 99)), gzipSync(text.slice(99))]),
    ],
  ])('reads %s files, whichever way lines end', async (_how, pack) => {
    expect(await linesOf(pack(`${many.join('\n')}\n`))).toEqual(many);
    expect(await linesOf(pack(many.join('\r\n')))).toEqual(many);
  });

  it('keeps the lines before the cut of a gzip file that was cut off, and says so', async () => {
    const report = new ImportReport();
    const packed = gzipSync(many.join('\n'));
    const lines = await linesOf(packed.subarray(0, packed.length >> 1), report);
    expect(lines.length).toBeGreaterThan(1000);
    expect(lines).toEqual(many.slice(0, lines.length));
    expect(report.skipped.get('the compressed file is cut off')?.count).toBe(1);
  });

  it('keeps the lines before the damage in a gzip file, and says so', async () => {
    const report = new ImportReport();
    const packed = gzipSync(`${many.join('\n')}\n`);
    // The checksum stands in the last eight bytes but four.
    packed.writeUInt32LE(0, packed.length - 8);
    const lines = await linesOf(packed, report);
    expect(lines.length).toBeGreaterThan(1000);
    expect(lines).toEqual(many.slice(0, lines.length));
    expect(report.skipped.get('the compressed file is damaged from here on')?.count).toBe(1);
  });
});
