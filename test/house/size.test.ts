import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const LIMIT = 300;

describe('size of a file', () => {
  it(`stays within ${LIMIT} lines, past which a second reason to change wants its own file`, () => {
    const long = sourceFiles('core', 'plugins', 'strategies', 'bench', 'tools')
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > LIMIT)
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });
});
