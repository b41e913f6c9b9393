import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZoneTable, zoneTable } from '../../../core/calendar/zone-table.ts';
import { SeededRandom } from '../../../core/domain/random.ts';

const us = (iso: string): number => Date.parse(iso) * 1000;
const shown = (zone: ZoneTable, iso: string): string =>
  new Date(zone.toLocal(us(iso)) / 1000).toISOString().slice(0, 16);

describe('a zone table', () => {
  it.each(['America/Chicago', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'])(
    'shows what Intl shows in %s at 20,000 random instants',
    (name) => {
      const zone = zoneTable(name);
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
      const random = new SeededRandom(1, name);
      for (let i = 0; i < 20_000; i++) {
        const at = Math.floor(random.next() * Date.UTC(2049, 0, 1) * 0.001) * 1000;
        const local = new Date(zone.toLocal(at * 1000) / 1000).toISOString().replace('T', ' ').slice(0, 19);
        if (local !== format.format(at)) expect(local, new Date(at).toISOString()).toBe(format.format(at));
      }
    },
  );

  // The clocks of the United States change at 02:00: on 2026-03-08 to 03:00, on 2026-11-01 back to 01:00.
  it.each([
    ['2026-03-08T07:59:59Z', '2026-03-08T01:59'],
    ['2026-03-08T08:00:00Z', '2026-03-08T03:00'],
    ['2026-11-01T06:59:59Z', '2026-11-01T01:59'],
    ['2026-11-01T07:00:00Z', '2026-11-01T01:00'],
  ])('at %s the clocks of Chicago show %s', (instant, local) => {
    expect(shown(new ZoneTable('America/Chicago'), instant)).toBe(local);
  });

  it.each([
    ['a time that is skipped, moved on by the gap', '2026-03-08T02:30:00Z', '2026-03-08T08:30:00Z'],
    ['the first of a time that comes twice', '2026-11-01T01:30:00Z', '2026-11-01T06:30:00Z'],
    ['a time before a change', '2026-03-08T01:59:00Z', '2026-03-08T07:59:00Z'],
    ['a time after a change', '2026-03-08T03:00:00Z', '2026-03-08T08:00:00Z'],
  ])('finds the instant of %s', (_, local, instant) => {
    // 02:30 in the gap is 08:30 UTC with Temporal and luxon as well.
    expect(zoneTable('America/Chicago').toUtc(us(local))).toBe(us(instant));
  });

  it('leads there and back for every instant that is not shown twice', () => {
    const zone = zoneTable('America/New_York');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2049, 0, 1) }), (ms) => {
        const back = zone.toUtc(zone.toLocal(ms * 1000));
        // The second of two equal times leads to the first, an hour earlier.
        return back === ms * 1000 || back === (ms - 3_600_000) * 1000;
      }),
    );
  });

  it('refuses a name that is none', () => {
    expect(() => zoneTable('America/Chikago')).toThrow(/CALENDAR_INVALID/);
  });
});
