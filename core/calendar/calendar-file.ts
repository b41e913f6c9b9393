import { z } from 'zod';
import { MillraceError } from '../errors/millrace-error.ts';
import { type DayNumber, dayNumber } from './day-number.ts';
import type { CalendarDefinition, DayException, Era, Segment } from './definition.ts';
import { zoneTable } from './zone-table.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const TIME = '(?:[01]\\d|2[0-4]):[0-5]\\d';
const SESSION = new RegExp(`^(RTH|ETH) (?:(-[1-7]) )?(${TIME}) - (?:(-[1-7]) )?(${TIME})$`);

const date = z.iso.date();
const session = z.string().regex(SESSION, "a session such as 'RTH 08:30 - 15:00' or 'ETH -1 17:00 - 08:30'");
const week = z.record(
  z.string().regex(/^[a-z]{3}(-[a-z]{3})?$/, "a day or days such as 'sun' or 'mon-fri'"),
  z.array(session),
);
const named = { name: z.string().min(1), dates: z.array(date).min(1) };

/** The format of a calendar's file. `docs/calendars.md` explains it. */
const calendarFile = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  sources: z.array(z.string()).optional(),
  extends: z.string().optional(),
  zone: z.string().optional(),
  known: z.strictObject({ from: date, until: date }).optional(),
  hours: z.array(z.strictObject({ from: date, week })).default([]),
  exceptions: z
    .array(
      z.union([
        z.strictObject({ ...named, closed: z.literal(true) }),
        z.strictObject({
          ...named,
          close: z.string().regex(new RegExp(`^${TIME}$`)),
          joins: z.literal('next').optional(),
        }),
        z.strictObject({ ...named, sessions: z.array(session).min(1), joins: z.literal('next').optional() }),
      ]),
    )
    .default([]),
});

type CalendarFile = z.output<typeof calendarFile>;

/**
 * Checks the content of a calendar's file.
 *
 * @param content parsed JSON or YAML
 * @param where the file's name, for errors
 * @param find the definition of the calendar that this one extends
 */
export function defineCalendar(
  content: unknown,
  where: string,
  find: (name: string) => CalendarDefinition,
): CalendarDefinition {
  const parsed = calendarFile.safeParse(content);
  if (!parsed.success) {
    throw new MillraceError(parsed.error.issues.map((issue) => invalid(where, issue.path.join('.'), issue.message)));
  }
  const file = parsed.data;
  const base = file.extends === undefined ? undefined : find(file.extends);
  const zone = file.zone ?? base?.zone;
  if (zone === undefined) throw new MillraceError(invalid(where, 'zone', 'is missing'));
  zoneTable(zone);
  const eras = file.hours.map((hours) => eraOf(hours, where)).sort((a, b) => a.from - b.from);
  return {
    name: file.name,
    description: file.description ?? base?.description ?? '',
    zone,
    known: file.known ?? base?.known,
    eras: eras.length > 0 ? eras : (base?.eras ?? []),
    exceptions: new Map([...(base?.exceptions ?? []), ...exceptionsOf(file)]),
  };
}

function eraOf({ from, week: days }: CalendarFile['hours'][0], where: string): Era {
  const segments: (readonly Segment[])[] = DAYS.map(() => []);
  for (const [span, sessions] of Object.entries(days)) {
    const [first = '', last = first] = span.split('-');
    const [start, end] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (start < 0 || end < 0) throw new MillraceError(invalid(where, `hours.week.${span}`, 'is no day of the week'));
    // 'mon-sun' goes past the end of the row.
    for (let i = 0; i <= (end - start + 7) % 7; i++) segments[(start + i) % 7] = sessions.map(segmentOf);
  }
  return { from: dayNumber(from), week: segments };
}

function* exceptionsOf({ exceptions }: CalendarFile): Generator<[DayNumber, DayException]> {
  for (const exception of exceptions) {
    const value: DayException = {
      name: exception.name,
      segments: 'sessions' in exception ? exception.sessions.map(segmentOf) : 'closed' in exception ? [] : undefined,
      close: 'close' in exception ? minutesOf(exception.close) : undefined,
      joinsNext: 'joins' in exception && exception.joins === 'next',
    };
    for (const day of exception.dates) yield [dayNumber(day), value];
  }
}

function segmentOf(text: string): Segment {
  const [, name, openDay, open = '', closeDay, close = ''] = SESSION.exec(text) ?? [];
  return {
    session: name === 'RTH' ? 'RTH' : 'ETH',
    open: Number(openDay ?? 0) * 1440 + minutesOf(open),
    close: Number(closeDay ?? 0) * 1440 + minutesOf(close),
  };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

export const invalid = (file: string, path: string, was: string) => ({
  code: 'CALENDAR_INVALID',
  where: { file, path },
  was,
  expected: 'a calendar as docs/calendars.md describes it',
  fix: 'compare the place with the example there',
});
