import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../../core/cli/registry.ts';
import { loadConfig } from '../../../core/config/load-config.ts';
import { MillraceError, type Problem } from '../../../core/errors/millrace-error.ts';

const folder = fileURLToPath(new URL('../../fixtures/config/broken/', import.meta.url));
const registry = createRegistry(fileURLToPath(new URL('../../fixtures/registry/', import.meta.url)));
const env = { SEED: '7', WORD: 'plenty', DAILY_LIMIT: '500' };

/** `line:column code path`, read off the files with a ruler, and words of the advice. */
const BROKEN: Readonly<Record<string, readonly (readonly [place: string, fix: string])[]>> = {
  'tab-indentation': [
    ['3:1 CONFIG_SYNTAX', 'two spaces'],
    ['5:1 CONFIG_SYNTAX', 'two spaces'],
  ],
  'duplicate-key': [['4:1 CONFIG_DUPLICATE_KEY', 'remove one']],
  'duplicate-plugin': [['5:3 CONFIG_DUPLICATE_KEY', 'max-position/second']],
  'bad-indentation': [['5:1 CONFIG_SYNTAX', 'line the entry up']],
  'unclosed-quote': [['1:13 CONFIG_SYNTAX', 'close the quote']],
  'unclosed-brace': [['2:12 CONFIG_SYNTAX', 'close the bracket']],
  'bare-variable-in-braces': [['4:24 CONFIG_SYNTAX', 'with the quotes']],
  'space-in-variable-default': [['5:12 CONFIG_SYNTAX', 'with the quotes']],
  'no-space-after-colon': [['3:1 CONFIG_SYNTAX', 'write seed: 7']],
  'key-without-colon': [['2:1 CONFIG_SYNTAX', 'write paper: …']],
  'reserved-character': [['1:13 CONFIG_SYNTAX', 'quotes around the value']],
  'bad-escape': [['2:30 CONFIG_SYNTAX', 'single quotes']],
  'two-values-on-a-line': [['2:7 CONFIG_SYNTAX', 'put quotes around a value']],
  'undefined-alias': [['4:15 CONFIG_SYNTAX risk.daily-loss', 'add &usual']],
  'looping-anchor': [['4:15 CONFIG_SYNTAX risk.daily-loss', 'write the value out']],
  'two-documents': [['3:1 CONFIG_SYNTAX', 'remove the --- line']],
  empty: [['1:1 CONFIG_EMPTY', 'runtime new project']],
  'only-comments': [['1:1 CONFIG_EMPTY', 'runtime new project']],
  'list-at-the-top': [['2:1 CONFIG_NOT_A_MAP', 'start from a file in config/']],
  'unknown-section': [['3:1 CONFIG_UNKNOWN_KEY account', 'remove account']],
  'misspelt-section': [['3:1 CONFIG_UNKNOWN_KEY strategys', 'did you mean strategies?']],
  'wrong-type': [['4:26 CONFIG_INVALID_OPTION strategies.sma-cross.quantity', 'for example quantity: 1']],
  'quoted-number': [['5:15 CONFIG_INVALID_OPTION strategies.sma-cross.quantity', 'without quotes: quantity: 2']],
  'negative-limit': [['4:24 CONFIG_INVALID_OPTION risk.daily-loss.limit', 'without a sign, for example limit: 500']],
  fraction: [['5:16 CONFIG_INVALID_OPTION risk.max-position.contracts', 'for example contracts: 1']],
  'out-of-range': [['3:20 CONFIG_INVALID_OPTION providers.feed.retries', 'for example retries: 3']],
  'misspelt-mode': [['3:7 CONFIG_INVALID_OPTION mode', 'did you mean paper?']],
  'misspelt-timeframe': [['4:40 CONFIG_INVALID_OPTION strategies.sma-cross.timeframe', 'write 1m']],
  'crooked-timeframe': [['4:40 CONFIG_INVALID_OPTION strategies.sma-cross.timeframe', 'divides a day']],
  'timeframe-in-a-list': [['5:26 CONFIG_INVALID_OPTION strategies.confluence.timeframes.2', 'write 1h']],
  'bad-duration': [['4:12 CONFIG_INVALID_OPTION paper.latency', 'write 5s']],
  'misspelt-plugin': [['4:3 PLUGIN_NOT_FOUND risk.max-postion', 'did you mean max-position?']],
  'misspelt-option': [
    ['4:3 CONFIG_MISSING_OPTION risk.max-position.contracts', 'add contracts: 1 below max-position'],
    ['5:5 CONFIG_UNKNOWN_KEY risk.max-position.contract', 'did you mean contracts?'],
  ],
  'wrong-section': [['4:3 PLUGIN_NOT_FOUND strategies.max-position', 'is a risk: move it below risk']],
  'missing-option': [['4:3 CONFIG_MISSING_OPTION strategies.sma-cross.quantity', 'add quantity: 1 below sma-cross']],
  'commented-out-value': [['5:5 CONFIG_INVALID_OPTION risk.daily-loss.limit', 'write limit: 500']],
  'unset-variable': [['5:12 CONFIG_UNSET_VARIABLE risk.daily-loss.limit', 'export LIMIT=']],
  'misspelt-variable': [['5:12 CONFIG_UNSET_VARIABLE risk.daily-loss.limit', 'did you mean ${DAILY_LIMIT}?']],
  'malformed-variable': [['3:7 CONFIG_BAD_VARIABLE name', 'correct the name']],
  'variable-of-the-wrong-type': [['5:12 CONFIG_INVALID_OPTION risk.daily-loss.limit', 'for example limit: 500']],
  'variables-in-comments': [],
  'huge-integer': [['3:7 CONFIG_NUMBER_TOO_LARGE seed', '"12345678901234567890"']],
  'unknown-instrument': [['4:36 CONFIG_UNKNOWN_INSTRUMENT strategies.sma-cross.hedge', 'did you mean NQZ5?']],
  'both-instrument-and-instruments': [['2:1 CONFIG_INVALID_OPTION instruments', 'remove instrument']],
  'repeated-instrument': [['4:5 CONFIG_INVALID_OPTION instruments.2', 'remove one']],
  'instrument-as-number': [['1:13 CONFIG_INVALID_OPTION instrument', 'put quotes around it: instrument: "600519"']],
  'unknown-provider-of-an-instrument': [['2:21 CONFIG_INVALID_OPTION instruments.ESZ5.provider', 'did you mean feed?']],
  'no-provider': [['2:1 CONFIG_NO_PROVIDER providers', 'simulator']],
  'no-provider-section': [['1:1 CONFIG_NO_PROVIDER providers', 'simulator']],
  'one-value-where-a-list-belongs': [
    ['5:17 CONFIG_INVALID_OPTION strategies.confluence.timeframes', 'write a list: timeframes: [5m]'],
  ],
  'list-of-plugins': [['4:3 CONFIG_INVALID_OPTION risk', 'max-position: {}']],
  'options-as-text': [['4:17 CONFIG_INVALID_OPTION risk.max-position', '{ contracts: 1 }']],
  'missing-file': [['4:3 PLUGIN_NOT_FOUND strategies../my-strategy.ts', 'check the path']],
  'unknown-package': [['4:3 PLUGIN_NOT_FOUND services.@acme/dashboard', 'npm install @acme/dashboard']],
  'inside-a-union': [['5:32 CONFIG_INVALID_OPTION strategies.confluence.exit.ticks', 'without a sign']],
  'broken-rule-of-two-options': [['4:44 CONFIG_INVALID_OPTION strategies.sma-cross.fast', 'swap them']],
  'switch-by-word': [['3:16 CONFIG_INVALID_OPTION run.onStop', 'for example onStop: cancel']],
  'missing-secret-file': [['4:20 CONFIG_SECRET_FILE services.alerts.token', 'write the file']],
  'several-faults': [
    ['2:7 CONFIG_INVALID_OPTION mode', 'did you mean paper?'],
    ['3:14 PLUGIN_NOT_FOUND providers.fed', 'did you mean feed?'],
    ['6:15 CONFIG_UNSET_VARIABLE strategies.sma-cross.quantity', 'export QUANTITY='],
    ['7:5 CONFIG_UNKNOWN_KEY strategies.sma-cross.fsat', 'did you mean fast?'],
    ['9:24 CONFIG_INVALID_OPTION risk.daily-loss.limit', 'without a sign'],
  ],
};

async function problemsOf(name: string): Promise<readonly Problem[]> {
  const result = await loadConfig(`${folder}${name}.yaml`, registry, { env }).catch((error: unknown) => error);
  if (result instanceof MillraceError) return result.problems;
  if (result instanceof Error) throw result;
  return [];
}

const place = ({ where, code }: Problem): string =>
  [`${where.line}:${where.column}`, code, where.path ?? ''].join(' ').trim();

describe('a broken configuration', () => {
  it.each(Object.entries(BROKEN))('%s is reported at its line and column', async (name, expected) => {
    const problems = await problemsOf(name);
    expect(problems.map(place)).toEqual(expected.map(([where]) => where));
    for (const [i, { fix }] of problems.entries()) expect(fix).toContain(expected[i]?.[1]);
  });

  it('has a row here for every file, thirty kinds at least', () => {
    const files = readdirSync(folder).map((file) => file.replace('.yaml', ''));
    expect(files.toSorted()).toEqual(Object.keys(BROKEN).toSorted());
    expect(files.length).toBeGreaterThan(30);
  });
});
