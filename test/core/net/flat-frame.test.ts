import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes, FlatFrame, openFrame, SymbolFinder } from '#core';
import { often } from '../../helpers/slow.ts';

const frame = new FlatFrame(['pu']);
const symbols = ['BTCUSDT', 'ETHUSDT', 'BTCUSDT_260925', 'E'];
const finder = new SymbolFinder(symbols);
const code = (key: string): number => (key === 'pu' ? 0 : key.charCodeAt(0));
const KEYS = ['a', 'B', 'e', 's', 'T', 'pu', 'nq'];

const reads = (text: string): boolean => {
  if (!openFrame(asBytes(text))) return false;
  frame.begin();
  return frame.readObject() && frame.ended;
};

/** What the frame says of a value, beside what JSON says of it. */
function compare(text: string): void {
  const object = JSON.parse(text) as Record<string, unknown>;
  for (const key of KEYS) {
    if (key === 'nq') continue;
    const value = object[key];
    const at = code(key);
    expect(frame.has(at)).toBe(key in object);
    expect(frame.number(at)).toBe(typeof value === 'number' ? value : Number.NaN);
    expect(frame.flag(at)).toBe(typeof value === 'boolean' ? value : undefined);
    expect(frame.symbol(at, finder)).toBe(symbols.indexOf(value as string));
    const isDecimal = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
    expect(frame.quoted(at)).toBe(isDecimal ? Number(value) : Number.NaN);
    const pairs = frame.quotedPairs(at);
    if (pairs !== undefined) expect(pairs).toEqual((value as string[][]).flatMap((pair) => pair.map(Number)));
  }
}

const decimal = fc.oneof(
  fc.double({ min: 1e-6, max: 1e12, noNaN: true }).map(String),
  fc.tuple(fc.bigInt(0n, 10n ** 20n), fc.nat(12)).map(([n, places]) => `${n}.${'0'.repeat(places)}${n % 997n}`),
  fc.nat().map(String),
);
const value = fc.oneof(
  fc.double({ min: 0, max: 1e12, noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(...symbols),
  decimal,
  fc.string({ maxLength: 12 }),
  fc.array(fc.tuple(decimal, decimal), { maxLength: 3 }),
);
const object = fc.dictionary(fc.constantFrom(...KEYS), value, { minKeys: 1 }).map((each) => JSON.stringify(each));

describe('a frame of plain values', () => {
  it('says what JSON.parse says, to the last bit', () => {
    let read = 0;
    fc.assert(
      fc.property(object, (text) => {
        if (!reads(text)) return;
        read++;
        compare(text);
      }),
      { numRuns: often(10_000) },
    );
    expect(read, 'enough of them were read').toBeGreaterThan(often(3000));
  });

  it('is never read when something was done to it that JSON.parse takes differently', () => {
    const put = fc.constantFrom(...'{}[]",:.0123456789-eEpstcnul \\', '\u0130', '\u0000', '\u00e9', '😀');
    const mutilated = fc
      .tuple(object, fc.nat(), fc.nat(3), fc.array(put, { maxLength: 3 }))
      .map(([text, place, cut, added]) => {
        const at = place % text.length;
        return text.slice(0, at) + added.join('') + text.slice(at + cut);
      });
    fc.assert(
      fc.property(mutilated, (text) => {
        if (reads(text)) compare(text);
      }),
      { numRuns: often(100_000) },
    );
  });

  it.each([
    ['a blank', '{"a": 1}'],
    ['an exponent', '{"a":1e3}'],
    ['a minus', '{"a":-1}'],
    ['a zero in front', '{"a":01}'],
    ['a point without a digit after it', '{"a":1.}'],
    ['an escape', '{"a":"\\u0031"}'],
    ['an escaped key', '{"\\u0061":1}'],
    ['a letter of two bytes and more behind it', '{"a":"\u00e9"}x'],
    ['a key twice', '{"a":1,"a":2}'],
    ['an object inside', '{"a":{}}'],
    ['no key', '{}'],
    ['a comma too many', '{"a":1,}'],
    ['more behind it', '{"a":1}}'],
    ['a frame of 1.1 million characters', `{"a":"${'x'.repeat(1_100_000)}"}`],
  ])('with %s is left to JSON.parse', (_, text) => {
    expect(reads(text)).toBe(false);
  });

  it('does not show what the one before it had', () => {
    expect(reads('{"a":1,"B":"2"}')).toBe(true);
    expect(reads('{"e":true}')).toBe(true);
    expect([frame.has(code('a')), frame.number(code('a')), frame.quoted(code('B'))]).toEqual([false, NaN, NaN]);
  });

  it('may be longer before it than it is', () => {
    expect(reads('{"a":"12345"}')).toBe(true);
    expect(reads('{"a":"12')).toBe(false);
  });
});
