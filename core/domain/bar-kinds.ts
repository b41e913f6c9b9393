import { z } from 'zod';
import type { Problem } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import type { PrintSpec } from './bar-spec.ts';
import type { BarName } from './market.ts';
import {
  durationMicros,
  LONGEST_TIMEFRAME_US,
  SHORTEST_TIMEFRAME_US,
  type Timeframe,
  timeframeMicros,
  timeframeName,
} from './timeframe.ts';

const count = (least: number, what: string): z.ZodInt => z.int().min(least).describe(what);
const amount = (what: string): z.ZodNumber => z.number().positive().describe(what);
const share = (what: string): z.ZodNumber => z.number().min(0).max(1).describe(what);

const from = z.enum(['trades', 'bid', 'ask', 'mid']).default('trades').describe('The price that bars are made of.');

const amend = z
  .string()
  .refine((text) => durationMicros(text) !== undefined, { params: { fix: 'write a duration such as 500ms or 10s' } })
  .default('10s')
  .meta({ expected: 'a duration such as 500ms or 10s' })
  .describe('How far behind the newest trade, by venue time, one is still taken.');

const every = z
  .string()
  .refine((text) => isLength(durationMicros(text)), { params: { fix: 'use for example 30m, 65m or 1h' } })
  .meta({ expected: 'a duration from 100ms to 1d, such as 30m, 65m or 1h', examples: ['1h'] });

/** A length that a bar may have; it need not divide the day. */
const isLength = (us: number | undefined): boolean =>
  us !== undefined && us >= SHORTEST_TIMEFRAME_US && us <= LONGEST_TIMEFRAME_US;

const timeframe = z
  .string()
  .refine((text): boolean => timeframeMicros(text) !== undefined, { params: { fix: 'use for example 1s, 1m or 1h' } })
  .meta({ expected: 'a timeframe such as 1s, 1m, 15m, 1h or 1d', examples: ['1m'] })
  .transform((text) => text as Timeframe);

/** Other bars, themselves made of trades or quotes. */
const others = z
  .unknown()
  .meta({ expected: 'other bars, such as 1m, 1000t or { volume: 5000 }', examples: ['1m'] })
  .transform((spec, context): PrintSpec => {
    const read = readBarSpec(spec);
    if ('plan' in read && read.plan.kind !== 'heikinAshi' && read.plan.kind !== 'bars') return spec as PrintSpec;
    const fix = 'use bars that are made of trades or quotes, for example 1m, 1000t or { volume: 5000 }';
    context.addIssue({ code: 'custom', message: 'not usable', params: { fix } });
    return z.NEVER;
  });

const adaptive = {
  expectTicks: count(1, 'Expected trades of a bar at the beginning.'),
  spanBars: z.number().min(1).default(20).describe('Span of the moving average over bars.'),
  ticksRange: z
    .tuple([z.int().min(1), z.int().min(1)])
    .refine(([fewest, most]) => fewest <= most, { params: { fix: 'write the smaller number first' } })
    .meta({ expected: 'two whole numbers, [fewest, most]' })
    .optional()
    .describe('The fewest and the most trades of a bar.'),
  amend,
};
const unit = z.enum(['tick', 'volume', 'dollar']);

/** The kinds of bars by the key that tells them, with what each takes. The one place that checks them. */
export const BAR_KINDS = {
  time: z.strictObject({ time: timeframe.describe('Length of the interval.'), from }),
  ticks: z.strictObject({ ticks: count(1, 'Trades of a bar.'), from, amend }),
  volume: z.strictObject({ volume: amount('Volume that closes a bar, in contracts or coins.'), amend }),
  dollar: z.strictObject({ dollar: amount('Value that closes a bar, in the currency of the instrument.'), amend }),
  range: z.strictObject({ range: count(1, 'Ticks from low to high.'), from, amend }),
  renko: z
    .strictObject({
      renko: count(1, 'Ticks of a brick.'),
      wicks: z.boolean().default(false).describe('Shows the furthest price against a brick as its low or high.'),
      from: from.unwrap().optional().describe('The price that bricks are made of.'),
      of: others.optional().describe('Other bars, whose closes are taken.'),
      amend,
    })
    .refine((spec) => spec.from === undefined || spec.of === undefined, { params: { fix: 'leave out from, or of' } }),
  imbalance: z.strictObject({
    imbalance: unit.describe('What is added up.'),
    expectImbalance: z.number().min(0).optional().describe('Expected imbalance of a trade at the beginning.'),
    spanTicks: z.number().min(1).optional().describe('Span of the moving average over trades.'),
    ...adaptive,
  }),
  run: z
    .strictObject({
      run: unit.describe('What is added up.'),
      expectBuyShare: share('Expected share of buyers at the beginning.').optional(),
      expectBuySize: amount('Expected size of a buyer at the beginning.').optional(),
      expectSellSize: amount('Expected size of a seller at the beginning.').optional(),
      ...adaptive,
    })
    .refine(isWhole, { params: { fix: 'give expectBuyShare, expectBuySize and expectSellSize, or none of them' } }),
  heikinAshi: z.strictObject({ heikinAshi: others.describe('The bars that are smoothed.') }),
  bars: z.strictObject({ bars: count(2, 'Bars that become one.'), of: others.describe('Which bars.') }),
  session: z.strictObject({
    session: z.enum(['RTH', 'ETH', 'day']).describe('Hours of a bar, or of several.'),
    every: every.optional().describe('Length of a bar, counted from each open of those hours.'),
  }),
} as const;

