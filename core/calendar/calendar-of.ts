import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { MillraceError } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import { Calendar } from './calendar.ts';
import { defineCalendar, invalid } from './calendar-file.ts';
import cmeCrypto from './data/cme-crypto.json' with { type: 'json' };
import cmeEnergy from './data/cme-energy.json' with { type: 'json' };
import cmeEquity from './data/cme-equity.json' with { type: 'json' };
import cmeFx from './data/cme-fx.json' with { type: 'json' };
import cmeGlobex from './data/cme-globex.json' with { type: 'json' };
import cmeMetals from './data/cme-metals.json' with { type: 'json' };
import cmeRates from './data/cme-rates.json' with { type: 'json' };
import crypto from './data/crypto.json' with { type: 'json' };
import usEquities from './data/us-equities.json' with { type: 'json' };
import type { CalendarDefinition } from './definition.ts';

/** A file that only others extend has no hours of its own. */
const FILES: readonly { readonly name: string; readonly hours: readonly unknown[] }[] = [
  cmeCrypto,
  cmeEnergy,
  cmeEquity,
  cmeFx,
  cmeGlobex,
  cmeMetals,
  cmeRates,
  crypto,
  usEquities,
];

/** Calendars that are there without a file of one's own. */
export const calendarNames: readonly string[] = FILES.filter(({ hours }) => hours.length > 0).map(({ name }) => name);

/** Calendars never change, so one of each serves everybody. */
const made = new Map<string, Calendar>();

/**
 * A calendar by name, or that of an instrument.
 *
 * @param wanted a name of `calendarNames`, the path of a calendar's file, or an instrument that has one
 * @returns `undefined` only for an instrument without a calendar
 * Errors CALENDAR_UNKNOWN, CALENDAR_FILE, CALENDAR_INVALID
 */
export function calendarOf(wanted: string): Calendar;
export function calendarOf(wanted: { readonly calendar?: string | undefined }): Calendar | undefined;
export function calendarOf(wanted: string | { readonly calendar?: string | undefined }): Calendar | undefined {
  const name = typeof wanted === 'string' ? wanted : wanted.calendar;
  if (name === undefined) return undefined;
  const known = made.get(name) ?? new Calendar(isPath(name) ? fileDefinition(name) : shippedDefinition(name));
  made.set(name, known);
  return known;
}

/** Is this the path of a calendar's file, not the name of a calendar? */
export const isPath = (name: string): boolean => /[/\\]|\.(json|ya?ml)$/.test(name);

/** A calendar of one's own, from the parsed content of its file; it may extend a shipped one. */
export const makeCalendar = (content: unknown): Calendar =>
  new Calendar(defineCalendar(content, 'calendar', shippedDefinition));

function shippedDefinition(name: string): CalendarDefinition {
  const file = FILES.find((each) => each.name === name);
  if (file === undefined) throw unknown(name);
  return defineCalendar(file, `${name}.json`, shippedDefinition);
}

function fileDefinition(path: string): CalendarDefinition {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const { message } = cause as Error;
    throw 'code' in (cause as object) && (cause as { code: string }).code.startsWith('E')
      ? new MillraceError(unreadable(path, message), { cause })
      : new MillraceError(invalid(path, '', message), { cause });
  }
  return defineCalendar(content, path, shippedDefinition);
}

const unreadable = (path: string, message: string) => ({
  code: 'CALENDAR_FILE',
  where: { file: path },
  was: message,
  expected: "a calendar's file that can be read",
  fix: 'check the path; it starts at the folder in which the runtime was started',
});

function unknown(name: string): MillraceError {
  const near = nearest(name, calendarNames);
  return new MillraceError({
    code: 'CALENDAR_UNKNOWN',
    where: {},
    was: `'${name}'`,
    expected: `one of ${calendarNames.join(', ')}, or the path of a calendar's file`,
    fix: near === undefined ? 'see docs/calendars.md for a file of your own' : `did you mean ${near}?`,
  });
}
