import { describe, expect, it } from 'vitest';
import { MillraceError } from '#core';

const parts = { code: 'CODE', was: 'this', expected: 'that', fix: 'do so' };
const lines = ['  was       this', '  expected  that', '  fix       do so', '  code      CODE'];
const textOf = (where: object): readonly string[] => new MillraceError({ ...parts, where }).message.split('\n');

describe('an error', () => {
  it('begins with its place: file, line, column and path', () => {
    expect(textOf({ file: 'a.yaml', line: 3, column: 5, path: 'risk.limit' })).toEqual([
      'a.yaml:3:5  risk.limit',
      ...lines,
    ]);
    expect(textOf({ path: '--for' })).toEqual(['--for', ...lines]);
  });

  it('without a place has its four parts and says nothing twice', () => {
    expect(textOf({})).toEqual(lines);
  });

  it('does not repeat the option that a setting of the command line names', () => {
    expect(textOf({ file: '--set risk.limit', path: 'risk.limit' })[0]).toBe('--set risk.limit');
    expect(textOf({ file: '--set risk', path: 'risk.limit' })[0]).toBe('--set risk  risk.limit');
  });
});
