import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTimes, decodeWhole, encodeTimes, encodeWhole } from '../../../core/tape/int64.ts';

const int64s = (bytes: Uint8Array): bigint[] => [...new BigInt64Array(bytes.buffer)];
const micros = fc.integer({ min: -(2 ** 51), max: 2 ** 52 });
const remainder = fc.integer({ min: 0, max: 999 });

describe('int64 columns', () => {
  it('hold times as nanoseconds since 1970, exactly', () => {
    fc.assert(
      fc.property(micros, remainder, (us, ns) => {
        const bytes = encodeTimes(Float64Array.of(us), Uint16Array.of(ns), 1);
        expect(int64s(bytes)).toEqual([BigInt(us) * 1000n + BigInt(ns)]);
      }),
    );
  });

  it('give times and remainders back', () => {
    fc.assert(
      fc.property(micros, remainder, (us, ns) => {
        const [back, rest] = [new Float64Array(1), new Uint16Array(1)];
        decodeTimes(new Uint8Array(BigInt64Array.of(BigInt(us) * 1000n + BigInt(ns)).buffer), 1, back, rest);
        expect([back[0], rest[0]]).toEqual([us, ns]);
      }),
    );
  });

  it('hold whole numbers up to 2⁵³, and give them back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = encodeWhole(Float64Array.of(value), 1);
        expect(int64s(bytes)).toEqual([BigInt(value)]);
        const back = new Float64Array(1);
        decodeWhole(bytes, 1, back);
        expect(back[0]).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('are read wherever they lie in a buffer', () => {
    const bytes = new Uint8Array(9);
    bytes.set(encodeWhole(Float64Array.of(4_294_967_299), 1), 1);
    const back = new Float64Array(1);
    decodeWhole(bytes.subarray(1), 1, back);
    expect(back[0]).toBe(4_294_967_299);
  });
});
