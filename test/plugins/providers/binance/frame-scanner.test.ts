import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SIDE_BUY } from '#core';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { keepingDecoder } from './decoder.ts';

afterEach(() => vi.restoreAllMocks());

/** Two decoders that hear the same; a blank in front is enough for the second to parse each frame as JSON. */
function pair(symbols: readonly string[]) {
  const [scanning, parsing] = [keepingDecoder(symbols), keepingDecoder(symbols)];
  const said = ({ rows, link }: typeof scanning): unknown => [
    (['trades', 'quotes', 'depth', 'bars'] as const).map((kind) => rows(kind)),
    link.said.gaps,
    link.said.bad,
  ];
  return {
    read: (text: string): void => {
      const control = scanning.read(text);
      const stream = scanning.streamRead();
      expect(parsing.read(` ${text}`)).toEqual(control);
      expect(parsing.streamRead()).toEqual(stream);
    },
    snapshot: (symbol: string, answer: unknown): void => {
      for (const each of [scanning, parsing]) each.snapshot(symbol, answer);
    },
    agree: (): void => {
      for (const each of [scanning, parsing]) each.settle();
      expect(said(scanning)).toEqual(said(parsing));
      for (const each of [scanning, parsing]) each.clear();
    },
  };
}

const price = fc.oneof(
  fc.integer({ min: 1, max: 1e9 }).map((n) => (n / 100).toFixed(8)),
  fc.double({ min: 1e-6, max: 1e6, noNaN: true }).map(String),
  fc.constantFrom('0', '0.00000000', '1e3', '', 'NaN', '-1'),
);
const ms = fc.integer({ min: 1.5e12, max: 2e12 });
const number = fc.oneof(fc.nat(1e6), fc.constantFrom(2 ** 53, -1, 1.5));
const s = fc.constantFrom('BTCUSDT', 'ETHUSDT', 'XYZ');
const m = fc.boolean();
const levels = fc.array(fc.tuple(price, price), { maxLength: 3 });
const optional = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });
/** In the order of the venue. */
const spotTrade = fc.record({
  e: fc.constant('trade'),
  E: ms,
  s,
  t: number,
  p: price,
  q: price,
  T: ms,
  m,
  M: fc.constant(true),
});
const data = fc.oneof(
  fc.record({ e: fc.constant('trade'), E: ms, T: optional(ms), s, t: number, p: price, q: price, m, M: m }),
  spotTrade,
  fc.record({
    e: fc.constant('trade'),
    E: ms,
    s,
    t: number,
    p: price,
    q: price,
    X: fc.constantFrom('MARKET', 'NA'),
    m,
  }),
  fc.record({ e: fc.constant('aggTrade'), E: ms, a: number, s, p: price, q: price, nq: price, f: number, T: ms, m }),
  fc.record({ u: number, s, b: price, B: price, a: price, A: price }),
  fc.record({ e: fc.constant('bookTicker'), u: number, s, b: price, B: price, a: price, A: price, T: ms, ps: s }),
  fc.record({
    e: fc.constant('depthUpdate'),
    E: ms,
    s,
    U: number,
    u: number,
    pu: optional(number),
    b: levels,
    a: levels,
  }),
);
const frame = fc
  .tuple(data, fc.constantFrom('btcusdt@trade', 'ethusdt@trade', 'x'))
  .map(([each, stream]) => JSON.stringify({ stream, data: each }));

describe('frames that are scanned and frames that are parsed', () => {
  it('make the same rows, gaps and complaints', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), (frames) => {
        const { read, snapshot, agree } = pair(['BTCUSDT', 'ETHUSDT']);
        snapshot('BTCUSDT', { lastUpdateId: 500_000, bids: [], asks: [] });
        for (const text of frames) read(text);
        agree();
      }),
      { numRuns: 2000 },
    );
  });

  it('do so after something was done to them', () => {
    const put = fc.constantFrom(...'{}[]",:.0123456789-eEpqstTuUbBaAmMX \\', '\u0130', '\u00e9');
    const mutilated = fc
      .tuple(frame, fc.nat(), fc.nat(3), fc.array(put, { maxLength: 3 }))
      .map(([text, place, cut, added]) => {
        const at = place % text.length;
        return text.slice(0, at) + added.join('') + text.slice(at + cut);
      });
    fc.assert(
      fc.property(fc.array(mutilated, { minLength: 20, maxLength: 40 }), (frames) => {
        const { read, agree } = pair(['BTCUSDT', 'ETHUSDT']);
        for (const text of frames) read(text);
        agree();
      }),
      { numRuns: 400 },
    );
  });
});

