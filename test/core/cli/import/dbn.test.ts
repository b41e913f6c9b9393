import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, expect, it, vi } from 'vitest';
import { runImport } from '../../../../core/cli/commands/import.ts';
import { planDbn } from '../../../../core/cli/import/dbn.ts';
import { ImportReport } from '../../../../core/cli/import/import-report.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { rowsOf, scratchFile, scratchFolder } from './helpers.ts';

const sample = (name: string): string => sharedData(`dbn/${name}`);
const ES = sharedData('nautilus/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst');

afterEach(() => void vi.restoreAllMocks());

async function imported(files: readonly string[], options: object = {}) {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => written.push(String(part)) > 0);
  await runImport('dbn', files, { out: join(scratchFolder(), 'tape'), json: true, ...options });
  return JSON.parse(written.join(''));
}

const plan = (files: readonly string[], options: object = {}, report = new ImportReport()) =>
  planDbn(files, { out: '', ...options }, report);

describeWithData('runtime import dbn', () => {
  it('imports an hour of single orders', { timeout: 60_000 }, async () => {
    expect(await imported([ES])).toMatchObject({
      instruments: ['ESH4'],
      // Trades as the list made by others has them, quotes as well, less the one line in which no price or size changed.
      rows: { trades: 2_973, quotes: 25_439, bars: 0 },
      from: '2023-12-25T22:00:00.181198Z',
      until: '2023-12-25T23:59:59.446821Z',
      skipped: {},
      notes: {},
    });
  });

  it('keeps all whole records of a file that is cut off, and tells of it once', { timeout: 60_000 }, async () => {
    const cut = scratchFile('cut.dbn.zst', readFileSync(ES).subarray(0, 700_000));
    const { rows, skipped } = await imported([cut]);
    expect(rows.trades).toBeGreaterThan(1_000);
    expect(rows.trades).toBeLessThan(2_973);
    expect(skipped).toEqual({
      'all from a fault of the file on (DBN_TRUNCATED)': {
        count: 1,
        sample: `${cut}:0: compressed data that breaks off`,
      },
    });
  });

  it('takes trades from one schema where several files have them', async () => {
    const files = [
      'dbn/test_data.trades.v3.dbn.zst',
      'dbn/test_data.mbp-1.v3.dbn.zst',
      'dbn/test_data.tbbo.v3.dbn.zst',
    ];
    const { rows } = await imported(files.map(sample));
    // Two trades, which the tbbo file has again; two quotes and those before the trades.
    expect(rows).toMatchObject({ trades: 2, quotes: 4 });
  });

  it('reads the values of an ohlcv sample', async () => {
    const { first } = JSON.parse(readFileSync(sample('expected.json'), 'utf8')).files[
      'dbn/test_data.ohlcv-1m.v3.dbn.zst'
    ];
    const bars = await rowsOf(await plan([sample('dbn/test_data.ohlcv-1m.v3.dbn.zst')]), 'bars', [
      'recv',
      'span',
      'open',
      'high',
      'low',
      'close',
      'volume',
    ]);
    const values = [first.open, first.high, first.low, first.close].map((text) => Number(text) / 1e9);
    expect(bars[0]).toEqual([Number(first.ts_event) / 1000 + 60e6, 60e6, ...values, Number(first.volume)]);
  });

  it('takes the tick size of a definition over a known one', async () => {
    const bytes = Buffer.from(
      zstdDecompressSync(readFileSync(sample('python/GLBX.MDP3/test_data.definition.dbn.zst'))),
    );
    const length = 8 + bytes.readUInt32LE(4);
    bytes.writeBigInt64LE(500_000_000n, length + 24);
    const { instruments } = await plan([
      sample('python/GLBX.MDP3/test_data.trades.dbn.zst'),
      scratchFile('half.dbn', bytes),
    ]);
    // Its contract is worth 50 dollars per index point; 0.5 is what was written above.
    expect(instruments).toMatchObject([{ symbol: 'ESH1', tickSize: 0.5, pointValue: 50, currency: 'USD' }]);
  });

  it('says that a tick size is a guess', async () => {
    const report = new ImportReport();
    await plan([sample('python/EQUS.MINI/test_data.trades.dbn.zst')], {}, report);
    expect([...report.notes.keys()]).toEqual([expect.stringMatching(/^tick size .* of QQQ taken from the prices/)]);
  });

  it('renames one instrument, and refuses one name for several', async () => {
    const one = await plan([sample('dbn/test_data.trades.dbn')], { instrument: 'ES', tickSize: 0.5 });
    expect(one.instruments).toMatchObject([{ symbol: 'ES', tickSize: 0.5 }]);
    const several = plan([sample('generated/gen_meta.v3.dbn')], { instrument: 'ES' });
    await expect(several).rejects.toMatchObject({ code: 'IMPORT_ONE_NAME' });
  });

  it('refuses files without market data, and files that are no DBN', async () => {
    await expect(plan([sample('dbn/test_data.status.dbn')])).rejects.toMatchObject({ code: 'IMPORT_NO_DATA' });
    await expect(plan([scratchFile('x.dbn', 'nonsense')])).rejects.toMatchObject({ code: 'DBN_CORRUPT' });
  });
});
