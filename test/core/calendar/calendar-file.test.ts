import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { calendarNames, calendarOf, makeCalendar } from '../../../core/calendar/calendar-of.ts';
import { isoMicros } from '../../../core/domain/time.ts';
import { MillraceError } from '../../../core/errors/millrace-error.ts';

const spans = (content: unknown, date: string): readonly string[] | undefined =>
  makeCalendar(content)
    .tradingDayOf(date)
    ?.spans.map(({ state, start, end }) => `${state} ${isoMicros(start).slice(5, 16)} ${isoMicros(end).slice(5, 16)}`);

const eurex = {
  name: 'eurex-index',
  zone: 'Europe/Berlin',
  hours: [
    { from: '2010-01-01', week: { 'mon-fri': ['RTH 08:00 - 22:00'] } },
    { from: '2018-12-10', week: { 'mon-fri': ['ETH 01:10 - 09:00', 'RTH 09:00 - 17:30', 'ETH 17:30 - 22:00'] } },
  ],
  exceptions: [{ name: 'New Year', dates: ['2024-01-01'], closed: true }],
};

function problem(content: unknown): string {
  try {
    makeCalendar(content).isOpen(0);
  } catch (error) {
    if (error instanceof MillraceError) return error.message;
  }
  return 'none';
}

describe("a calendar's file", () => {
  it('has hours that change from a date on', () => {
    expect(spans(eurex, '2018-12-07')).toEqual(['RTH 12-07T07:00 12-07T21:00']);
    expect(spans(eurex, '2018-12-10')).toHaveLength(3);
    expect(spans(eurex, '2009-12-31')).toBeUndefined();
    expect(spans(eurex, '2024-01-01')).toBeUndefined();
  });

  it('may cut a date short, give it to the next one, or say all of its sessions', () => {
    const exceptions = [
      { name: 'cut', dates: ['2024-12-30'], close: '14:00' },
      { name: 'joined', dates: ['2024-12-31'], close: '12:00', joins: 'next' },
      { name: 'said', dates: ['2024-12-24', '2024-12-28'], sessions: ['RTH 10:00 - 12:00'] },
    ];
    expect(spans({ ...eurex, exceptions }, '2024-12-30')).toEqual([
      'ETH 12-30T00:10 12-30T08:00',
      'RTH 12-30T08:00 12-30T13:00',
    ]);
    expect(spans({ ...eurex, exceptions }, '2024-12-31')).toBeUndefined();
    expect(spans({ ...eurex, exceptions }, '2025-01-01')?.slice(0, 3)).toEqual([
      'ETH 12-31T00:10 12-31T11:00',
      'closed 12-31T11:00 01-01T00:10',
      'ETH 01-01T00:10 01-01T08:00',
    ]);
    expect(spans({ ...eurex, exceptions }, '2024-12-24')).toEqual(['RTH 12-24T09:00 12-24T11:00']);
    // A Saturday, on which there are no hours otherwise.
    expect(spans({ ...eurex, exceptions }, '2024-12-28')).toEqual(['RTH 12-28T09:00 12-28T11:00']);
  });

  it('extends a shipped one: its own exceptions win', () => {
    const content = {
      name: 'mine',
      extends: 'us-equities',
      exceptions: [{ name: 'storm', dates: ['2024-01-09'], closed: true }],
    };
    expect(spans(content, '2024-01-09')).toBeUndefined();
    expect(spans(content, '2024-01-10')).toEqual(calendarSpans('us-equities', '2024-01-10'));
    expect(spans(content, '2024-01-15')).toBeUndefined();
  });

  it('is read from a path, as YAML or JSON', () => {
    const dir = mkdtempSync(join(tmpdir(), 'calendar-'));
    const file = join(dir, 'mine.yaml');
    writeFileSync(
      file,
      "name: mine\nzone: UTC\nhours:\n  - from: 2020-01-01\n    week: { mon-fri: ['RTH 10:00 - 12:00'] }\n",
    );
    expect(calendarOf(file).isOpen(Date.UTC(2024, 0, 9, 11) * 1000)).toBe(true);
    expect(calendarOf(file)).toBe(calendarOf(file));
    writeFileSync(join(dir, 'bad.yaml'), 'name: [');
    expect(() => calendarOf(join(dir, 'bad.yaml'))).toThrow(/CALENDAR_INVALID/);
    expect(() => calendarOf(join(dir, 'none.yaml'))).toThrow(/none\.yaml[\s\S]*CALENDAR_FILE/);
  });

  it.each([
    ['a zone that is none', { ...eurex, zone: 'Mars' }, "'Mars'"],
    ['no zone', { ...eurex, zone: undefined }, 'zone'],
    [
      'an hour that is none',
      { ...eurex, hours: [{ from: '2020-01-01', week: { mon: ['RTH 25:00 - 26:00'] } }] },
      'RTH 08:30',
    ],
    ['a day that is none', { ...eurex, hours: [{ from: '2020-01-01', week: { 'mon-fry': [] } }] }, 'mon-fry'],
    [
      'a date that is none',
      { ...eurex, exceptions: [{ name: 'x', dates: ['2024-02-30'], closed: true }] },
      'exceptions',
    ],
    ['a key that is none', { ...eurex, holiday: [] }, 'holiday'],
    [
      'sessions that overlap',
      { ...eurex, hours: [{ from: '2020-01-01', week: { mon: ['ETH 08:00 - 10:00', 'RTH 09:00 - 12:00'] } }] },
      'overlap',
    ],
    [
      'a night that reaches into the day before',
      { ...eurex, hours: [{ from: '2020-01-01', week: { 'mon-fri': ['RTH -1 08:00 - 12:00'] } }] },
      'overlap',
    ],
    ['a calendar to extend that is not there', { name: 'x', extends: 'us-equites' }, 'did you mean us-equities?'],
  ])('is refused with %s', (_, content, text) => {
    expect(problem(content)).toContain(text);
    expect(problem(content)).toMatch(/CALENDAR_(INVALID|UNKNOWN)/);
  });

  it('knows a misspelt name', () => {
    expect(() => calendarOf('cme-equitys')).toThrow(/did you mean cme-equity\?[\s\S]*CALENDAR_UNKNOWN/);
  });
});

const calendarSpans = (name: string, date: string): readonly string[] | undefined =>
  calendarOf(name)
    .tradingDayOf(date)
    ?.spans.map(({ state, start, end }) => `${state} ${isoMicros(start).slice(5, 16)} ${isoMicros(end).slice(5, 16)}`);

describe('docs/calendars.md', () => {
  const page = readFileSync(new URL('../../../docs/calendars.md', import.meta.url), 'utf8');

  it('shows a file that is one', () => {
    const [, example = ''] = /```text\n(name: [\s\S]*?)```/.exec(page) ?? [];
    // By hand, two hours behind in October: the half holiday until noon, then the usual day.
    expect(spans(parse(example), '2024-10-04')).toEqual([
      'ETH 10-02T23:10 10-03T10:00',
      'closed 10-03T10:00 10-03T23:10',
      'ETH 10-03T23:10 10-04T07:00',
      'RTH 10-04T07:00 10-04T15:30',
      'ETH 10-04T15:30 10-04T20:00',
    ]);
  });

  it('lists the calendars that there are', () => {
    const [first = ''] = page.split('\n## ');
    const listed = [...first.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(new Set(listed)).toEqual(new Set(calendarNames));
  });
});