function isWhole(spec: { run: string } & { readonly [K in `expect${'BuyShare' | 'BuySize' | 'SellSize'}`]?: unknown }) {
  const sizes = [spec.expectBuySize, spec.expectSellSize].filter((size) => size !== undefined).length;
  if (spec.expectBuyShare === undefined) return sizes === 0;
  return sizes === 2 || (spec.run === 'tick' && sizes === 0);
}

type Kinds = typeof BAR_KINDS;
type BarKind = keyof Kinds;
/** A checked spec with its defaults, and the kind that tells which it is. */
export type PlanOf<K extends BarKind> = z.output<Kinds[K]> & { readonly kind: K };
export type BarPlan = { [K in BarKind]: PlanOf<K> }[BarKind];

export type BarReading = { readonly plan: BarPlan } | { readonly issues: readonly z.core.$ZodIssue[] };

/** A spec in any of its forms, checked. */
export function readBarSpec(spec: unknown): BarReading {
  const full = typeof spec === 'string' ? inFull(spec) : spec;
  const keys = typeof full === 'object' && full !== null && !Array.isArray(full) ? Object.keys(full) : [];
  const kind = kindOf(keys);
  if (kind === undefined) return { issues: [unknownKind(spec, keys)] };
  const { success, data, error } = BAR_KINDS[kind].safeParse(full);
  return success ? { plan: { ...data, kind } as BarPlan } : { issues: error.issues };
}

const kindOf = (keys: readonly string[]): BarKind | undefined =>
  keys.find((key): key is BarKind => Object.hasOwn(BAR_KINDS, key));

function inFull(text: string): unknown {
  const ticks = /^(\d+)t$/.exec(text)?.[1];
  if (ticks !== undefined) return { ticks: Number(ticks) };
  return timeframeMicros(text) === undefined ? undefined : { time: text };
}

const EXAMPLES = '1m, 1000t, { volume: 5000 }, { range: 8 } or { renko: 4, wicks: true }';
export const EXPECTED_BARS = `a timeframe or another kind of bars, such as ${EXAMPLES}`;

function unknownKind(spec: unknown, keys: readonly string[]): z.core.$ZodIssueCustom {
  const known = Object.keys(BAR_KINDS);
  const meant = keys.map((key) => nearest(key, known)).find((name) => name !== undefined);
  const kinds = `name the kind: one of ${known.join(', ')}`;
  const fix =
    meant === undefined ? (typeof spec === 'string' ? `use for example ${EXAMPLES}` : kinds) : `did you mean ${meant}?`;
  return { code: 'custom', path: [], message: EXPECTED_BARS, params: { fix }, input: spec };
}

/** What bars are called. */
export function barName(plan: BarPlan): BarName {
  const of = (spec: PrintSpec): string => {
    const read = readBarSpec(spec);
    return 'plan' in read ? barName(read.plan) : '';
  };
  const from = 'from' in plan && plan.from !== 'trades' ? plan.from : undefined;
  const price = from === undefined ? '' : ` ${from}`;
  if (plan.kind === 'time') {
    const name = timeframeName(timeframeMicros(plan.time) ?? Number.NaN);
    return from === undefined ? name : `${name} ${from}`;
  }
  if (plan.kind === 'ticks') return from === undefined ? `${plan.ticks}t` : `${plan.ticks}t ${from}`;
  if (plan.kind === 'heikinAshi') return `heikinAshi ${of(plan.heikinAshi)}`;
  if (plan.kind === 'bars') return `bars ${plan.bars} of ${of(plan.of)}`;
  if (plan.kind === 'renko') {
    return `renko ${plan.renko}${plan.wicks ? ' wicks' : ''}${price}${plan.of === undefined ? '' : ` of ${of(plan.of)}`}`;
  }
  if (plan.kind === 'imbalance') return `imbalance ${plan.imbalance} ${plan.expectTicks}`;
  if (plan.kind === 'run') return `run ${plan.run} ${plan.expectTicks}`;
  if (plan.kind === 'session') {
    const length = plan.every === undefined ? undefined : durationMicros(plan.every);
    return `session ${plan.session}${length === undefined ? '' : ` ${timeframeName(length)}`}`;
  }
  if (plan.kind === 'range') return `range ${plan.range}${price}`;
  return plan.kind === 'volume' ? `volume ${plan.volume}` : `dollar ${plan.dollar}`;
}

/** What is wrong with a spec, as an error that a user can act on. */
export function barProblem(spec: unknown, issue: z.core.$ZodIssue): Problem {
  const path = issue.path.map(String).join('.');
  const { expected, fix } = adviceOf(spec, issue);
  return {
    code: 'BAD_BARS',
    where: path === '' ? {} : { path },
    was: typeof spec === 'string' ? `'${spec}'` : (JSON.stringify(spec) ?? 'nothing'),
    expected,
    fix: fix ?? `see docs/bars.md; for example ${EXAMPLES}`,
  };
}

function adviceOf(
  spec: unknown,
  issue: z.core.$ZodIssue,
): { readonly expected: string; readonly fix?: string | undefined } {
  if (issue.code === 'custom') {
    const fix: unknown = issue.params?.['fix'];
    return { expected: EXPECTED_BARS, fix: typeof fix === 'string' ? fix : undefined };
  }
  if (issue.code !== 'unrecognized_keys') return { expected: issue.message.replace(/^.*expected /, '') };
  const kind = kindOf(Object.keys(spec as object));
  const known = kind === undefined ? [] : Object.keys(BAR_KINDS[kind].shape);
  const meant = issue.keys.map((key) => nearest(key, known)).find((name) => name !== undefined);
  return {
    expected: `one of ${known.join(', ')}`,
    fix: meant === undefined ? `remove ${issue.keys.join(', ')}` : `did you mean ${meant}?`,
  };
}
