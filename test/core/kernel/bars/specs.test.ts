import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bar, type BarSpec, barSpec, type MillraceError } from '#core';
import { explainIssue } from '../../../../core/config/explain-issue.ts';
import { optionSchema } from '../../../../core/config/option-schema.ts';
import { makeKernel, trades } from '../../../helpers/kernel-kit.ts';
import { UNIT } from './bars-kit.ts';

const market = () => makeKernel({ instruments: [UNIT] });

function refusal(spec: unknown): MillraceError {
  try {
    market().market.bars('ES', spec as BarSpec);
  } catch (error) {
    return error as MillraceError;
  }
  throw new Error('not refused');
}

/** Known and unknown ones, with words of the advice. */
const BAD: readonly (readonly [spec: unknown, fix: string])[] = [
  [{ volum: 5 }, 'did you mean volume?'],
  [{ heikinashi: '1m' }, 'did you mean heikinAshi?'],
  [{}, 'name the kind: one of time, ticks, volume'],
  [{ volume: 0 }, 'docs/bars.md'],
  [{ range: 2.5 }, 'docs/bars.md'],
  [{ renko: 4, wick: true }, 'did you mean wicks?'],
  [{ renko: 4, from: 'mid', of: '1m' }, 'leave out from, or of'],
  [{ renko: 4, of: { heikinAshi: '1m' } }, 'use bars that are made of trades or quotes'],
  [{ volume: 5, from: 'mid' }, 'remove from'],
  [{ bars: 1, of: '1m' }, 'docs/bars.md'],
  [{ time: '7s' }, 'use for example 1s, 1m or 1h'],
  [{ session: 'RTH', every: '2d' }, 'use for example 30m, 65m or 1h'],
  [{ session: 'RTH', evry: '1h' }, 'did you mean every?'],
  [{ ticks: 5, amend: 'soon' }, 'write a duration'],
  [{ imbalance: 'tick', expectTicks: 5, ticksRange: [9, 2] }, 'write the smaller number first'],
  [{ run: 'volume', expectTicks: 5, expectBuyShare: 0.5 }, 'or none of them'],
  [{ run: 'tick', expectTicks: 5, expectBuySize: 2 }, 'or none of them'],
  [undefined, 'name the kind'],
];

describe('bars that there are not', () => {
  it.each(BAD)('%j are refused when they are asked for', (spec, fix) => {
    expect(refusal(spec)).toMatchObject({ code: 'BAD_BARS', problems: [{ fix: expect.stringContaining(fix) }] });
  });

  it.each(['7s', '1000', 'volume', '0t'])("'%s' is refused as well", (spec) => {
    expect(['BAD_TIMEFRAME', 'BAD_BARS']).toContain(refusal(spec).code);
  });

  it('are refused in all four parts', () => {
    expect(refusal({ volume: -1 }).message.split('\n')).toEqual([
      'volume',
      '  was       {"volume":-1}',
      '  expected  number to be >0',
      expect.stringMatching(/^ {2}fix {7}see docs\/bars\.md; for example 1m, 1000t/),
      '  code      BAD_BARS',
    ]);
  });
});

describe('barSpec(), the option', () => {
  const options = z.strictObject({ bars: barSpec() });
  const schema = optionSchema(options);
  const places = { key: () => ({}), value: () => ({}), isCommented: () => false };
  const problems = (value: unknown) => {
    const { error } = options.safeParse(value);
    const shown = (_: unknown, one: unknown): string => JSON.stringify(one);
    const checked = { schema, value, path: [], places: places as never, shown };
    return error?.issues.flatMap((issue) => explainIssue(issue, checked)) ?? [];
  };

  it('takes what market.bars takes, as it was written', () => {
    for (const bars of ['1m', '1000t', { volume: 5000 }, { renko: 4, wicks: true }, { heikinAshi: { range: 8 } }]) {
      expect(options.parse({ bars })).toEqual({ bars });
      expect(() => market().market.bars('ES', bars as BarSpec)).not.toThrow();
    }
  });

  it('may be left out when it has a fallback', () => {
    const optional = z.strictObject({ bars: barSpec({ volume: 7 }) });
    expect(optional.parse({})).toEqual({ bars: { volume: 7 } });
    expect(optionSchema(optional).required).toBeUndefined();
    expect(problems({})).toMatchObject([{ code: 'CONFIG_MISSING_OPTION', fix: 'add bars: 1m' }]);
  });

  it('explains what is wrong inside of it', () => {
    expect(problems({ bars: { volume: -5 } })).toMatchObject([
      {
        code: 'CONFIG_INVALID_OPTION',
        expected: 'a number above 0 (volume that closes a bar, in contracts or coins)',
        fix: expect.stringContaining('without a sign'),
      },
    ]);
    expect(problems({ bars: { renko: 4, wick: true } })).toMatchObject([
      {
        code: 'CONFIG_UNKNOWN_KEY',
        was: 'wick',
        expected: 'one of renko, wicks, from, of, amend',
        fix: 'did you mean wicks?',
      },
    ]);
    expect(problems({ bars: { volum: 5 } })).toMatchObject([{ fix: 'did you mean volume?' }]);
    expect(problems({ bars: { time: '7s' } })).toMatchObject([
      { expected: expect.stringContaining('a timeframe such as 1s'), fix: 'use for example 1s, 1m or 1h' },
    ]);
    expect(problems({ bars: '7 bananas' })[0]?.expected).toContain('1000t, { volume: 5000 }');
  });

  it('tells editors of all kinds', () => {
    const kinds = schema.properties?.['bars']?.anyOf?.flatMap(({ required = [] }) => required[0] ?? []);
    expect(new Set(kinds)).toEqual(
      new Set([
        'time',
        'ticks',
        'volume',
        'dollar',
        'range',
        'renko',
        'imbalance',
        'run',
        'heikinAshi',
        'bars',
        'session',
      ]),
    );
  });
});

describe('names of bars', () => {
  it.each<[BarSpec, string]>([
    ['60s', '1m'],
    [{ time: '60s' }, '1m'],
    ['2t', '2t'],
    [{ bars: 2, of: { time: '60s' } }, 'bars 2 of 1m'],
    [{ heikinAshi: { volume: 2 } }, 'heikinAshi volume 2'],
    [{ renko: 1, of: '60s', wicks: true }, 'renko 1 wicks of 1m'],
    [{ imbalance: 'volume', expectTicks: 1, expectImbalance: 0 }, 'imbalance volume 1'],
    [{ run: 'dollar', expectTicks: 1 }, 'run dollar 1'],
  ])('%j are called %s', (spec, name) => {
    const { kernel, market: made, inside } = market();
    const bars: Bar[] = [];
    inside(() => void made.bars('ES', spec).subscribe((bar) => bars.push(bar)));
    const rows = Array.from({ length: 6 }, (_, i) => ({ ms: i * 60_000, price: 100 + i }));
    kernel.process(trades(rows), 0, rows.length);
    expect(bars[0]?.timeframe).toBe(name);
  });
});
