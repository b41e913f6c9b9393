import { SeededRandom } from '../../domain/random.ts';
import type { ProviderPlugin } from '../../plugin/define.ts';
import type { StreamName } from '../../plugin/demand.ts';
import { wallMicros } from '../../runtime/wall.ts';
import { CERTIFY_CASES } from './all-cases.ts';
import { type Bench, type CaseResult, type CertifyCase, type Claims, missing } from './case.ts';
import { Ledger } from './ledger.ts';
import { openStage, type StageKit } from './open-stage.ts';
import { optionsFor, secretsIn } from './provider-options.ts';
import type { Stage } from './stage.ts';
import { Strays } from './strays.ts';
import { atMost, fail, Unfulfilled, Unplayable } from './wait.ts';

const SYMBOLS = ['NQ', 'ES'];
const STREAMS: readonly StreamName[] = ['trades', 'quotes', 'bars', 'depth'];
const CASE_LIMIT_MS = 20_000;
/** Most cases wait most of the time; so many of them wait together. */
const AT_ONCE = 8;

export interface CertifySettings {
  /** Numbers of the cases to play; all by default. */
  readonly only?: readonly number[] | undefined;
  readonly seed?: number | undefined;
  /** Symbols to play with, in place of those that the venue names. */
  readonly instruments?: readonly string[] | undefined;
}

export interface Certificate {
  readonly provider: string;
  readonly seed: number;
  readonly ms: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly CaseResult[];
  /** Errors that left the provider or its venue outside of any case: in a run they would be faults of the process. */
  readonly strays: readonly string[];
}

/** Plays the cases against the provider's own loopback venue. Errors: those of a provider that cannot even be created. */
export async function certify(plugin: ProviderPlugin, settings: CertifySettings): Promise<Certificate> {
  const { seed = 1, only } = settings;
  const startedAt = wallMicros();
  const kit = await kitOf(plugin, settings.instruments);
  const ledger = new Ledger([]);
  const strays = new Strays();
  strays.listen();
  const claims = await claimsOf(kit);
  const results: CaseResult[] = [];
  const play = async (each: CertifyCase): Promise<void> => {
    results.push(await playCase(each, { kit, claims, ledger, seed }));
  };
  const chosen = CERTIFY_CASES.filter(({ id }) => only === undefined || only.includes(id));
  const of = (when: CertifyCase['when']): CertifyCase[] => chosen.filter((each) => each.when === when);
  const together = of(undefined);
  await Promise.all(Array.from({ length: AT_ONCE }, () => inTurn(together, play)));
  await inTurn([...of('alone'), ...of('last')], play);
  await strays.stop();
  const count = (outcome: CaseResult['outcome']): number => results.filter((each) => each.outcome === outcome).length;
  return {
    provider: plugin.type,
    seed,
    ms: Math.round((wallMicros() - startedAt) / 1000),
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    cases: results.sort((a, b) => a.id - b.id),
    strays: strays.found,
  };
}

async function kitOf(plugin: ProviderPlugin, instruments: readonly string[] | undefined): Promise<StageKit> {
  const module = await plugin.loopback?.();
  if (module === undefined) throw new Unfulfilled(`${plugin.type} has no loopback venue`);
  return { plugin, makeVenue: module.default, symbols: instruments ?? module.instruments ?? SYMBOLS };
}

/** What there is to certify, seen on a stage on which nothing is played. */
async function claimsOf(kit: StageKit): Promise<Claims> {
  const random = new SeededRandom(1, 'claims');
  const stage = await openStage(kit, { random, ledger: new Ledger([]) }, {});
  const { venue, provider } = stage;
  const streams = provider.streams ?? STREAMS;
  const claims = {
    streams: STREAMS.filter((stream) => streams.includes(stream) && venue.streams.includes(stream)),
    faults: venue.faults,
    history: provider.history !== undefined,
    secrets: secretsIn(kit.plugin.options, optionsFor(kit.plugin.options, venue.options())),
    symbols: kit.symbols,
  };
  await stage.close();
  return claims;
}

interface Playing {
  readonly kit: StageKit;
  readonly claims: Claims;
  readonly ledger: Ledger;
  readonly seed: number;
}

/** Takes the next case as long as there is one: several may do so at once. */
async function inTurn(cases: CertifyCase[], play: (each: CertifyCase) => Promise<void>): Promise<void> {
  for (let next = cases.shift(); next !== undefined; next = cases.shift()) await play(next);
}

async function playCase(each: CertifyCase, playing: Playing): Promise<CaseResult> {
  const { id, name } = each;
  const lacking = missing(each, playing.claims);
  if (lacking !== undefined) return { id, name, outcome: 'skipped', why: lacking, ms: 0 };
  const startedAt = wallMicros();
  const ms = (): number => Math.round((wallMicros() - startedAt) / 1000);
  const stages: Stage[] = [];
  try {
    let why: string | undefined;
    const played = each.play(benchFor(each, playing, stages)).then((remark) => {
      why = remark;
    });
    if ((await atMost(CASE_LIMIT_MS, played)) === 'late') fail(`it did not end within ${CASE_LIMIT_MS / 1000} s`);
    return { id, name, outcome: 'passed', why, ms: ms() };
  } catch (error) {
    return { id, name, outcome: error instanceof Unplayable ? 'skipped' : 'failed', why: reasonOf(error), ms: ms() };
  } finally {
    await Promise.allSettled(stages.map((stage) => stage.close()));
  }
}

function benchFor({ id }: CertifyCase, { kit, claims, ledger, seed }: Playing, stages: Stage[]): Bench {
  const random = new SeededRandom(seed, `case ${id}`);
  const [symbol = 'NQ', other = symbol] = claims.symbols;
  return {
    claims,
    primary: claims.streams[0] ?? 'trades',
    symbol,
    other,
    random,
    ledger: ledger.lines,
    open: async (options = {}) => {
      const stage = await openStage(kit, { random, ledger: options.apart === true ? new Ledger([]) : ledger }, options);
      stages.push(stage);
      return stage;
    },
  };
}

/** One line. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}
