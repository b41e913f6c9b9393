import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes, ChunkWriter, type QuoteEvent, RecentFingerprints, type TradeEvent } from '#core';
import { FrameReader } from '../../../../plugins/providers/finnhub/frame-reader.ts';
import { Interest } from '../../../../plugins/providers/finnhub/interest.ts';
import { testLink } from '../../../helpers/provider-rig.ts';
import { often } from '../../../helpers/slow.ts';
import { rowsOf } from './rows-of.ts';

const SYMBOLS = ['BINANCE:BTCUSDT', 'AAPL', 'OANDA:EUR_USD'];

/** The sample of the venue's documentation, with its two symbols in one frame. */
const SAMPLE = `{"type":"trade","data":[
  {"s":"BINANCE:BTCUSDT","p":64250.5,"t":1767225600123,"v":0.0125},
  {"s":"AAPL","p":251.07,"t":1767225600456,"v":40,"c":["1","12"]}]}`;

interface Options {
  readonly quotes?: boolean;
  readonly seen?: RecentFingerprints | undefined;
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

function setUp(options: Options = {}) {
  const { quotes = true, only = [], without = [] } = options;
  const seen = 'seen' in options ? options.seen : new RecentFingerprints(10_000);
  const numbers = new Map(SYMBOLS.map((symbol, i) => [symbol, i]));
  const interest = new Interest(numbers);
  interest.follow(
    SYMBOLS.flatMap((instrument) => [
      { stream: 'trades' as const, instrument },
      { stream: 'quotes' as const, instrument },
    ]),
  );
  const link = testLink();
  const rows: (TradeEvent | QuoteEvent)[] = [];
  const reader = new FrameReader({
    numbers,
    interest,
    link,
    writer: new ChunkWriter((chunk) => rows.push(...rowsOf(chunk, SYMBOLS))),
    seen,
    asQuote: Uint8Array.from(SYMBOLS, () => (quotes ? 1 : 0)),
    conditions: { only, without },
  });
  const read = (text: string): string | undefined => reader.read(asBytes(text));
  return { read, leftOut: reader.leftOut, link, rows, interest };
}

const frameOf = (...data: object[]): string => JSON.stringify({ data, type: 'trade' });
const btc = { s: 'BINANCE:BTCUSDT', p: 64250.5, t: 1767225600123, v: 0.0125 };

describe('the decoder of Finnhub', () => {
  it('maps the documented frame, each trade to its own symbol', () => {
    const { read, rows, link } = setUp();
    expect(read(SAMPLE)).toBeUndefined();
    expect(rows).toEqual([
      { kind: 'trade', instrument: 'BINANCE:BTCUSDT', price: 64250.5, size: 0.0125, tsEvent: 1767225600123 },
      { kind: 'trade', instrument: 'AAPL', price: 251.07, size: 40, tsEvent: 1767225600456 },
    ]);
    expect(link.said.bad).toEqual([]);
  });

  it('takes conditions that are null or absent', () => {
    const { read, rows, link } = setUp();
    read(frameOf({ ...btc, c: null }));
    expect([rows.length, link.said.bad]).toEqual([1, []]);
  });

  it('takes a price without a trade as a quote of no size, never as a trade', () => {
    const { read, rows } = setUp();
    read(frameOf({ s: 'OANDA:EUR_USD', p: 1.0821, t: 1767225600123, v: 0 }));
    expect(rows).toEqual([
      {
        kind: 'quote',
        instrument: 'OANDA:EUR_USD',
        bid: 1.0821,
        ask: 1.0821,
        bidSize: 0,
        askSize: 0,
        tsEvent: 1767225600123,
      },
    ]);
  });

  it('leaves such prices out where something trades, and counts them', () => {
    const { read, leftOut, rows } = setUp({ quotes: false });
    read(frameOf({ ...btc, v: 0 }, btc));
    expect([rows.length, leftOut.priceUpdates]).toEqual([1, 1]);
  });

  it('keeps the order of the frame, though it is not that of time', () => {
    const { read, rows } = setUp();
    read(frameOf({ ...btc, t: 1767225621036 }, { ...btc, t: 1767225620861 }));
    expect(rows.map(({ tsEvent }) => tsEvent)).toEqual([1767225621036, 1767225620861]);
  });

  it('drops a frame that was delivered three times, but keeps equal twins inside one', () => {
    const { read, leftOut, rows } = setUp();
    const frame = frameOf(btc, btc);
    for (let i = 0; i < 3; i++) read(frame);
    expect([rows.length, leftOut.repeatedFrames]).toEqual([2, 2]);
  });

  it('drops a large one as well: 4,000 trades, 350 KB', () => {
    const { read, leftOut, rows } = setUp();
    const frame = frameOf(...Array.from({ length: 4_000 }, (_, i) => ({ ...btc, t: btc.t + i })));
    for (let i = 0; i < 2; i++) read(frame);
    expect([rows.length, leftOut.repeatedFrames]).toEqual([4_000, 1]);
  });

  it('takes no frame for a repetition that differs in a digit, and knows the last 10,000 whatever came between', () => {
    const { read, leftOut, rows } = setUp();
    const frames = Array.from({ length: 50_000 }, (_, i) =>
      frameOf({ ...btc, p: 64_000 + (i % 977) / 100, t: btc.t + i }),
    );
    for (const frame of frames) read(frame);
    expect([rows.length, leftOut.repeatedFrames]).toEqual([50_000, 0]);
    for (const frame of frames.slice(-10_000)) read(frame);
    expect([rows.length, leftOut.repeatedFrames]).toEqual([50_000, 10_000]);
  });

  it('takes each frame once, however many of another form came before it', () => {
    const { read, leftOut, rows } = setUp();
    const frames = Array.from({ length: 1_000 }, (_, i) => {
      const usual = frameOf({ ...btc, p: 64_000 + i, t: btc.t + i });
      // With a blank it is none that the scanner takes.
      return i % 400 < 100 ? usual : usual.replace(':', ': ');
    });
    for (const frame of frames) read(frame);
    for (const frame of frames.toReversed()) read(frame);
    expect([rows.length, leftOut.repeatedFrames]).toEqual([1_000, 1_000]);
    expect(rows.map(({ tsEvent }) => tsEvent)).toEqual(frames.map((_, i) => btc.t + i));
  });

  it('counts repetitions when it is told to', () => {
    const { read, rows } = setUp({ seen: undefined });
    for (let i = 0; i < 3; i++) read(frameOf(btc));
    expect(rows.length).toBe(3);
  });

  it('forgets frames after the window', () => {
    const seen = new RecentFingerprints(10_000);
    const { read, rows } = setUp({ seen });
    for (const turns of [0, 1, 1, 2]) {
      for (let i = 0; i < turns; i++) seen.turn();
      read(frameOf(btc));
    }
    expect(rows.length, 'the first and the one long after').toBe(2);
  });

  it('filters by condition codes', () => {
    const only = setUp({ only: ['1'] });
    only.read(frameOf({ ...btc, c: ['1', '8'] }, { ...btc, c: ['12'] }, btc));
    const without = setUp({ without: ['12'] });
    without.read(frameOf({ ...btc, c: ['1', '12'] }, { ...btc, c: ['8'] }, btc));
    expect([only.rows.length, only.leftOut.byCondition]).toEqual([1, 2]);
    expect([without.rows.length, without.leftOut.byCondition]).toEqual([2, 1]);
  });

  it('takes pings as signs of life, ignores news, and hands errors on', () => {
    const { read, link } = setUp();
    read('{"type":"ping"}');
    read('{"type":"news","data":[]}');
    expect(read('{"type":"error","msg":"Invalid symbol XYZ"}')).toBe('Invalid symbol XYZ');
    expect([link.said.heartbeats, link.said.bad]).toEqual([1, []]);
  });

  it.each([
    ['{"data":[{"p":7296.89,"s":"BIN', 'not a JSON object'],
    ['{"type":"maintenance"}', 'unknown message'],
    ['{"type":"trade"}', 'trade message without data'],
    [frameOf({ ...btc, s: 'DOGE' }), 'trade of an unknown symbol'],
    [frameOf({ ...btc, p: '64250' }), 'price is not a number above 0'],
    [frameOf({ ...btc, p: 0 }), 'price is not a number above 0'],
    [frameOf({ ...btc, t: 1767225600 }), 'time is not in milliseconds'],
    [frameOf({ ...btc, v: -1 }), 'volume is not a number of at least 0'],
    ['{"type":"trade","data":[null]}', 'trade is no object'],
  ])('counts %s as bad and goes on', (frame, kind) => {
    const { read, link, rows } = setUp();
    read(frame);
    read(frameOf(btc));
    expect([link.said.bad, rows.length]).toEqual([[kind], 1]);
  });

  it('takes conditions of any shape for none', () => {
    const { read, rows } = setUp({ without: ['12'] });
    read('{"type":"trade","data":[{"s":"AAPL","p":1,"t":1767225600123,"v":1,"c":[{"toString":1},7,null]}]}');
    expect(rows.length).toBe(1);
  });

  it('survives frames of noise and mutilated samples', () => {
    const { read, rows } = setUp();
    const compact = JSON.stringify(JSON.parse(SAMPLE));
    const mutated = fc
      .record({ at: fc.nat(compact.length), cut: fc.nat(6), text: fc.string({ maxLength: 4 }) })
      .map(({ at, cut, text }) => compact.slice(0, at) + text + compact.slice(at + cut));
    const shaped = fc.json({ maxDepth: 3 }).map((value) => `{"type":"trade","data":[${value}]}`);
    const noise = fc.oneof({ weight: 6, arbitrary: mutated }, { weight: 2, arbitrary: shaped }, fc.string());
    fc.assert(
      fc.property(noise, (frame) => {
        read(frame);
        for (const row of rows.splice(0)) {
          if (row.kind === 'trade' && !(row.price > 0 && row.size > 0)) throw new Error(`a trade of ${frame}`);
        }
      }),
      { numRuns: often(100_000) },
    );
  });
});
