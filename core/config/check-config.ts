import type { InstrumentSpec } from '../domain/instrument.ts';
import { MillraceError, type Problem } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import { checkPlugins } from './check-plugins.ts';
import { explainIssue } from './explain-issue.ts';
import { optionSchema } from './option-schema.ts';
import { Places } from './places.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import type { RunConfig } from './run-config.ts';
import { Secrets, soundsSecret } from './secrets.ts';
import { type Settings, settings } from './settings.ts';
import { shown } from './shown.ts';

export interface TreeOrigin {
  /** Folder that relative paths start from. */
  readonly baseDir: string;
  readonly file?: string | undefined;
  /** Where each value was written, when the tree came from a file. */
  readonly places?: Places | undefined;
  /** Name of the run when the tree has none. */
  readonly name?: string | undefined;
  /** Problems that were found on the way here; they are reported with the rest. */
  readonly problems?: readonly Problem[] | undefined;
}

/**
 * Checks a configuration tree whose variables are filled in, for example the one that a tape's manifest keeps, and loads
 * the plugins that it names. Throws one MillraceError that holds every problem.
 */
export async function checkConfigTree(
  tree: Readonly<Record<string, unknown>>,
  registry: PluginRegistry,
  origin: TreeOrigin,
): Promise<RunConfig> {
  const places = origin.places ?? new Places(origin.file);
  const secrets = new Secrets();
  for (const { name, text } of places.used()) if (soundsSecret(name)) secrets.add(text);

  const general = checkSettings(withoutEmptySections(tree), places);
  const plugins = await checkPlugins(tree, {
    registry,
    baseDir: origin.baseDir,
    symbols: general.instruments.map(({ symbol }) => symbol),
    places,
    secrets,
  });
  const before = origin.problems ?? [];
  const problems = [...before, ...withoutConsequences([...general.problems, ...plugins.problems], before)];
  if (problems.length > 0 || general.settings === undefined) {
    throw new MillraceError(inOrder(problems).map((problem) => secrets.maskProblem(problem)));
  }
  const { mode, seed, paper, run } = general.settings;
  return {
    name: general.settings.name ?? origin.name ?? 'run',
    file: origin.file,
    baseDir: origin.baseDir,
    mode,
    seed,
    instruments: general.instruments,
    ...plugins.loaded,
    paper: {
      latencyUs: paper.latency,
      slippageTicks: paper.slippageTicks,
      feePerContract: paper.feePerContract,
    },
    run: { onStop: run.onStop, barGraceUs: run.barGrace },
    source: secrets.mask(tree),
  };
}

interface General {
  readonly settings: Settings | undefined;
  readonly instruments: readonly InstrumentSpec[];
  readonly problems: readonly Problem[];
}

function checkSettings(tree: Readonly<Record<string, unknown>>, places: Places): General {
  const schema = optionSchema(settings);
  const result = settings.safeParse(tree);
  const problems = (result.error?.issues ?? []).flatMap((issue) =>
    explainIssue(issue, {
      schema,
      value: tree,
      path: [],
      places,
      shown: (path, value) => shown(value, places.variable(path)),
    }),
  );
  const instruments = instrumentsOf(tree);
  const symbols = instruments.map(({ symbol }) => symbol);
  const repeated = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (repeated !== undefined) {
    problems.push({
      code: 'CONFIG_INVALID_OPTION',
      where: places.value(['instruments', symbols.lastIndexOf(repeated)]),
      was: repeated,
      expected: 'each symbol once',
      fix: 'remove one of the two',
    });
  }
  if (tree['instrument'] !== undefined && tree['instruments'] !== undefined) {
    problems.push({
      code: 'CONFIG_INVALID_OPTION',
      where: places.key(['instruments']),
      was: 'both instrument and instruments',
      expected: 'one of the two',
      fix: 'move the symbol into instruments and remove instrument',
    });
  }
  return {
    settings: result.data,
    instruments,
    problems: [...problems, ...unknownProviders(instruments, tree, places)],
  };
}

/** Read from the unchecked tree, so that strategies' instrument names are checked even when another setting is wrong. */
function instrumentsOf(tree: Readonly<Record<string, unknown>>): readonly InstrumentSpec[] {
  const { instrument, instruments } = tree;
  if (typeof instrument === 'string') return [{ symbol: instrument }];
  if (Array.isArray(instruments))
    return instruments.filter((item) => typeof item === 'string').map((symbol) => ({ symbol }));
  if (typeof instruments !== 'object' || instruments === null) return [];
  return Object.entries(instruments).map(([symbol, known]) => ({ ...(known as object), symbol }));
}

function unknownProviders(
  instruments: readonly InstrumentSpec[],
  tree: Readonly<Record<string, unknown>>,
  places: Places,
): readonly Problem[] {
  const providers = Object.keys((tree['providers'] as object | null | undefined) ?? {});
  return instruments
    .filter(({ provider }) => typeof provider === 'string' && !providers.includes(provider))
    .map(({ symbol, provider = '' }) => {
      const meant = nearest(provider, providers);
      return {
        code: 'CONFIG_INVALID_OPTION',
        where: places.value(['instruments', symbol, 'provider']),
        was: provider,
        expected: `a key below providers: ${providers.join(', ') || 'there is none'}`,
        fix: meant === undefined ? 'name one of them' : `did you mean ${meant}?`,
      };
    });
}

/** `risk:` with every entry commented out means the same as no such section; so does `ESZ5:` without settings. */
function withoutEmptySections(tree: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sections = new Set([
    'providers',
    'strategies',
    'risk',
    'persistence',
    'services',
    'paper',
    'run',
    'instruments',
  ]);
  const filled = Object.fromEntries(
    Object.entries(tree).filter(([key, value]) => value !== null || !sections.has(key)),
  );
  const { instruments } = filled;
  if (typeof instruments === 'object' && !Array.isArray(instruments)) {
    filled['instruments'] = Object.fromEntries(
      Object.entries(instruments ?? {}).map(([key, known]) => [key, known ?? {}]),
    );
    if (instruments === undefined) delete filled['instruments'];
  }
  return filled;
}

/** A text that could not be read spoils its option: that what is left of it is not what was expected is no news. */
function withoutConsequences(problems: readonly Problem[], spoilt: readonly Problem[]): readonly Problem[] {
  const paths = spoilt.flatMap(({ where }) => where.path ?? []);
  return problems.filter(({ where }) => !paths.some((path) => `${where.path}.`.startsWith(`${path}.`)));
}

/** In the order of the file, each once: an anchor that is used twice reports its fault twice. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...byText.values()].sort(
    (a, b) => (a.where.line ?? 0) - (b.where.line ?? 0) || (a.where.column ?? 0) - (b.where.column ?? 0),
  );
}
