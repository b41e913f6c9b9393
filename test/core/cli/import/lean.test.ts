import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ImportReport } from '../../../../core/cli/import/import-report.ts';
import { planLean } from '../../../../core/cli/import/lean.ts';
import { leanFile, midnight } from '../../../../core/cli/import/lean-file.ts';
import { readZip } from '../../../../core/cli/import/zip.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { rowsOf, scratchFolder, visitRows, zipOf } from './helpers.ts';

const out = 'unused';
const MINUTE_US = 60_000_000;

function leanZip(path: string, entries: Readonly<Record<string, string>>): string {
  const file = join(scratchFolder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, zipOf(entries));
  return file;
}

describe('midnight', () => {
  it('is that of UTC for futures', () => {
    expect(midnight('20131007', false)).toBe(Date.parse('2013-10-07T00:00:00Z') * 1000);
  });

  it('is that of New York for equities, in summer and in winter time', () => {
    expect(midnight('20131101', true)).toBe(Date.parse('2013-11-01T00:00:00-04:00') * 1000);
    expect(midnight('20131104', true)).toBe(Date.parse('2013-11-04T00:00:00-05:00') * 1000);
  });
});

describe('leanFile', () => {
  it('reads what the folders say', () => {
    expect(leanFile('/x/future/comex/tick/gc/20131007_trade.zip', undefined)).toMatchObject({
      equity: false,
      resolution: 'tick',
      type: 'trade',
      symbol: 'gc',
      date: '20131007',
    });
    expect(leanFile('equity/usa/daily/spy.zip', undefined)).toMatchObject({
      equity: true,
      resolution: 'daily',
      symbol: 'spy',
    });
    expect(leanFile('future/cme/hour/es_quote.zip', undefined)).toMatchObject({ type: 'quote', symbol: 'es' });
  });

  it('refuses what it cannot place', () => {
    expect(() => leanFile('20131007_openinterest.zip', undefined)).toThrow(/IMPORT_LEAN_NAME/);
  });
});

describe('planLean', () => {
  const entries = {
    '20131007_gc_tick_trade_201310.csv': '1000,1300.1,1,usa,,0\n',
    '20131007_gc_tick_trade_201312.csv':
      '1000,1300,2,usa,,0\n2000,1300.1,0,usa,,1\nrubbish\n3000,1300.2,1,usa,,0\n3000,1300.2,1,usa,,0\n',
  };
  const file = leanZip('future/comex/tick/gc/20131007_trade.zip', entries);

  it('takes the contract with most rows, drops a repeated last line, and reports what it saw', async () => {
    const report = new ImportReport();
    const plan = await planLean([file], { out }, report);
    expect(plan.instruments).toEqual([{ symbol: 'GC', tickSize: 0.1, pointValue: 100, calendar: 'cme-metals' }]);
    const start = Date.parse('2013-10-07T00:00:01Z') * 1000;
    expect(await rowsOf(plan, 'trades', ['seq', 'event', 'recv', 'price', 'size'])).toEqual([
      [1, start, start, 1300, 2],
      [2, start + 1e6, start + 1e6, 1300.1, 0],
      [3, start + 2e6, start + 2e6, 1300.2, 1],
    ]);
    expect(report.skipped.get('bad line')).toEqual({ count: 1, sample: `${file}:3: rubbish` });
    expect(report.skipped.get('the last line repeats the line before it')?.count).toBe(1);
    expect([...report.notes]).toEqual([
      ['contract 201312 chosen: most rows of 2 contracts (--contract chooses another)', 1],
      ['trades of quantity 0 that set a price (kept)', 1],
      ['trades marked suspicious (kept)', 1],
    ]);
  });

  it('takes the contract that is asked for, under the name that is asked for', async () => {
    const plan = await planLean([file], { out, contract: '201310', instrument: 'GCV3' }, new ImportReport());
    expect(plan.instruments[0]?.symbol).toBe('GCV3');
    expect(await rowsOf(plan, 'trades', ['price'])).toEqual([[1300.1]]);
  });

  it('names the contracts there are when asked for one that is not', async () => {
    await expect(planLean([file], { out, contract: '201402' }, new ImportReport())).rejects.toThrow(/201312, 201310/);
  });

  it('stamps bars at their end', async () => {
    const bars = leanZip('equity/usa/minute/spy/20131007_trade.zip', {
      '20131007_spy_minute_trade.csv': '34200000,1674100,1675000,1672500,1672700,3197\n34260000,1,2,3,4,5\n',
    });
    const report = new ImportReport();
    const plan = await planLean([bars], { out }, report);
    expect(await rowsOf(plan, 'bars', ['event', 'span', 'open', 'high', 'low', 'close', 'volume'])).toEqual([
      [Date.parse('2013-10-07T09:31:00-04:00') * 1000, MINUTE_US, 167.41, 167.5, 167.25, 167.27, 3197],
    ]);
    expect(report.skipped.get('bad line')?.count, 'a low above its high').toBe(1);
  });
});

describeWithData('planLean on recordings', () => {
  it.each([
    ['20131007', 1314],
    ['20131008', 1377],
  ])('gives GC trades whose minute bars are those of LEAN, %s: %i of them', async (date, count) => {
    const ticks = sharedData(`lean/future/comex/tick/gc/${date}_trade.zip`);
    const plan = await planLean([ticks], { out, contract: '201312' }, new ImportReport());
    const bars = new Map<number, [number, number, number, number, number]>();
    await visitRows(plan, (chunk, i) => {
      if (chunk.kind !== 'trades') return;
      const [event = 0, price = 0, size = 0] = [chunk.event[i], chunk.price[i], chunk.size[i]];
      const minute = (event - midnight(date, false)) / MINUTE_US;
      const bar = bars.get(Math.floor(minute)) ?? [price, price, price, price, 0];
      bars.set(Math.floor(minute), [bar[0], Math.max(bar[1], price), Math.min(bar[2], price), price, bar[4] + size]);
    });
    const lean = await leanRows(`lean/future/comex/minute/gc/${date}_trade.zip`, '_201312');
    expect(lean).toHaveLength(count);
    expect([...bars].map(([minute, bar]) => [minute * 60_000, ...bar])).toEqual(lean);
  });

  it('gives IBM quotes whose last in each minute is the close of the LEAN quote bar, 554 of 554', async () => {
    const ticks = sharedData('lean/equity/usa/tick/ibm/20131007_quote.zip');
    const closes = new Map<number, (number | undefined)[]>();
    await visitRows(await planLean([ticks], { out }, new ImportReport()), (chunk, i) => {
      if (chunk.kind !== 'quotes') return;
      const minute = Math.floor(((chunk.event[i] ?? 0) - midnight('20131007', true)) / MINUTE_US) * 60_000;
      closes.set(minute, [chunk.bid[i], chunk.bidSize[i], chunk.ask[i], chunk.askSize[i]]);
    });
    const lean = await leanRows('lean/equity/usa/minute/ibm/20131007_quote.zip', '');
    expect(lean).toHaveLength(554);
    for (const row of lean) {
      const [time = 0, , , , bid = 0, bidSize, , , , ask = 0, askSize] = row;
      expect(closes.get(time)).toEqual([bid / 10_000, bidSize, ask / 10_000, askSize]);
    }
  });
});

/** A LEAN file as plain rows of numbers. */
async function leanRows(path: string, part: string): Promise<number[][]> {
  const entry = (await readZip(sharedData(path))).find(({ name }) => name.includes(part));
  const lines = entry?.text().trim().split('\n') ?? [];
  return lines.map((line) => line.split(',').map(Number));
}
