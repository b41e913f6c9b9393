import { describe, expect, it } from 'vitest';
import { type Instant, readInstant, type TimeUnit, unitOf } from '../../../../core/cli/import/epoch.ts';

const read = (text: string, unit: TimeUnit): Instant | undefined => {
  const instant = { us: 0, ns: 0 };
  return readInstant(text, unit, instant) ? instant : undefined;
};

describe('readInstant', () => {
  it.each<[string, TimeUnit, number, number]>([
    ['1582329602111234567', 'ns', 1582329602111234, 567],
    ['1582329602111234', 'us', 1582329602111234, 0],
    ['1582329602111234.5', 'us', 1582329602111234, 500],
    ['1582329602111', 'ms', 1582329602111000, 0],
    ['1582329602111.234567', 'ms', 1582329602111234, 567],
    ['1582329602', 's', 1582329602000000, 0],
    ['1582329602.111', 's', 1582329602111000, 0],
    ['1582329602.111234567', 's', 1582329602111234, 567],
    ['2020-02-22T00:00:02Z', 'iso', 1582329602000000, 0],
    ['2020-02-22 00:00:02.111', 'iso', 1582329602111000, 0],
    ['2020-02-22T00:00:02.111234567+00:00', 'iso', 1582329602111234, 567],
    ['2020-02-21 19:00:02 -0500', 'iso', 1582329602000000, 0],
    ['2020-02-22 00:00', 'iso', 1582329600000000, 0],
  ])('reads %s as %s without losing a digit', (text, unit, us, ns) => {
    expect(read(text, unit)).toEqual({ us, ns });
    expect(unitOf(text)).toBe(unit);
  });

  it.each<[string, TimeUnit]>([
    ['', 'us'],
    ['abc', 'us'],
    ['-5', 'ms'],
    ['12x4567890123456789', 'ns'],
    ['1582329602111x34567', 'ns'],
    ['yesterday', 'iso'],
    ['2020-02-22', 'us'],
  ])('refuses %j as %s', (text, unit) => {
    expect(read(text, unit)).toBeUndefined();
  });
});
