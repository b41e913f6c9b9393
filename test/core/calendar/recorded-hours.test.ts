import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { calendarOf } from '../../../core/calendar/calendar-of.ts';
import { readZip } from '../../../core/cli/import/zip.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';

const MINUTE = 60_000_000;
const linesOf = (text: string): readonly string[] => text.trim().split('\n');
const gunzipped = (path: string): readonly string[] => linesOf(gunzipSync(readFileSync(sharedData(path))).toString());

/** Start of each bar or time of each trade in a LEAN file, microseconds; the first column counts from its midnight. */
async function leanTimes(path: string, zone: 'UTC' | 'New York'): Promise<readonly number[]> {
  const date = /(\d{4})(\d\d)(\d\d)_trade/.exec(path)!;
  // New York is four hours behind in October.
  const midnight = Date.UTC(+date[1]!, +date[2]! - 1, +date[3]!, zone === 'UTC' ? 0 : 4);
  const times: number[] = [];
  for (const entry of await readZip(sharedData(path))) {
    for (const line of linesOf(entry.text())) times.push((midnight + Number(line.split(',')[0])) * 1000);
  }
  return times;
}

const closedAt = (name: string, times: readonly number[]): readonly string[] => {
  const calendar = calendarOf(name);
  return times.filter((at) => !calendar.isOpen(at)).map((at) => new Date(at / 1000).toISOString());
};

describeWithData('what was recorded was traded while the calendar says open', () => {
  const folder = 'lean/future/cme/minute/es/';

  it('ES minute bars of 2013 and 2020', async () => {
    const files = readdirSync(sharedData(folder)).filter((name) => name.endsWith('_trade.zip'));
    for (const file of files) expect(closedAt('cme-equity', await leanTimes(folder + file, 'UTC')), file).toEqual([]);
    expect(files).toHaveLength(6);
  });

  it('ES bars fill the last minutes before the break and before the close of 2013, and the first ones after', async () => {
    const starts = new Set(await leanTimes(`${folder}20131008_trade.zip`, 'UTC'));
    const day = calendarOf('cme-equity').tradingDayOf('2013-10-08')!;
    const pause = day.spans.find(({ state }) => state === 'break')!;
    expect([pause.start - MINUTE, pause.end, day.close - MINUTE].map((at) => starts.has(at))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('GC ticks of 2013, the last of them within the quarter of an hour before 16:15', async () => {
    const times = await leanTimes('lean/future/comex/tick/gc/20131008_trade.zip', 'UTC');
    expect(closedAt('cme-metals', times)).toEqual([]);
    const close = calendarOf('cme-metals').tradingDayOf('2013-10-08')!.close;
    expect(times.some((at) => at < close && at >= close - 15 * MINUTE)).toBe(true);
  });

  it('6E minute bars of January 2024, with New Year and Martin Luther King Day', () => {
    const times = gunzipped('nautilus/fx/6EH4.XCME_1min_bars_20240101_20240131.csv.gz')
      .slice(1)
      .map((line) => Date.parse(`${line.split(',')[0]!.replace(' ', 'T')}Z`) * 1000);
    // Bars are stamped at their end.
    expect(
      closedAt(
        'cme-fx',
        times.map((at) => at - MINUTE),
      ),
    ).toEqual([]);
    expect(times.length).toBeGreaterThan(29_000);
  });

  it('ES trades on the evening of Christmas 2023, from its first instant on', () => {
    const times = gunzipped('nautilus/es/esh4_20231225_bbo_trades.csv.gz')
      .map((line) => line.split(','))
      .filter(([, , type]) => type === 'T')
      .map(([event]) => Number(event!.slice(0, -3)));
    expect(closedAt('cme-equity', times)).toEqual([]);
    expect(Math.min(...times) - calendarOf('cme-equity').tradingDayOf('2023-12-26')!.open).toBeLessThan(MINUTE);
  });

  it('SPY ticks of 2013, before, in and after regular hours', async () => {
    const times = await leanTimes('lean/equity/usa/tick/spy/20131007_trade.zip', 'New York');
    expect(closedAt('us-equities', times)).toEqual([]);
    const states = new Set(times.map((at) => calendarOf('us-equities').stateAt(at)));
    expect(states).toEqual(new Set(['ETH', 'RTH']));
  });
});
