import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes } from '#core';
import { TradeScanner } from '../../../../plugins/providers/finnhub/trade-scanner.ts';
import { often } from '../../../helpers/slow.ts';

const SYMBOLS = ['BINANCE:BTCUSDT', 'AAPL', 'IC MARKETS:1'];
const scanner = new TradeScanner(SYMBOLS);

const scan = (text: string): number => scanner.scan(asBytes(text));

type Item = { s: string; p: number; t: number; v: number; c?: string[] | null };

const scanned = (text: string): Item[] | undefined => {
  const count = scan(text);
  if (count < 0) return undefined;
  return Array.from({ length: count }, (_, i) => ({
    s: SYMBOLS[scanner.inst[i]!]!,
    p: scanner.price[i]!,
    t: scanner.ms[i]!,
    v: scanner.size[i]!,
  }));
};

/** What JSON says, in the same shape; `undefined` when it is no JSON. */
function parsed(text: string): Item[] | undefined {
  try {
    return (JSON.parse(text) as { data: Item[] }).data.map(({ s, p, t, v }) => ({ s, p, t, v }));
  } catch {
    return undefined;
  }
}

const item = fc.record(
  {
    c: fc.oneof(fc.constant(null), fc.array(fc.nat(60).map(String), { maxLength: 3 })),
    p: fc.oneof(
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.nat(1e7).map((n) => (n + 1) / 100),
    ),
    s: fc.constantFrom(...SYMBOLS),
    t: fc.integer({ min: 1.5e12, max: 2e12 }),
    v: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(1e6)),
  },
  { requiredKeys: ['p', 's', 't', 'v'] },
);
const frame = fc
  .tuple(fc.array(item, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([data, usual]) => JSON.stringify(usual ? { data, type: 'trade' } : { type: 'trade', data }));

describe('the scanner of trade frames', () => {
  it('reads the form that the venue sends', () => {
    const text = '{"data":[{"c":["1","12"],"p":251.07,"s":"AAPL","t":1767225600456,"v":40}],"type":"trade"}';
    expect(scanned(text)).toEqual([{ s: 'AAPL', p: 251.07, t: 1767225600456, v: 40 }]);
  });

  it.each([
    ['a blank', '{"data": [{"p":1,"s":"AAPL","t":1767225600456,"v":1}],"type":"trade"}'],
    ['an exponent', '{"data":[{"p":1e3,"s":"AAPL","t":1767225600456,"v":1}],"type":"trade"}'],
    ['an unknown symbol', '{"data":[{"p":1,"s":"MSFT","t":1767225600456,"v":1}],"type":"trade"}'],
    ['a missing volume', '{"data":[{"p":1,"s":"AAPL","t":1767225600456}],"type":"trade"}'],
    ['a key twice', '{"data":[{"p":1,"p":2,"s":"AAPL","t":1767225600456,"v":1}],"type":"trade"}'],
    ['a price of nothing', '{"data":[{"p":0,"s":"AAPL","t":1767225600456,"v":1}],"type":"trade"}'],
    ['seconds', '{"data":[{"p":1,"s":"AAPL","t":1767225600,"v":1}],"type":"trade"}'],
    ['an end too early', '{"data":[{"p":1,"s":"AAPL","t":1767225600456,"v":1}'],
    ['no trades', '{"data":[],"type":"trade"}'],
  ])('leaves %s to JSON.parse', (_, text) => {
    expect(scan(text)).toBe(-1);
  });

  it('reads what JSON.parse reads, to the last bit, or nothing', () => {
    let read = 0;
    fc.assert(
      fc.property(frame, (text) => {
        const found = scanned(text);
        if (found === undefined) return;
        read++;
        expect(found).toEqual(parsed(text));
      }),
      { numRuns: 20_000 },
    );
    expect(read, 'enough of them were read').toBeGreaterThan(3000);
  });

  it('reads nothing into mutilated frames that JSON.parse does not', () => {
    const alphabet = fc.constantFrom(...'{}[]",:.0123456789-eEpstvcnul \\', 'x');
    const mutilated = fc
      .tuple(frame, fc.nat(), fc.nat(3), fc.array(alphabet, { maxLength: 3 }))
      .map(([text, place, cut, put]) => {
        const at = place % text.length;
        return text.slice(0, at) + put.join('') + text.slice(at + cut);
      });
    fc.assert(
      fc.property(mutilated, (text) => {
        const found = scanned(text);
        if (found !== undefined) expect(found, text).toEqual(parsed(text));
      }),
      { numRuns: often(100_000) },
    );
  });
});
