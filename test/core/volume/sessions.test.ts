import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../core/calendar/calendar-of.ts';
import { dayNumber } from '../../../core/calendar/day-number.ts';
import { priceChange } from '../../../core/volume/price-change.ts';
import { SessionBreakdown, sessionBreakdown } from '../../../core/volume/session-breakdown.ts';
import { SessionPlace } from '../../../core/volume/session-place.ts';
import { addTrade } from '../../../core/volume/trade-sink.ts';
import { volumeByHour } from '../../../core/volume/volume-by-hour.ts';
import { trade, trades$ } from './kit.ts';

const equity = calendarOf('cme-equity');
const us = (time: string): number => Date.parse(time) * 1000;

describe('SessionPlace', () => {
  // CME equity index futures trade from 17:00 to 16:00 in Chicago, 08:30 to 15:00 of it as regular hours.
  it.each([
    ['2024-03-07T23:00:00Z', '2024-03-08', 'ETH', 17, 'the evening belongs to the next date'],
    ['2024-03-08T14:29:59Z', '2024-03-08', 'ETH', 8, 'a second before the open, UTC − 6'],
    ['2024-03-08T14:30:00Z', '2024-03-08', 'RTH', 8, 'the open'],
    ['2024-03-08T20:59:59Z', '2024-03-08', 'RTH', 14, 'the last second of regular hours'],
    ['2024-03-08T23:00:00Z', '2024-03-11', 'outside', 17, 'Friday evening'],
    ['2024-03-11T13:30:00Z', '2024-03-11', 'RTH', 8, 'the open after the clocks were changed, UTC − 5'],
  ])('puts %s into %s %s, hour %i: %s', (time, date, session, hour) => {
    const place = new SessionPlace(equity);
    place.find(us(time));
    expect({ day: place.day, session: place.session, hour: place.hour }).toEqual({
      day: dayNumber(date),
      session,
      hour,
    });
  });

  it('gives the same answers in any order of questions', () => {
    const rising = Array.from({ length: 2_000 }, (_, i) => us('2024-03-08T00:00:00Z') + i * 173e6);
    const times = [...rising, ...rising.toReversed(), ...rising.map((_, i) => rising[(i * 7919) % 2_000] ?? 0)];
    const place = new SessionPlace(equity);
    for (const time of times) {
      place.find(time);
      expect(place.day).toBe(equity.tradingDay(time));
      expect(place.session).toBe({ RTH: 'RTH', ETH: 'ETH', break: 'outside', closed: 'outside' }[equity.stateAt(time)]);
      expect(place.hour).toBe(new Date(equity.zone.toLocal(time) / 1000).getUTCHours());
    }
  });
});

describe('volumeByHour', () => {
  it('adds up the same hour of several days, on the exchange’s clock', async () => {
    const hours = await lastValueFrom(
      trades$(
        trade('2024-03-08T14:10:00Z', 100, 2, 'buy'),
        trade('2024-03-08T14:40:00Z', 101, 3, 'sell'),
        trade('2024-03-11T13:45:00Z', 103, 5, 'buy'),
        trade('2024-03-11T14:45:00Z', 104, 10),
      ).pipe(volumeByHour(equity)),
    );
    // 8 o'clock: 2 × 100 + 3 × 101 + 5 × 103 = 1018 over 10.
    expect(hours).toEqual([
      {
        hour: 8,
        volume: 10,
        buy: 7,
        sell: 3,
        unknown: 0,
        delta: 4,
        trades: 3,
        averageSize: 10 / 3,
        vwap: 101.8,
        share: 0.5,
        bySession: { RTH: 8, ETH: 2, outside: 0 },
      },
      expect.objectContaining({ hour: 9, volume: 10, unknown: 10, share: 0.5 }),
    ]);
  });
});

describe('sessionBreakdown', () => {
  const day = [
    trade('2024-03-07T23:00:01Z', 100, 1, 'buy'),
    trade('2024-03-08T14:00:00Z', 99, 2, 'sell'),
    trade('2024-03-08T14:30:00Z', 101, 0),
    trade('2024-03-08T15:00:00Z', 103, 4, 'buy'),
    trade('2024-03-08T20:59:00Z', 102, 1, 'sell'),
    trade('2024-03-08T21:30:00Z', 105, 1, 'buy'),
  ];

  it('tells open, high, low, close, volume and delta of regular and of extended hours', async () => {
    const { sessions, totals } = await lastValueFrom(trades$(...day).pipe(sessionBreakdown(equity)));
    expect(sessions).toMatchObject([
      { tradingDate: '2024-03-08', session: 'ETH', open: 100, high: 105, low: 99, close: 105, volume: 4, delta: 0 },
      { tradingDate: '2024-03-08', session: 'RTH', open: 101, high: 103, low: 101, close: 102, volume: 5, delta: 3 },
    ]);
    expect([totals.RTH.volume, totals.ETH.volume, totals.outside.volume]).toEqual([5, 4, 0]);
  });

  it('gives up the oldest date when there are too many, and keeps it in the totals', () => {
    const breakdown = new SessionBreakdown(equity, { maxDays: 2 });
    for (const date of ['2024-03-05', '2024-03-06', '2024-03-07'])
      addTrade(breakdown, trade(`${date}T15:00:00Z`, 100, 3));
    const { sessions, totals, dropped } = breakdown.value;
    expect(sessions.map(({ tradingDate }) => tradingDate)).toEqual(['2024-03-06', '2024-03-07']);
    expect([dropped, totals.RTH.volume]).toEqual([1, 9]);
  });
});

describe('priceChange', () => {
  const two = [
    trade('2024-03-07T15:00:00Z', 100),
    trade('2024-03-07T20:59:00Z', 98),
    trade('2024-03-07T21:30:00Z', 97),
    trade('2024-03-07T23:10:00Z', 99),
    trade('2024-03-08T14:30:00Z', 102),
    trade('2024-03-08T16:00:00Z', 104),
  ];

  it('is told since the first print of the trading date and since the last print of the date before', async () => {
    const changes = await lastValueFrom(trades$(...two).pipe(priceChange(equity), toArray()));
    expect(changes[0]).toMatchObject({ sinceOpen: { from: 100, change: 0 }, sincePreviousClose: undefined });
    expect(changes[5]).toEqual({
      price: 104,
      sinceOpen: { from: 99, change: 5, ratio: 5 / 99 },
      sincePreviousClose: { from: 97, change: 7, ratio: 7 / 97 },
    });
  });

  it('is told between regular hours when asked so, and from a settlement that is given', async () => {
    const change = await lastValueFrom(trades$(...two).pipe(priceChange(equity, { session: 'RTH' })));
    expect(change).toMatchObject({ sinceOpen: { from: 102, change: 2 }, sincePreviousClose: { from: 98, change: 6 } });
    const given = await lastValueFrom(
      trades$(...two.slice(0, 2)).pipe(priceChange(equity, { session: 'RTH', previousClose: 96 })),
    );
    expect(given?.sincePreviousClose).toEqual({ from: 96, change: 2, ratio: 2 / 96 });
  });

  it('leaves a print of a date that is over out', async () => {
    const late = trade('2024-03-07T20:00:00Z', 50);
    const change = await lastValueFrom(trades$(...two, late).pipe(priceChange(equity)));
    expect(change?.price).toBe(104);
  });
});
