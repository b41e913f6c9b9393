import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarNames, calendarOf } from '../../../core/calendar/calendar-of.ts';
import { zoneTable } from '../../../core/calendar/zone-table.ts';
import { isoMicros } from '../../../core/domain/time.ts';

const us = (iso: string): number => Date.parse(iso) * 1000;
const minute = (at: number): string => isoMicros(at).slice(0, 16);
const equity = calendarOf('cme-equity');
const spans = (date: string): readonly string[] | undefined =>
  equity.tradingDayOf(date)?.spans.map(({ state, start, end }) => `${state} ${minute(start)} ${minute(end)}`);

describe('a calendar', () => {
  it('knows the sessions of a trading date, in winter time', () => {
    // 17:00, 08:30, 15:00, 16:00 in Chicago, six hours behind.
    expect(spans('2024-01-09')).toEqual([
      'ETH 2024-01-08T23:00 2024-01-09T14:30',
      'RTH 2024-01-09T14:30 2024-01-09T21:00',
      'ETH 2024-01-09T21:00 2024-01-09T22:00',
    ]);
  });

  it('has the break and the close of 2013', () => {
    expect(spans('2013-10-08')).toEqual([
      'ETH 2013-10-07T22:00 2013-10-08T13:30',
      'RTH 2013-10-08T13:30 2013-10-08T20:00',
      'ETH 2013-10-08T20:00 2013-10-08T20:15',
      'break 2013-10-08T20:15 2013-10-08T20:30',
      'ETH 2013-10-08T20:30 2013-10-08T21:15',
    ]);
  });

  it('gives the hours of a holiday to the next trading date, without regular hours', () => {
    expect(equity.tradingDayOf('2024-01-15')).toBeUndefined();
    expect(spans('2024-01-16')).toEqual([
      'ETH 2024-01-14T23:00 2024-01-15T18:00',
      'closed 2024-01-15T18:00 2024-01-15T23:00',
      'ETH 2024-01-15T23:00 2024-01-16T14:30',
      'RTH 2024-01-16T14:30 2024-01-16T21:00',
      'ETH 2024-01-16T21:00 2024-01-16T22:00',
    ]);
    expect(equity.tradingDate(us('2024-01-15T15:00:00Z'))).toBe('2024-01-16');
  });

  it('closes early on the day after Thanksgiving, an instant and not a minute later', () => {
    // 12:15 in Chicago.
    expect(equity.isOpen(us('2023-11-24T18:15:00Z') - 1)).toBe(true);
    expect(equity.isOpen(us('2023-11-24T18:15:00Z'))).toBe(false);
    expect(equity.stateAt(us('2023-11-24T18:14:00Z'))).toBe('ETH');
    expect(equity.nextOpen(us('2023-11-24T18:15:00Z'))).toBe(us('2023-11-26T23:00:00Z'));
  });

  it.each([
    ['in the evening', '2024-01-08T23:00:00Z', '2024-01-09'],
    ["on Sunday's evening", '2024-01-07T23:30:00Z', '2024-01-08'],
    ['on a weekend', '2024-01-06T12:00:00Z', '2024-01-08'],
    ['in the daily pause', '2024-01-09T22:30:00Z', '2024-01-10'],
    ['at midnight of UTC', '2024-01-09T00:00:00Z', '2024-01-09'],
    ['on Good Friday', '2024-03-29T15:00:00Z', '2024-04-01'],
  ])('tells the trading date %s', (_, instant, date) => {
    expect(equity.tradingDate(us(instant))).toBe(date);
  });

  it('tells when trading begins and ends next', () => {
    // In the break of 2013: open again at 15:30, then until 16:15.
    const inBreak = us('2013-10-08T20:20:00Z');
    expect([equity.stateAt(inBreak), minute(equity.nextOpen(inBreak)), minute(equity.nextClose(inBreak))]).toEqual([
      'break',
      '2013-10-08T20:30',
      '2013-10-08T21:15',
    ]);
    const inSession = us('2013-10-08T14:00:00Z');
    expect([minute(equity.nextOpen(inSession)), minute(equity.nextClose(inSession))]).toEqual([
      '2013-10-08T20:30',
      '2013-10-08T20:15',
    ]);
    // An instant at which trading begins is past its own opening.
    expect(minute(equity.nextOpen(us('2013-10-08T22:00:00Z')))).toBe('2013-10-09T20:30');
  });

  it('is always open for crypto, and never closes', () => {
    const crypto = calendarOf('crypto');
    const at = us('2024-12-25T03:00:00Z');
    expect([crypto.isOpen(at), crypto.stateAt(at), crypto.tradingDate(at)]).toEqual([true, 'RTH', '2024-12-25']);
    expect(crypto.nextClose(at)).toBe(us('2050-01-01T00:00:00Z'));
    expect(crypto.tradingDayOf('2024-12-25')).toMatchObject({ open: us('2024-12-25'), close: us('2024-12-26') });
  });

  it('walks over trading dates and over spans without a hole', () => {
    expect([...equity.tradingDays('2023-12-22', '2024-01-03')].map(({ date }) => date)).toEqual([
      '2023-12-22',
      '2023-12-26',
      '2023-12-27',
      '2023-12-28',
      '2023-12-29',
      '2024-01-02',
      '2024-01-03',
    ]);
    const walked = [...equity.spans(us('2024-01-08T22:30:00Z'), us('2024-01-09T22:30:00Z'))];
    expect(walked.map(({ state }) => state)).toEqual(['closed', 'ETH', 'RTH', 'ETH', 'closed']);
  });

  // The number of trading days of each year, as NYSE publishes it.
  it.each([
    [2013, 252],
    [2014, 252],
    [2015, 252],
    [2016, 252],
    [2017, 251],
    [2018, 251],
    [2019, 252],
    [2020, 253],
    [2021, 252],
    [2022, 251],
    [2023, 250],
    [2024, 252],
    [2025, 250],
    [2026, 251],
  ])('has the trading days of US stocks in %d: %d', (year, days) => {
    expect([...calendarOf('us-equities').tradingDays(`${year}-01-01`, `${year}-12-31`)]).toHaveLength(days);
  });
});

