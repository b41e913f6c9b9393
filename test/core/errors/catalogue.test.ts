import { describe, expect, it } from 'vitest';
import { ERROR_CODES, errorPage } from '../../../core/errors/catalogue.ts';
import { sourceFiles } from '../../house/source-files.ts';

const sources = sourceFiles('core', 'plugins', 'strategies').filter(({ path }) => path !== 'core/errors/catalogue.ts');
const text = sources.map((file) => file.text).join('\n');
const PREFIXES = 'CLI|CONFIG|PLUGIN|TAPE|IMPORT|INDICATOR|PERSISTENCE|TEST';

/** Codes stand after `code:`, or are handed to a helper under the prefix of their family. */
const used = new Set(
  [
    ...[...text.matchAll(/\bcode: [^,;}\n]*/g)].flatMap(([line]) => [...line.matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)]),
    ...text.matchAll(new RegExp(`'((?:${PREFIXES})_[A-Z_]+)'`, 'g')),
  ].map(([, code = '']) => code),
);
// What the parser of YAML calls its own fault; the catalogue has it as CONFIG_DUPLICATE_KEY.
used.delete('DUPLICATE_KEY');

describe('the catalogue of errors', () => {
  it('has every code that is used', () => {
    expect([...used].filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });

  it('has no code that nobody uses', () => {
    expect(Object.keys(ERROR_CODES).filter((code) => !used.has(code))).toEqual([]);
  });

  it('is the page in docs/; after a change run vitest with -u', async () => {
    await expect(errorPage()).toMatchFileSnapshot('../../../docs/errors.md');
  });
});
