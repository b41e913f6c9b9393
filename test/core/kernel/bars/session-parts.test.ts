import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SessionBars } from '#core';
import { at as instant, T0 } from '../../../helpers/kernel-kit.ts';
import { listen, UNIT } from './bars-kit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Milliseconds after T0. */
const ms = (iso: string): number => Date.parse(iso) - T0 / 1000;
const iso = (sinceT0: number): string => new Date(T0 / 1000 + sinceT0).toISOString().slice(5, 16);

/** Bars of a trade in every minute of a stretch of UTC: their start, end, trades, and when the clock closed them. */
function barsOf(calendar: string, spec: SessionBars, [from, until]: readonly [string, string]): readonly string[] {
  const { heard, run, kernel } = listen(spec, { ...UNIT, calendar }, 250);
  for (let at = ms(from); at < ms(until); at += MINUTE) run({ ms: at });
  kernel.advanceTo(instant(ms(until) + HOUR));
  return heard.map(({ start, end, trades }) => `${iso(start)} to ${iso(end).slice(6)}: ${trades}`);
}

describe('bars that begin with the session', () => {
  // Regular hours are 9:30 to 16:00 in New York: 14:30 to 21:00 UTC in winter, an hour earlier from 10 March 2024 on.
  it('are hours from half past nine on, and the last one ends with the session', () => {
    const bars = barsOf('us-equities', { session: 'RTH', every: '1h' }, ['2024-01-02T14:00Z', '2024-01-02T22:00Z']);
    expect(bars).toEqual([
      '01-02T14:30 to 15:30: 60',
      '01-02T15:30 to 16:30: 60',
      '01-02T16:30 to 17:30: 60',
      '01-02T17:30 to 18:30: 60',
      '01-02T18:30 to 19:30: 60',
      '01-02T19:30 to 20:30: 60',
      '01-02T20:30 to 21:00: 30',
    ]);
  });

  it('follow the clocks of the exchange: before and after the change to summer time', () => {
    const bars = barsOf('us-equities', { session: 'RTH', every: '2h' }, ['2024-03-08T12:00Z', '2024-03-11T22:00Z']);
    expect(bars.map((bar) => bar.slice(0, 20))).toEqual([
      '03-08T14:30 to 16:30',
      '03-08T16:30 to 18:30',
      '03-08T18:30 to 20:30',
      '03-08T20:30 to 21:00',
      '03-11T13:30 to 15:30',
      '03-11T15:30 to 17:30',
      '03-11T17:30 to 19:30',
      '03-11T19:30 to 20:00',
    ]);
  });

  it('end with an early close: 13:00 in New York on the day before Independence Day', () => {
    const bars = barsOf('us-equities', { session: 'RTH', every: '2h' }, ['2024-07-03T13:00Z', '2024-07-03T21:00Z']);
    expect(bars).toEqual(['07-03T13:30 to 15:30: 120', '07-03T15:30 to 17:00: 90']);
  });

  it('may have a length that does not divide the day: 390 minutes are six times 65', () => {
    const bars = barsOf('us-equities', { session: 'RTH', every: '65m' }, ['2024-01-02T14:00Z', '2024-01-02T22:00Z']);
    expect(bars.map((bar) => bar.slice(6, 20))).toEqual([
      '14:30 to 15:35',
      '15:35 to 16:40',
      '16:40 to 17:45',
      '17:45 to 18:50',
      '18:50 to 19:55',
      '19:55 to 21:00',
    ]);
  });

  it('begin anew after a break', () => {
    // A stock exchange with a lunch break, in Hong Kong's hours: 1:30 to 4:00 and 5:00 to 8:00 UTC.
    const calendar = calendarFile(
      'name: lunch',
      'zone: Asia/Hong_Kong',
      'known: { from: 2024-01-01, until: 2024-12-31 }',
      "hours: [{ from: 2020-01-01, week: { mon-fri: ['RTH 09:30 - 12:00', 'RTH 13:00 - 16:00'] } }]",
    );
    const bars = barsOf(calendar, { session: 'day', every: '1h' }, ['2024-01-03T01:00Z', '2024-01-03T09:00Z']);
    expect(bars.map((bar) => bar.slice(6))).toEqual([
      '01:30 to 02:30: 60',
      '02:30 to 03:30: 60',
      '03:30 to 04:00: 30',
      '05:00 to 06:00: 60',
      '06:00 to 07:00: 60',
      '07:00 to 08:00: 60',
    ]);
  });

  it('begin with each of the hours that are wanted', () => {
    // Extended hours end at 14:30 UTC and begin again at 21:00, with the close of the regular ones.
    const bars = barsOf('us-equities', { session: 'ETH', every: '2h' }, ['2024-01-02T13:00Z', '2024-01-03T00:30Z']);
    expect(bars).toEqual(['01-02T13:00 to 14:30: 90', '01-02T21:00 to 23:00: 120', '01-02T23:00 to 01:00: 90']);
  });

  it('go on over what is one stretch of trading', () => {
    // From 17:00 in Chicago, 23:00 UTC, on: extended hours to 14:30 UTC, regular ones to 21:00, extended ones to 22:00.
    const bars = barsOf('cme-equity', { session: 'day', every: '4h' }, ['2024-01-02T23:00Z', '2024-01-03T22:30Z']);
    expect(bars.map((bar) => bar.slice(6, 20))).toEqual([
      '23:00 to 03:00',
      '03:00 to 07:00',
      '07:00 to 11:00',
      '11:00 to 15:00',
      '15:00 to 19:00',
      '19:00 to 22:00',
    ]);
  });

  it('have their length in real time on a day of 23 hours, whose last one is short', () => {
    const calendar = calendarFile(
      'name: all-day',
      'zone: America/New_York',
      'known: { from: 2024-01-01, until: 2024-12-31 }',
      "hours: [{ from: 2020-01-01, week: { sun: ['RTH 00:00 - 24:00'] } }]",
    );
    // Midnight is 5:00 UTC on 10 March, and 4:00 UTC on the next.
    const bars = barsOf(calendar, { session: 'RTH', every: '8h' }, ['2024-03-10T04:00Z', '2024-03-11T06:00Z']);
    expect(bars).toEqual(['03-10T05:00 to 13:00: 480', '03-10T13:00 to 21:00: 480', '03-10T21:00 to 04:00: 420']);
  });

  it('close by the clock, and have a name', () => {
    const { heard, run, kernel } = listen({ session: 'RTH', every: '60m' }, { ...UNIT, calendar: 'us-equities' }, 250);
    run({ ms: 20.75 * HOUR });
    kernel.advanceTo(instant(22 * HOUR));
    expect(heard).toMatchObject([{ name: 'session RTH 1h', end: 21 * HOUR, when: 21 * HOUR + 250 }]);
  });
});

function calendarFile(...lines: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-parts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'calendar.yaml');
  writeFileSync(file, lines.join('\n'));
  return file;
}