describe('over a change of the clock', () => {
  // By hand: Chicago is UTC-6 until 2024-03-10 08:00Z and from 2024-11-03 07:00Z, and UTC-5 between them.
  it.each([
    ['to summer time', '2024-03-08', '2024-03-07T23:00', '2024-03-08T22:00'],
    ['to summer time', '2024-03-11', '2024-03-10T22:00', '2024-03-11T21:00'],
    ['to winter time', '2024-11-01', '2024-10-31T22:00', '2024-11-01T21:00'],
    ['to winter time', '2024-11-04', '2024-11-03T23:00', '2024-11-04T22:00'],
  ])('%s a session keeps its hours of the exchange: %s', (_, date, open, close) => {
    const day = equity.tradingDayOf(date);
    expect([minute(day?.open ?? 0), minute(day?.close ?? 0)]).toEqual([open, close]);
  });
});

describe.each(calendarNames)('the trading days of %s', (name) => {
  const calendar = calendarOf(name);
  const days = [...calendar.tradingDays('2013-01-01', '2027-12-31')];

  it('come once each, in order, none within another', () => {
    for (let i = 1; i < days.length; i++) {
      const [before, day] = [days[i - 1]!, days[i]!];
      if (day.date <= before.date || day.open < before.close) expect.fail(`${before.date} and ${day.date}`);
    }
    expect(days.length).toBeGreaterThan(2000);
  });

  it('are without a hole, and every instant of one is dated so', () => {
    for (const { date, open, close, spans: parts } of days) {
      let end = open;
      for (const part of parts) {
        if (part.start !== end || part.end <= part.start) expect.fail(`${date}: ${minute(part.start)}`);
        end = part.end;
        for (const at of [part.start, part.end - 1]) {
          if (calendar.tradingDate(at) !== date)
            expect.fail(`${minute(at)} is dated ${calendar.tradingDate(at)}, not ${date}`);
          if (calendar.stateAt(at) !== part.state) expect.fail(`${minute(at)} is ${calendar.stateAt(at)}`);
        }
      }
      if (end !== close) expect.fail(`${date} ends at ${minute(close)}`);
    }
  });

  it('answer alike in any order of asking', () => {
    const instant = fc.integer({ min: us('2013-01-01') / 1e6, max: us('2026-12-31') / 1e6 });
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [first, second] = [a * 1e6, b * 1e6];
        const open = calendar.isOpen(first);
        const state = calendar.stateAt(first);
        calendar.isOpen(second);
        calendar.stateAt(second);
        const opened = calendar.nextOpen(first);
        return (
          calendar.isOpen(first) === open &&
          calendar.stateAt(first) === state &&
          open === (state === 'RTH' || state === 'ETH') &&
          opened > first &&
          (opened === Number.POSITIVE_INFINITY || (calendar.isOpen(opened) && !calendar.isOpen(opened - 1)))
        );
      }),
    );
  });

  it('belong to one week of the exchange: no trading on a Saturday', () => {
    if (name === 'crypto') return;
    const zone = zoneTable(calendar.zone.name);
    for (const { spans: parts } of days) {
      for (const { state, start } of parts) {
        const weekday = new Date(zone.toLocal(start) / 1000).getUTCDay();
        if (weekday === 6 && state !== 'closed') expect.fail(minute(start));
      }
    }
  });
});

describe('speed', () => {
  it('answers isOpen in a few ten nanoseconds, at random instants', () => {
    const n = 100_000;
    const instants = Float64Array.from(
      { length: n },
      (_, i) => us('2013-01-01') + ((i * 7_919_999) % 441_000_000) * 1e6,
    );
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 60; round++) {
      const started = performance.now();
      let open = 0;
      for (let i = 0; i < n; i++) open += equity.isOpen(instants[i]!) ? 1 : 0;
      best = Math.min(best, ((performance.now() - started) / n) * 1e6);
      expect(open).toBeGreaterThan(n / 2);
    }
    // The target is 30, and the bench measures it; this finds only what makes it twice as slow: machines are shared.
    expect(best).toBeLessThan(60);
  });
});
