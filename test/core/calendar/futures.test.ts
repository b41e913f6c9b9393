import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { futureContracts } from '../../../core/calendar/futures.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';

describe('the contracts of a root', () => {
  // Last trading dates as CME published them.
  it.each([
    ['ES', 'ESH24', '2024-03-15', '2024-03-07'],
    ['ES', 'ESM26', '2026-06-18', '2026-06-10'],
    ['GC', 'GCZ23', '2023-12-27', '2023-11-28'],
    ['CL', 'CLF24', '2023-12-19', '2023-12-14'],
    ['CL', 'CLK20', '2020-04-21', '2020-04-16'],
    ['MCL', 'MCLF24', '2023-12-18', '2023-12-14'],
    ['6E', '6EH24', '2024-03-18', '2024-03-12'],
    ['BTC', 'BTCH24', '2024-03-28', '2024-03-26'],
    ['BTC', 'BTCF24', '2024-01-26', '2024-01-24'],
  ])('%s: %s trades last on %s and is left on %s', (root, symbol, expiry, rollDate) => {
    expect(futureContracts(root, '2020-01-01', '2026-12-31').find((each) => each.symbol === symbol)).toMatchObject({
      expiry,
      rollDate,
    });
  });

  it('come in order of expiry, between two dates', () => {
    expect(futureContracts('es', '2023-12-15', '2024-06-21').map(({ symbol, month }) => `${symbol} ${month}`)).toEqual([
      'ESZ23 2023-12',
      'ESH24 2024-03',
      'ESM24 2024-06',
    ]);
  });

  it('are not known of every root', () => {
    expect(() => futureContracts('FDAX', '2024-01-01', '2024-12-31')).toThrow(/FDAX[\s\S]*CALENDAR_UNKNOWN/);
  });
});

describeWithData("LEAN's map of ES", () => {
  it('changes to the next contract on the day before ours expires, each quarter from 2013 to 2023', () => {
    // Rows with mapping mode 0: the last date before that of the last trade.
    const dates = readFileSync(sharedData('lean/future/cme/map_files/es.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .filter(([date, , , mode]) => mode === '0' && date! >= '20130101' && date! < '20240101')
      .map(([date]) => `${date!.slice(0, 4)}-${date!.slice(4, 6)}-${date!.slice(6)}`);
    const dayBefore = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
    const ours = futureContracts('ES', '2013-01-01', `${dates.at(-1)!.slice(0, 7)}-30`).map(({ expiry }) => expiry);
    expect(dates.length).toBeGreaterThan(35);
    expect(dates).toEqual(ours.map(dayBefore));
  });
});
