import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCsv } from '../../../../core/cli/import/split-csv.ts';

describe('splitCsv', () => {
  it.each([
    ['a,b,c', ['a', 'b', 'c']],
    ['a,,', ['a', '', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""no""",""', ['say "no"', '']],
    ['', ['']],
    ['a,"b"', ['a', 'b']],
    ['"a",', ['a', '']],
  ])('splits %s', (line, cells) => {
    expect(splitCsv(line, ',')).toEqual(cells);
  });

  it.each(['"open', 'a,"b" c', '"a"b,c'])('gives nothing for %s', (line) => {
    expect(splitCsv(line, ',')).toBeUndefined();
  });

  it('reads back whatever is written with every cell quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.constantFrom(',', ';', '\t'), (cells, delimiter) => {
        const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter);
        expect(splitCsv(line, delimiter)).toEqual(cells);
      }),
    );
  });
});
