import { z } from 'zod';
import { calendarNames, isPath } from '../calendar/calendar-of.ts';
import type { PluginKind } from '../plugin/define.ts';
import { duration } from './fields.ts';

/** The sections of a configuration that hold plugins, in the order in which they are built. */
export const PLUGIN_SECTIONS = {
  providers: 'provider',
  strategies: 'strategy',
  risk: 'risk',
  persistence: 'persistence',
  services: 'service',
} as const satisfies Record<string, PluginKind>;

export type PluginSection = keyof typeof PLUGIN_SECTIONS;

export const sectionOf = (kind: PluginKind): PluginSection =>
  (Object.keys(PLUGIN_SECTIONS) as PluginSection[]).find((section) => PLUGIN_SECTIONS[section] === kind) ?? 'services';

const symbol = z
  .string()
  .min(1)
  .meta({ examples: ['ESZ5'] });

const instrumentSettings = z.strictObject({
  tickSize: z.number().positive().optional().describe('Smallest price step, in price units. ES 0.25; default 0.01.'),
  pointValue: z
    .number()
    .positive()
    .optional()
    .describe('Account currency per price unit and contract. ES 50; default 1.'),
  lotSize: z.number().positive().optional().describe('Smallest quantity step. Futures 1, BTCUSDT 0.001; default 1.'),
  currency: z.string().min(1).optional().describe('ISO 4217 code or coin; default USD.'),
  provider: z
    .string()
    .min(1)
    .optional()
    .describe('Key of the provider that serves it; default the first that knows it.'),
  calendar: z
    .string()
    .min(1)
    .refine((name) => isPath(name) || calendarNames.includes(name), {
      error: () => `Expected one of ${calendarNames.join(', ')}, or the path of a calendar’s file`,
    })
    .optional()
    .describe('When it trades: cme-equity, us-equities, crypto … or the path of a calendar’s file.'),
  expiry: z.iso.date().optional().describe('Last trading date of a contract, YYYY-MM-DD.'),
  description: z.string().optional().describe('For people.'),
});

const plugins = z.record(z.string(), z.unknown());

/** Everything in a configuration but the plugins' own options. */
export const settings = z.strictObject({
  name: z.string().min(1).optional().describe('Name of the run; default the name of the file.'),
  mode: z
    .enum(['paper', 'live'])
    .default('paper')
    .describe('paper: orders go to the simulated venue; live: to the broker, with real money.'),
  seed: z.int().nonnegative().default(1).describe('Start of all random numbers of the run.'),
  instrument: symbol.optional().describe('The instrument, when there is one.'),
  instruments: z
    .union([z.array(symbol), z.record(z.string(), instrumentSettings)])
    .optional()
    .describe('Symbols, as a list, or as a map from symbol to what is known of it.'),
  providers: plugins.default({}).describe('Where market data comes from.'),
  strategies: plugins.default({}).describe('What trades.'),
  risk: plugins.default({}).describe('What may stop an order; asked in this order, the first refusal wins.'),
  persistence: plugins.default({}).describe('What keeps a record; the tape is on unless it says tape: false.'),
  services: plugins.default({}).describe('What reads along: dashboard, metrics, alerts.'),
  paper: z
    .strictObject({
      latency: duration('5ms').describe('From decision to venue.'),
      slippageTicks: z
        .number()
        .nonnegative()
        .default(0)
        .describe('Added against us on market and stop fills, in ticks.'),
      feePerContract: z.number().default(0).describe('Account currency per contract and fill; negative is a rebate.'),
    })
    .prefault({})
    .describe('The simulated venue of paper runs and replays.'),
  run: z
    .strictObject({
      onStop: z
        .enum(['cancel', 'keep', 'flatten'])
        .default('cancel')
        .describe('At a clean stop: cancel open orders, keep them, or also close every position.'),
      barGrace: duration('250ms').describe('How long past a bar’s end the clock waits for late trades.'),
    })
    .prefault({})
    .describe('How the run behaves.'),
});

export type Settings = z.output<typeof settings>;
