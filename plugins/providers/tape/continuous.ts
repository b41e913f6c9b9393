import { z } from 'zod';
import {
  type Calendar,
  calendarOf,
  continuousRecording,
  type FutureContract,
  futureContracts,
  futureTerms,
  MillraceError,
  type Recording,
  type RollRule,
  toMillis,
} from '#core';

export const continuous = z
  .strictObject({
    symbol: z
      .string()
      .min(1)
      .describe('Name of the series, such as ES.c.0; what stands before the first dot is the root of its contracts.'),
    contracts: z
      .array(z.string().min(1))
      .min(2)
      .optional()
      .describe('Symbols of the contracts, in order of expiry; default all of the root that the tapes have.'),
    roll: z
      .union([z.enum(['volume', 'date']), z.array(z.iso.date()).min(1)])
      .default('volume')
      .describe(
        'volume: after the date on which the next contract was traded more; date: when the root’s contracts usually go over; or the trading dates.',
      ),
    adjust: z
      .enum(['none', 'difference', 'ratio'])
      .default('none')
      .describe(
        'Brings earlier prices to the level of the last contract. That uses later prices: not for absolute ones.',
      ),
    calendar: z
      .string()
      .min(1)
      .optional()
      .describe('Whose trading dates count; default the calendar of the contracts, or of the root.'),
  })
  .describe(
    'The contracts of a future as one series, with market.rolls() to tell of each change: see docs/calendars.md.',
  );

type ContinuousSettings = z.output<typeof continuous>;

/** A contract may be on a tape long before it expires. */
const YEARS_AHEAD = 10;

/**
 * The series that the configuration describes, of the contracts on the tapes.
 *
 * Errors ROLL_UNKNOWN_CONTRACT, ROLL_DATES, ROLL_NO_PRICE; CALENDAR_UNKNOWN for a root whose terms have to be given
 */
export async function continuousSeries(
  recordings: readonly Recording[],
  settings: ContinuousSettings,
): Promise<Recording> {
  const { symbol, adjust } = settings;
  const root = rootOf(symbol);
  const specs = recordings.flatMap(({ instruments }) => instruments);
  const contracts = settings.contracts ?? contractsOf(root, recordings);
  const own = specs.find((spec) => spec.symbol === contracts[0])?.calendar;
  const name = settings.calendar ?? own ?? futureTerms(root)?.calendar;
  const series = await continuousRecording(recordings, {
    symbol,
    contracts,
    calendar: calendarNamed(name, root),
    roll: rollRule(settings.roll, contracts, root, recordings),
    adjust,
  });
  return { ...series, instruments: series.instruments.map((spec) => ({ ...spec, calendar: name })) };
}

const rootOf = (symbol: string): string => symbol.split('.')[0] ?? symbol;

/** All contracts of the root on the tapes, in order of expiry. */
function contractsOf(root: string, recordings: readonly Recording[]): readonly string[] {
  const symbols = new Set(recordings.flatMap(({ instruments }) => instruments.map((spec) => spec.symbol)));
  const known = contractsFrom(root, recordings);
  const found = [...new Set(known.flatMap((contract) => formsOf(contract).filter((form) => symbols.has(form))))];
  if (found.length > 1) return found;
  throw new MillraceError({
    code: 'ROLL_UNKNOWN_CONTRACT',
    where: { path: 'continuous.symbol' },
    was: `${found.join() || 'no contract'} of ${root} among ${[...symbols].join(', ')}`,
    expected: 'tapes of at least two contracts of one root',
    fix: 'add the tape of another contract to file, or name the contracts',
  });
}

function rollRule(
  roll: ContinuousSettings['roll'],
  contracts: readonly string[],
  root: string,
  recordings: readonly Recording[],
): RollRule {
  if (roll === 'volume') return { by: 'volume' };
  if (roll !== 'date') return { by: 'date', dates: roll };
  const known = contractsFrom(root, recordings);
  return { by: 'date', dates: contracts.slice(0, -1).map((symbol) => rollDateOf(symbol, known)) };
}

function rollDateOf(symbol: string, known: readonly FutureContract[]): string {
  const contract = known.find((each) => formsOf(each).includes(symbol));
  if (contract !== undefined) return contract.rollDate;
  throw new MillraceError({
    code: 'ROLL_DATES',
    where: { path: 'continuous.roll' },
    was: `date, for ${symbol}`,
    expected: 'contracts whose month is traded by the terms of their root, and that expire after the tapes begin',
    fix: 'give the trading dates of the rolls, or roll by volume',
  });
}

/** Contracts of the root that have not expired when the first tape begins, by expiry. */
function contractsFrom(root: string, recordings: readonly Recording[]): readonly FutureContract[] {
  const from = new Date(toMillis(Math.min(...recordings.map((recording) => recording.from)))).toISOString();
  return futureContracts(root, from.slice(0, 10), `${Number(from.slice(0, 4)) + YEARS_AHEAD}-01-01`);
}

/** `ESH24`, and as exchanges write it, `ESH4`. */
const formsOf = ({ symbol }: FutureContract): readonly string[] => [
  symbol,
  `${symbol.slice(0, -2)}${symbol.slice(-1)}`,
];

function calendarNamed(name: string | undefined, root: string): Calendar {
  if (name !== undefined) return calendarOf(name);
  throw new MillraceError({
    code: 'CALENDAR_UNKNOWN',
    where: { path: 'continuous.calendar' },
    was: `nothing, and nothing is known of ${root}`,
    expected: 'a calendar: a roll takes place at the open of a trading date',
    fix: 'for example  calendar: cme-equity',
  });
}
