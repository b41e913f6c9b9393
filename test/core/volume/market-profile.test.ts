import fc from 'fast-check';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../core/calendar/calendar-of.ts';
import { makeInstrument } from '../../../core/domain/instrument.ts';
import { MarketProfile, type MarketProfileValue, marketProfile } from '../../../core/volume/market-profile.ts';
import { tpoValueArea } from '../../../core/volume/tpo-profile.ts';
import { addTrade } from '../../../core/volume/trade-sink.ts';
import { trade, trades$ } from './kit.ts';

const equity = calendarOf('cme-equity');
const es = makeInstrument({ symbol: 'ES', tickSize: 0.25 }, 0);
/** 08:30 in Chicago. */
const at = (minutes: number): string => new Date(Date.parse('2024-03-07T14:30:00Z') + minutes * 60_000).toISOString();

describe('marketProfile', () => {
  const day = [
    trade(at(-10), 90),
    trade(at(0), 100),
    trade(at(20), 100.75),
    trade(at(30), 100.5),
    trade(at(59), 101),
    trade(at(60), 100.5),
    trade(at(89), 100.75, 0),
  ];

  it('puts the letter of each half hour of regular hours on every price from its low to its high', async () => {
    const profile = (await lastValueFrom(trades$(...day).pipe(marketProfile(es, equity, { session: 'RTH' }))))();
    expect(profile?.tradingDate).toBe('2024-03-07');
    expect(profile?.brackets).toEqual([
      { letter: 'A', start: Date.parse(at(0)), low: 100, high: 100.75 },
      { letter: 'B', start: Date.parse(at(30)), low: 100.5, high: 101 },
      { letter: 'C', start: Date.parse(at(60)), low: 100.5, high: 100.75 },
    ]);
    expect(profile?.rows).toEqual([
      { price: 100, letters: 'A' },
      { price: 100.25, letters: 'A' },
      { price: 100.5, letters: 'ABC' },
      { price: 100.75, letters: 'ABC' },
      { price: 101, letters: 'B' },
    ]);
    // Three letters at 100.5 and 100.75; 100.5 is the middle of the range. 70 % of 9 letters are 6.3: with the two rows above,
    // which hold 4, there are 7.
    expect(profile).toMatchObject({ poc: 100.5, val: 100.5, vah: 101, letters: 9 });
    expect(profile?.initialBalance).toEqual({ high: 101, low: 100 });
  });

  it('begins anew with the trading date and hands over the one that is done', () => {
    const done: MarketProfileValue[] = [];
    const profile = new MarketProfile(es, equity, { onDay: (value) => done.push(value) });
    for (const each of [...day, trade('2024-03-07T23:00:00Z', 105), trade(at(0), 50)]) addTrade(profile, each);
    expect(done).toMatchObject([{ tradingDate: '2024-03-07' }]);
    expect(profile.value).toMatchObject({ tradingDate: '2024-03-08', rows: [{ price: 105, letters: 'A' }] });
  });

  it('makes rows twice as high until they fit', () => {
    const profile = new MarketProfile(es, equity, { maxRows: 10 });
    for (const [i, price] of [100, 125, 110].entries()) addTrade(profile, trade(at(i), price));
    // 101 ticks: 16 ticks to a row make 7 of them.
    expect(profile.value?.ticksPerRow).toBe(16);
    expect(profile.value?.rows.length).toBeLessThanOrEqual(10);
  });
});

describe('tpoValueArea', () => {
  it('takes the two rows above or the two below, whichever hold more: an example of the CBOT handbook’s kind', () => {
    // From row 5 with 7 letters: above 6 + 5 = 11 against below 5 + 4 = 9 → 18; below 9 against above 2 + 1 → 27 of 35;
    // 70 % of 35 are 24.5.
    const counts = [1, 2, 2, 4, 5, 7, 6, 5, 2, 1];
    expect(tpoValueArea(counts, 0.7)).toEqual({ poc: 5, high: 7, low: 3 });
  });

  it('holds at least its share, in one piece around the point of control', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 })
          .filter((counts) => Math.max(...counts) > 0),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (counts, share) => {
          const { poc, high, low } = tpoValueArea(counts, share);
          const inside = counts.slice(low, high + 1).reduce((sum, count) => sum + count, 0);
          const all = counts.reduce((sum, count) => sum + count, 0);
          expect(counts[poc]).toBe(Math.max(...counts));
          expect(low <= poc && poc <= high && low >= 0 && high < counts.length).toBe(true);
          expect(inside).toBeGreaterThanOrEqual(share * all - 1e-6);
        },
      ),
    );
  });
});