describe('a trade of spot as the venue writes it', () => {
  const usual =
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1767225600124,"s":"BTCUSDT","t":7,"p":"93000.10000000","q":"0.50000000","T":1767225600123,"m":false,"M":true}}';

  it('is read word for word', () => {
    const { read, rows, streamRead } = keepingDecoder(['BTCUSDT']);
    const parse = vi.spyOn(JSON, 'parse');
    read(usual);
    expect(parse).not.toHaveBeenCalled();
    expect(rows('trades')).toEqual([
      { inst: 0, id: 7, price: 93_000.1, size: 0.5, side: SIDE_BUY, event: 1_767_225_600_123_000 },
    ]);
    expect(streamRead()).toBe('btcusdt@trade');
  });

  it.each([
    ['a time of 12 digits and a zero', '"T":1767225600123', '"T":0767225600123'],
    ['a time of 14 digits', '"T":1767225600123', '"T":17672256001234'],
    ['no time at which it was made', '"E":1767225600124', '"E":"1767225600124'],
    ['a number with a zero in front', '"t":7', '"t":07'],
    ['half a number', '"t":7', '"t":7.5'],
    ['no price', '"p":"93000.10000000"', '"p":"0.00000000"'],
    ['a size without an end', '"q":"0.50000000"', '"q":"0.50000000'],
    ['neither side', '"m":false', '"m":null'],
    ['the name of another stream', 'btcusdt@trade', 'btcusdt@aggTrade'],
    ['another symbol than its stream', '"s":"BTCUSDT"', '"s":"ETHUSDT"'],
    ['more behind it', 'true}}', 'true}} '],
    ['less behind it', 'true}}', 'true}'],
  ])('with %s makes what JSON.parse makes of it', (_, what, instead) => {
    const { read, agree } = pair(['BTCUSDT', 'ETHUSDT']);
    read(usual.replace(what, instead));
    agree();
  });
});

interface Frame {
  readonly data: { readonly s: string };
}

describeWithData('frames as they were recorded', () => {
  const linesOf = (path: string): string[] =>
    gunzipSync(readFileSync(sharedData(path)))
      .toString('utf8')
      .split('\n')
      .map((line) => line.slice(line.indexOf('{')))
      .filter((line) => line.startsWith('{"stream"'));

  it.each([
    'hftbacktest/spot_btcusdt_20240808.gz',
    'hftbacktest/usdm_btcusdt_20240808.gz',
    'hftbacktest/cm_btcusd_perp_20240808.gz',
    'cryptofeed/BINANCE.ws.1.0.gz',
    'cryptofeed/BINANCE_FUTURES.ws.1.0.gz',
  ])('%s: all but bars are scanned, to the same rows', (path) => {
    const lines = linesOf(path).slice(0, 5000);
    const symbols = [...new Set(lines.map((line) => (JSON.parse(line) as Frame).data.s))];
    const { read, agree } = pair(symbols);
    const { read: readAlone } = keepingDecoder(symbols);
    for (const line of lines) {
      read(line);
      const parse = vi.spyOn(JSON, 'parse');
      readAlone(line);
      // Bars come rarely, and are objects within objects.
      const calls = line.includes('"e":"kline"') ? 1 : 0;
      expect(parse, line).toHaveBeenCalledTimes(calls);
      parse.mockRestore();
    }
    agree();
    expect(lines.length).toBeGreaterThan(50);
  });
});
