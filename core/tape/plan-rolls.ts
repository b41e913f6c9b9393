import { EMPTY } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import type { Chunk } from '../domain/chunk.ts';
import type { Roll, RollAdjustment } from '../domain/roll.ts';
import type { Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Recording } from '../plugin/provider.ts';

/**
 * When a series goes over to its next contract.
 *
 * date    at the open of each of these trading dates, one for each contract but the first (`futureContracts` gives them)
 * volume  at the open of the trading date after the first one on which the next contract was traded more than the present one;
 *         never back, and one contract a day
 */
export type RollRule = { readonly by: 'date'; readonly dates: readonly string[] } | { readonly by: 'volume' };

interface RollPlan {
  readonly symbol: string;
  readonly contracts: readonly string[];
  readonly calendar: Calendar;
  readonly roll: RollRule;
  readonly adjust: RollAdjustment;
}

/** A contract's part of the series: from `from` to before the next one's, its prices times `factor` plus `offset`. */
export interface Stretch {
  readonly contract: string;
  readonly from: Micros;
  readonly factor: number;
  readonly offset: number;
  /** The roll that leads to it; `undefined` for the first. */
  readonly roll: Roll | undefined;
}

/** What was traded of each contract on one trading date. */
interface Day {
  readonly date: string;
  /** Sizes, and the last price; NaN before the first trade of all. */
  readonly volumes: Float64Array;
  readonly closes: Float64Array;
}

/** Each contract's part of the series, with the roll that leads to it. */
export async function planRolls(
  merged: Recording,
  numbers: readonly number[],
  plan: RollPlan,
): Promise<readonly Stretch[]> {
  const days = await surveyDays(merged, numbers, plan.calendar);
  const dates =
    plan.roll.by === 'date' ? datesOf(plan.roll.dates, plan.contracts) : datesByVolume(days, numbers.length);
  const rolls = dates.map((date, i) => rollAt(date, i, days, plan));
  return plan.contracts.slice(0, rolls.length + 1).map((contract, i) => {
    const later = plan.adjust === 'none' ? [] : rolls.slice(i);
    return {
      contract,
      from: i === 0 ? Number.NEGATIVE_INFINITY : openOf(plan.calendar, dates[i - 1]!),
      factor: plan.adjust === 'ratio' ? later.reduce((product, { ratio }) => product * ratio, 1) : 1,
      offset: plan.adjust === 'difference' ? later.reduce((sum, { difference }) => sum + difference, 0) : 0,
      roll: rolls[i - 1],
    };
  });
}

function datesOf(dates: readonly string[], contracts: readonly string[]): readonly string[] {
  const inOrder = dates.every((date, i) => i === 0 || date > dates[i - 1]!);
  if (dates.length === contracts.length - 1 && inOrder) return dates;
  throw new MillraceError({
    code: 'ROLL_DATES',
    where: { path: 'roll.dates' },
    was: `${dates.join(', ') || 'none'} for ${contracts.length} contracts`,
    expected: `${contracts.length - 1} dates, each later than the one before it`,
    fix: 'give one date for each contract but the first',
  });
}

function datesByVolume(days: readonly Day[], contracts: number): readonly string[] {
  const dates: string[] = [];
  for (let i = 0; i + 1 < days.length && dates.length + 1 < contracts; i++) {
    const { volumes } = days[i]!;
    const present = dates.length;
    if (volumes[present + 1]! > volumes[present]!) dates.push(days[i + 1]!.date);
  }
  return dates;
}

function rollAt(date: string, i: number, days: readonly Day[], { symbol, contracts, adjust }: RollPlan): Roll {
  const closes = days.findLast((day) => day.date < date)?.closes;
  const [from, to] = [contracts[i]!, contracts[i + 1]!];
  const [old, next] = [closes?.[i] ?? Number.NaN, closes?.[i + 1] ?? Number.NaN];
  for (const [contract, price] of [[from, old] as const, [to, next] as const]) {
    if (Number.isNaN(price)) throw noPrice(contract, date);
  }
  return {
    instrument: symbol,
    from,
    to,
    tradingDate: date,
    ts: 0,
    adjustment: adjust,
    difference: next - old,
    ratio: next / old,
  };
}

/** Reads all trades, and bars where there are none, for the volume and the last price of each contract and trading date. */
async function surveyDays(merged: Recording, numbers: readonly number[], calendar: Calendar): Promise<readonly Day[]> {
  const days: Day[] = [];
  const everything = { current: () => [], wants: () => true, changes$: EMPTY };
  const places = new Map(numbers.map((number, place) => [number, place]));
  /** A venue that sends trades and bars would count twice. */
  const traded = new Set<number>();
  let day: Day | undefined;
  let until: Micros = Number.NEGATIVE_INFINITY;
  const note = (chunk: Chunk, row: number): void => {
    const place = places.get(chunk.inst[row]!);
    if (place === undefined || (chunk.kind !== 'trades' && chunk.kind !== 'bars')) return;
    if (chunk.kind === 'trades') traded.add(place);
    else if (traded.has(place)) return;
    const at = chunk.recv[row]!;
    if (day === undefined || at >= until) {
      const closes: Float64Array = day?.closes.slice() ?? new Float64Array(numbers.length).fill(Number.NaN);
      day = { date: calendar.tradingDate(at), volumes: new Float64Array(numbers.length), closes };
      until = calendar.tradingDayOf(day.date)?.close ?? at;
      days.push(day);
    }
    day.volumes[place]! += chunk.kind === 'trades' ? chunk.size[row]! : chunk.volume[row]!;
    day.closes[place] = chunk.kind === 'trades' ? chunk.price[row]! : chunk.close[row]!;
  };
  for await (const { runs } of merged.batches(everything)) {
    for (const run of runs) {
      if ('chunk' in run) for (let row = run.from; row < run.to; row++) note(run.chunk, row);
    }
  }
  return days;
}

function openOf(calendar: Calendar, date: string): Micros {
  const open = calendar.tradingDayOf(date)?.open;
  if (open !== undefined) return open;
  throw new MillraceError({
    code: 'ROLL_DATES',
    where: { path: 'roll.dates' },
    was: `${date}, which is no trading date of ${calendar.name}`,
    expected: 'trading dates',
    fix: 'take the next trading date',
  });
}

const noPrice = (contract: string, date: string): MillraceError =>
  new MillraceError({
    code: 'ROLL_NO_PRICE',
    where: { path: `contracts.${contract}` },
    was: `no trade and no bar of ${contract} before the roll of ${date}`,
    expected: 'a price of both contracts before the roll from one to the other',
    fix: 'add a recording of that contract that begins earlier, or roll later',
  });
