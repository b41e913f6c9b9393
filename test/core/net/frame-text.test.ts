import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areThirteenDigits,
  asBytes,
  byteAt,
  endOfDecimal,
  endOfFrame,
  endOfNumber,
  endOfText,
  lastNumber,
  openFrame,
  Phrase,
  SymbolFinder,
  textBetween,
  thirteenDigits,
  wordAt,
} from '#core';

const open = (text: string): void => void openFrame(asBytes(text));

/** Few letters, so that phrases are often nearly there. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', 'é'), minLength: 1, maxLength: 60 });

describe('a phrase', () => {
  it('is where the text says it, and nowhere else', () => {
    let found = 0;
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(40), (frame, start, length) => {
        const bytes = asBytes(frame);
        const phrase = frame.slice(start, start + length);
        if (phrase === '') return;
        const words = new Phrase(phrase);
        expect(words.length).toBe(asBytes(phrase).length);
        openFrame(bytes);
        for (let at = 0; at <= bytes.length; at++) {
          const isThere = Buffer.from(bytes).subarray(at).indexOf(phrase) === 0;
          if (isThere) found++;
          expect(words.isAt(at), `${phrase} in ${frame} at ${at}`).toBe(isThere);
        }
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(1000);
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 40, 41, 49])(
    'of %i bytes is not there with any byte changed',
    (length) => {
      const phrase = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.slice(0, length);
      const words = new Phrase(phrase);
      open(`..${phrase}`);
      expect(words.isAt(2)).toBe(true);
      for (let i = 0; i < length; i++) {
        open(`..${phrase.slice(0, i)}_${phrase.slice(i + 1)}`);
        expect(words.isAt(2), `byte ${i}`).toBe(false);
      }
      open(`..${phrase.slice(0, -1)}`);
      expect(words.isAt(2), 'cut off').toBe(false);
    },
  );

  it('is not made of what an earlier, longer frame left behind the end', () => {
    open('{"price":123456}');
    open('{"pri');
    expect(new Phrase('{"price":1').isAt(0)).toBe(false);
    expect([endOfFrame(), byteAt(0), wordAt(1), textBetween(1, 5)]).toEqual([5, 123, 0x69727022, '"pri']);
  });
});

describe('numbers of a frame', () => {
  it('are what JSON makes of them, to the last bit', () => {
    const digits = fc.stringMatching(/^[0-9]{1,24}$/);
    fc.assert(
      fc.property(digits, fc.option(digits, { nil: undefined }), (whole, part) => {
        const number = part === undefined ? whole : `${whole}.${part}`;
        open(`x${number},`);
        expect(endOfDecimal(1)).toBe(1 + number.length);
        expect(lastNumber()).toBe(Number(number));
        const isJson = whole === '0' || !whole.startsWith('0');
        expect(endOfNumber(1)).toBe(isJson ? 1 + number.length : -1);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['', '.', '.5', '5.', '123456789012.', '-1', 'e', '..'])('are none: %j', (number) => {
    open(`x${number},`);
    expect(endOfDecimal(1)).toBe(-1);
  });

  it.each(['1.2', '1.1234', '1.12345678', '1.123456789', '123456789012.5'])(
    'end before a second point: %s',
    (number) => {
      open(`x${number}.7,`);
      expect([endOfDecimal(1), lastNumber()]).toEqual([1 + number.length, Number(number)]);
    },
  );

  it('have thirteen digits, of which the first is no zero', () => {
    for (const number of [1_000_000_000_000, 1_767_225_600_123, 9_999_999_999_999]) {
      open(String(number));
      expect([thirteenDigits(0), areThirteenDigits(0)]).toEqual([number, true]);
    }
    for (const none of ['0767225600123', '176722560012', '17672256001.3', '1767225600a23', 'a767225600123', '']) {
      open(none);
      expect([thirteenDigits(0), areThirteenDigits(0)], none).toEqual([-1, false]);
    }
  });
});

describe('texts of a frame', () => {
  it('end at their quote, unless something has to be decoded first', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '"', '\\', '\n', '\u007f'), maxLength: 12 }),
        (inside) => {
          open(`"${inside}"`);
          const bytes = asBytes(inside);
          const stop = bytes.findIndex((byte) => byte === 34 || byte === 92 || byte < 32);
          const isPlain = stop < 0 || bytes[stop] === 34;
          expect(endOfText(1)).toBe(isPlain ? 1 + (stop < 0 ? bytes.length : stop) : -1);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('are the symbols that they say, and end there', () => {
    const symbols = ['A', 'AB', 'ABC', 'ABCD', 'ABCDE', 'BINANCE:BTCUSDT', 'BINANCE:BTCUSDC', 'é'];
    const finder = new SymbolFinder(symbols);
    for (const [number, symbol] of symbols.entries()) {
      open(`..${symbol}"`);
      expect(finder.find(2), symbol).toBe(number);
      expect(finder.end).toBe(2 + asBytes(symbol).length);
    }
    for (const [number, symbol] of symbols.entries()) {
      for (const other of symbols) {
        open(`..${other}"`);
        expect(finder.endOf(number, 2), `${symbol} in ${other}`).toBe(
          other === symbol ? 2 + asBytes(symbol).length : -1,
        );
      }
      open(`..${symbol}`);
      expect(finder.endOf(number, 2), `${symbol} without an end`).toBe(-1);
    }
    for (const none of ['', 'B', 'ABCDEF', 'BINANCE:BTCUSD', 'A\\u0042', 'AB\n']) {
      open(`..${none}"`);
      expect(finder.find(2), none).toBe(-1);
    }
    open('..ABC');
    expect(finder.find(2), 'without an end').toBe(-1);
  });
});

it('a frame of more than a megabyte is not opened', () => {
  expect([openFrame(new Uint8Array(1_048_576)), openFrame(new Uint8Array(1_048_577))]).toEqual([true, false]);
  expect(new Phrase('abcdefghijklmnopqrstuvwxyz0123456789').isAt(1_048_576)).toBe(false);
  expect(thirteenDigits(1_048_576)).toBe(-1);
});
