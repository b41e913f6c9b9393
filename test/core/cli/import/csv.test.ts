import { describe, expect, it } from 'vitest';
import { planCsv } from '../../../../core/cli/import/csv.ts';
import type { ImportOptions } from '../../../../core/cli/import/import-options.ts';
import { ImportReport } from '../../../../core/cli/import/import-report.ts';
import { SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN } from '../../../../core/domain/chunk.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { rowsOf, scratchFile, visitRows } from './helpers.ts';

const T = 1_582_329_602_111_000;

function plan(text: string, options: Partial<ImportOptions> = {}, report = new ImportReport()) {
  return planCsv([scratchFile('abc.csv', text)], { out: 'unused', ...options }, report);
}

describe('planCsv', () => {
  it('finds the columns of a trades file by their names', async () => {
    const found = await plan(
      'exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n' +
        `x,BTCUSDT,${T},${T + 307_379},42377944,buy,9682.5,0.132\n` +
        `x,BTCUSDT,${T},${T + 307_380},42377945,sell,9682,0.4\n`,
    );
    expect(found.instruments).toEqual([{ symbol: 'BTCUSDT', tickSize: 0.1, pointValue: undefined, lotSize: 0.001 }]);
    expect(await rowsOf(found, 'trades', ['seq', 'event', 'recv', 'id', 'price', 'size', 'side'])).toEqual([
      [1, T, T + 307_379, 42377944, 9682.5, 0.132, SIDE_BUY],
      [2, T, T + 307_380, 42377945, 9682, 0.4, SIDE_SELL],
    ]);
  });

  it('keeps all nineteen digits of nanoseconds, in each column in its own unit', async () => {
    const found = await plan('ts_event,ts_recv,price\n1582329602111,1582329602111234567,5000.25\n');
    expect(await rowsOf(found, 'trades', ['event', 'eventNs', 'recv', 'recvNs', 'side'])).toEqual([
      [T, 0, T + 234, 567, SIDE_UNKNOWN],
    ]);
  });

  it('reads quotes, an empty side as none', async () => {
    const found = await plan(`time,bid_price,bid_size,ask_price,ask_size\n${T},,,100.5,3\n${T},100,2,100.5,3\n`);
    expect(await rowsOf(found, 'quotes', ['bid', 'bidSize', 'ask', 'askSize'])).toEqual([
      [Number.NaN, 0, 100.5, 3],
      [100, 2, 100.5, 3],
    ]);
  });

  it('stamps bars at their end; their length is the shortest step', async () => {
    const text =
      'timestamp;open;high;low;close;volume\n2024-01-01 00:00;1;4;1;2;9\n2024-01-01 00:01;2;3;2;3;8\n2024-01-01 00:05;3;3;3;3;7\n';
    const minute = 60_000_000;
    const start = Date.parse('2024-01-01T00:00:00Z') * 1000;
    expect(await rowsOf(await plan(text), 'bars', ['event', 'span', 'open', 'high', 'low', 'close', 'volume'])).toEqual(
      [
        [start + minute, minute, 1, 4, 1, 2, 9],
        [start + 2 * minute, minute, 2, 3, 2, 3, 8],
        [start + 6 * minute, minute, 3, 3, 3, 3, 7],
      ],
    );
    const atEnd = await plan(text, { barTime: 'end', timeframe: '5m' });
    expect(await rowsOf(atEnd, 'bars', ['event', 'span'])).toContainEqual([start, 5 * minute]);
  });

  it('takes columns by name or by number, with and without a header', async () => {
    const byNumber = await plan(`7,100.25,3,${T / 1000},true\n`, {
      header: false,
      columns: 'id=1,price=2,size=3,ts=4,buyerIsMaker=5',
    });
    expect(await rowsOf(byNumber, 'trades', ['id', 'price', 'size', 'event', 'side'])).toEqual([
      [7, 100.25, 3, T, SIDE_SELL],
    ]);
    const byName = await plan(`when\tp\tq\n${T}\t5\t1\n`, { columns: 'ts=when,price=p,size=q' });
    expect(await rowsOf(byName, 'trades', ['event', 'price', 'size'])).toEqual([[T, 5, 1]]);
  });

  it('counts bad lines, shows the first, and goes on', async () => {
    const report = new ImportReport();
    const found = await plan(
      `timestamp,price,size,symbol\n${T},1,1,A\n${T},,1,A\n"open\n${T},x,1,A\n,1,1,A\n${T},1,-1,A\n${T},2,1,B\n${T},3,1,A\n`,
      {},
      report,
    );
    expect(await rowsOf(found, 'trades', ['price'])).toEqual([[1], [3]]);
    expect(report.skipped.get('bad line')).toEqual({
      count: 5,
      sample: expect.stringMatching(new RegExp(`abc.csv:3: ${T},,1,A$`)),
    });
    expect(report.skipped.get('line of another symbol')?.count).toBe(1);
  });

  it('takes prices of 0 and below, which spreads have', async () => {
    expect(await rowsOf(await plan(`timestamp,price\n${T},-37.63\n${T},0\n`), 'trades', ['price'])).toEqual([
      [-37.63],
      [0],
    ]);
  });

  it('never lets receipt time run backwards, keeps venue time as it is, and says how often', async () => {
    const report = new ImportReport();
    const found = await plan(`timestamp,price\n${T},1\n${T - 5},2\n${T + 1},3\n`, {}, report);
    expect(await rowsOf(found, 'trades', ['recv', 'event'])).toEqual([
      [T, T],
      [T, T - 5],
      [T + 1, T + 1],
    ]);
    expect([...report.notes].at(-1)).toEqual(['rows older than the row before (receipt time raised)', 1]);
  });

  it('merges trades and quotes of one day by receipt time', async () => {
    const trades = scratchFile('trades.csv', `timestamp,price\n${T},1\n${T + 2},1\n`);
    const quotes = scratchFile('quotes.csv', `timestamp,bid,ask\n${T + 1},1,2\n${T + 3},1,2\n`);
    const kinds: string[] = [];
    const both = await planCsv([quotes, trades], { out: 'unused', instrument: 'ES' }, new ImportReport());
    await visitRows(both, (chunk) => kinds.push(chunk.kind));
    expect(kinds).toEqual(['trades', 'quotes', 'trades', 'quotes']);
  });

  it('knows the tick size of ES and finds that of others in the prices', async () => {
    const rows = (step: number): string =>
      `timestamp,price\n${Array.from({ length: 40 }, (_, i) => `${T + i},${(100 + i * step).toFixed(3)}`).join('\n')}\n`;
    expect((await plan(rows(1), { instrument: 'ESM8' })).instruments[0]).toMatchObject({
      tickSize: 0.25,
      pointValue: 50,
    });
    expect((await plan(rows(0.125))).instruments[0]).toMatchObject({ symbol: 'abc', tickSize: 0.125 });
    expect((await plan(rows(0.125), { tickSize: 0.5 })).instruments[0]?.tickSize).toBe(0.5);
  });

  it.each([
    ['columns that tell nothing', 'a,b\n1,2\n', {}, /IMPORT_CSV_COLUMNS/],
    ['a field that is none', `timestamp,price\n${T},1\n`, { columns: 'prize=price' }, /fields of trades: ts, recv/],
    ['a column that is none', `timestamp,price\n${T},1\n`, { columns: 'price=prize' }, /a column prize/],
    ['trades without a price', `timestamp,size\n${T},1\n`, { kind: 'trades' as const }, /not found: price/],
    ['a file without rows', 'timestamp,price\n', {}, /IMPORT_NO_DATA/],
    ['a single bar', `timestamp,open,high,low,close\n${T},1,1,1,1\n`, {}, /IMPORT_CSV_TIMEFRAME/],
  ])('refuses %s', async (_what, text, options, message) => {
    const failing = plan(text, options).then(({ sources }) => sources[0]?.batches());
    await expect(failing).rejects.toThrow(message);
  });
});

describeWithData('planCsv on a recorded day', () => {
  it('reads 137,988 trades with consecutive numbers, without a single option', async () => {
    const file = sharedData('nautilus/crypto/binance-futures_btcusdt_trades_20200222.csv.gz');
    const report = new ImportReport();
    const found = await planCsv([file], { out: 'unused' }, report);
    expect(found.instruments[0]).toMatchObject({ symbol: 'BTCUSDT', tickSize: 0.01, lotSize: 0.001 });
    let rows = 0;
    let first = 0;
    let last = 0;
    await visitRows(found, (chunk, i) => {
      if (rows++ === 0) first = chunk.id[i] ?? 0;
      last = chunk.id[i] ?? 0;
    });
    // Numbers as the recording's README gives them.
    expect([rows, first, last]).toEqual([137_988, 42_377_944, 42_515_931]);
    expect(report.skipped.size).toBe(0);
  });
});
