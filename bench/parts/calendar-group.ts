import type { Calendar } from '../../core/calendar/calendar.ts';
import { calendarOf } from '../../core/calendar/calendar-of.ts';
import type { Micros } from '../../core/domain/time.ts';
import { xorshift } from '../data/random.ts';
import type { Group } from '../figure.ts';

/** What a question may take. */
const AT_MOST_NS = 30;
const FROM: Micros = Date.UTC(2013, 0, 1) * 1000;
const UNTIL: Micros = Date.UTC(2026, 0, 1) * 1000;
const STEP: Micros = 30_000_000;
const seen = new Float64Array(1);

/** Is CME's equity calendar open? At random instants of thirteen years, and at instants in order, as those of trades are. */
export function calendarGroups(questions: number, rounds: number): readonly Group[] {
  const calendar = calendarOf('cme-equity');
  const turns = Float64Array.from([...calendar.spans(FROM, UNTIL)].map(({ start }) => start));
  const random = xorshift(2013);
  const anywhere = Float64Array.from({ length: questions }, () => FROM + (random() / 2 ** 32) * (UNTIL - FROM));
  const inOrder = Float64Array.from({ length: questions }, (_, i) => FROM + i * STEP);
  const one = (name: string, run: () => number, atMostNs?: number) => ({
    name,
    operations: questions,
    atMostNs,
    start: () => ({
      run: () => {
        seen[0] = run();
      },
    }),
  });
  return [
    {
      name: 'is it open, at random instants',
      per: 'question',
      rounds,
      cases: [
        one('limit: a binary search over all sessions', () => search(turns, anywhere)),
        one('Calendar.isOpen', () => ask(calendar, anywhere), AT_MOST_NS),
      ],
    },
    {
      name: 'is it open, at instants in order',
      per: 'question',
      rounds,
      cases: [
        one('limit: a step over the sessions', () => walk(turns, inOrder)),
        one('Calendar.isOpen', () => ask(calendar, inOrder), AT_MOST_NS),
      ],
    },
  ];
}

function ask(calendar: Calendar, instants: Float64Array): number {
  let open = 0;
  for (let i = 0; i < instants.length; i++) if (calendar.isOpen(instants[i]!)) open++;
  return open;
}

function search(turns: Float64Array, instants: Float64Array): number {
  let odd = 0;
  for (let i = 0; i < instants.length; i++) {
    const us = instants[i]!;
    let [low, high] = [0, turns.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (turns[middle]! <= us) low = middle + 1;
      else high = middle;
    }
    odd += low & 1;
  }
  return odd;
}

function walk(turns: Float64Array, instants: Float64Array): number {
  let odd = 0;
  let next = 0;
  for (let i = 0; i < instants.length; i++) {
    while (instants[i]! >= turns[next]!) next++;
    odd += next & 1;
  }
  return odd;
}
