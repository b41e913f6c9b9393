import { describe, expect, it, vi } from 'vitest';
import { asBytes, type Chunk, ChunkWriter, RecentFingerprints } from '#core';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { FrameReader } from '../../../../plugins/providers/bluefin/frame-reader.ts';
import { testLink } from '../../../helpers/provider-rig.ts';
import { often } from '../../../helpers/slow.ts';

function reading(prints = false, wantsTrades = [true, true]) {
  const rows: object[] = [];
  const link = testLink();
  const gaps: number[] = [];
  const writer = new ChunkWriter((chunk: Chunk) => {
    for (let i = 0; i < chunk.n; i++) {
      const row = Object.entries(chunk).flatMap(([name, column]) =>
        ArrayBuffer.isView(column) ? [[name, (column as Float64Array)[i]]] : [],
      );
      rows.push({ kind: chunk.kind, ...Object.fromEntries(row) });
    }
  });
  const places = new Map([
    ['ETH-PERP', 0],
    ['BTC-PERP', 1],
  ]);
  const books = new Map<number, number>();
  const wanted = { wants: () => true, wantsTrades };
  const parts = { places, ...wanted, writer, seen: new RecentFingerprints(1000), books, link, prints };
  const problems: string[] = [];
  const reader = new FrameReader(parts, {
    onPong: () => undefined,
    onProblem: (message) => problems.push(message),
    onBookGap: (_place, missed) => gaps.push(missed),
  });
  const read = (text: string): void => reader.read(asBytes(text));
  return { read, rows, link, gaps, problems, books };
}

// The shapes of the specification (bluefin-stream §3 and §9).
const frames = {
  trade:
    '{"type":"trade","symbol":"ETH-PERP","timestamp":1750075200.123456,"data":{"price":2501.25,"size":3.27,"side":"sell","trade_id":"trade_1750075200123_4711"}}',
  price:
    '{"type":"price_update","symbol":"ETH-PERP","timestamp":1750075200.25,"data":{"price":2500.5,"volume":1437.2}}',
  quote:
    '{"type":"quote","symbol":"BTC-PERP","timestamp":1750075200.5,"data":{"bid":45000,"bid_size":2,"ask":null,"ask_size":0}}',
  book: '{"type":"depth","symbol":"ETH-PERP","timestamp":1750075200.5,"data":{"seq":7,"snapshot":true,"bids":[[2500,1],[2499,2]],"asks":[[2501,3]]}}',
  change:
    '{"type":"depth","symbol":"ETH-PERP","timestamp":1750075200.6,"data":{"seq":8,"snapshot":false,"bids":[],"asks":[[2501,0]]}}',
  heartbeat:
    '{"type":"heartbeat","symbol":"system","timestamp":1750075200.5,"data":{"connections":1,"active_symbols":2}}',
  pong: '{"type":"pong","timestamp":1750075200.5}',
  error: '{"type":"error","message":"Expecting value: line 1 column 1 (char 0)","timestamp":1750075200.5}',
};

describe('frames of the Bluefin protocol', () => {
  it('become rows to the microsecond', () => {
    const { read, rows, link } = reading();
    for (const frame of Object.values(frames)) read(frame);
    expect(rows).toMatchObject([
      { kind: 'trades', inst: 0, price: 2501.25, size: 3.27, side: -1, event: 1_750_075_200_123_456 },
      { kind: 'quotes', inst: 1, bid: 45000, bidSize: 2, ask: Number.NaN, askSize: 0, event: 1_750_075_200_500_000 },
      { kind: 'depth', inst: 0, side: 1, price: 2500, size: 1, flags: 2 },
      { kind: 'depth', inst: 0, side: 1, price: 2499, size: 2, flags: 0 },
      { kind: 'depth', inst: 0, side: -1, price: 2501, size: 3, flags: 1 },
      { kind: 'depth', inst: 0, side: -1, price: 2501, size: 0, flags: 1 },
    ]);
    expect(link.said.bad).toEqual([]);
    expect(link.said.heartbeats).toBe(1);
  });

  it('come in batches too, in their order', () => {
    const { read, rows, link } = reading();
    read(`{"type":"batch","items":[${frames.quote},${frames.trade},{"type":"batch","items":[]}]}`);
    expect(rows).toMatchObject([{ kind: 'quotes' }, { kind: 'trades' }]);
    expect(link.said.bad).toEqual(['batch']);
  });

  it('of a price make no volume, whatever they claim', () => {
    const [plain, prints] = [reading(), reading(true)];
    plain.read(frames.price);
    prints.read(frames.price);
    expect(plain.rows).toEqual([]);
    expect(prints.rows).toMatchObject([{ kind: 'trades', price: 2500.5, size: 0, side: 0 }]);
  });

  it('of a book are passed over until there is one, and after a hole in their numbers', () => {
    const { read, rows, gaps } = reading();
    read(frames.change);
    expect(rows).toEqual([]);
    read(frames.book);
    read(frames.change.replace('"seq":8', '"seq":10'));
    read(frames.change.replace('"seq":8', '"seq":11'));
    expect(rows).toHaveLength(3);
    expect(gaps).toEqual([2]);
    read(frames.book);
    read(frames.change);
    read(frames.change);
    expect(rows, 'a change that comes twice counts once').toHaveLength(7);
    expect(gaps).toEqual([2]);
  });

  it('say the same whether they are scanned or parsed, in the form of either server', () => {
    const dice = new SeededRandom(12, 'pair');
    const ids = [
      'trade_1750075200123_4711',
      'trade_1750075200124_4711',
      'a',
      '',
      'é',
      'a\\u0062',
      'ab',
      'a"',
      'a","price":"1',
      'a"},"data":{"price":1,"size":1,"side":"buy',
    ];
    const values = [
      '0',
      '0.0000125',
      '2501.25',
      '1e3',
      '-1',
      '"7"',
      'null',
      '1750075200.123456',
      '1750075200123',
      '4102444800',
      '9'.repeat(400),
    ];
    const pick = <T>(from: readonly T[]): T => from[dice.below(from.length)] as T;
    const usual = (value: string): string => (dice.below(6) === 0 ? pick(values) : value);
    let rows = 0;
    for (let i = 0; i < 2000; i++) {
      const [scanned, parsed] = [reading(), reading()];
      for (let k = 0; k < 3; k++) {
        const side = pick(['buy', 'sell', 'sell', 'unknown', 'buyer']);
        const spaced =
          `{"type": "trade", "symbol": "${pick(['ETH-PERP', 'BTC-PERP', 'SOL-PERP', 'X'])}", "timestamp": ${usual('1750075200.25')}, ` +
          `"data": {"price": ${usual('2501.25')}, "size": ${usual('3.27')}, "side": "${side}", "trade_id": "${pick(ids)}"}}`;
        const text = dice.below(2) === 0 ? spaced : spaced.replaceAll(' ', '');
        scanned.read(text);
        // A blank in front is enough for it to be parsed.
        parsed.read(` ${text}`);
      }
      expect([scanned.rows, scanned.link.said.bad]).toEqual([parsed.rows, parsed.link.said.bad]);
      rows += scanned.rows.length;
    }
    expect(rows).toBeGreaterThan(1000);
  });

  it.each([
    ['compact', frames.trade],
    ['spaced', frames.trade.replaceAll(/[:,](?=["{0-9])/g, '$& ')],
  ])('of a trade in the %s form are not parsed', (_form, frame) => {
    const parse = vi.spyOn(JSON, 'parse');
    const { read, rows } = reading();
    read(frame);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    expect(rows).toHaveLength(1);
  });

  it('of trades that nobody wants are passed over, and not remembered', () => {
    const wantsTrades = [false, true];
    const { read, rows, link } = reading(false, wantsTrades);
    read(frames.trade);
    expect([rows, link.said.bad]).toEqual([[], []]);
    wantsTrades[0] = true;
    read(frames.trade);
    expect(rows).toHaveLength(1);
  });

  it('know an id again that is scanned once and parsed once', () => {
    const { read, rows } = reading();
    for (const text of [frames.trade, ` ${frames.trade}`, frames.trade]) read(text);
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['a price that is text', frames.trade.replace('2501.25', '"2501.25"')],
    ['a price that is missing', frames.trade.replace('"price":2501.25,', '')],
    ['a price beyond all numbers', frames.trade.replace('2501.25', '9'.repeat(400))],
    ['a size below zero', frames.trade.replace('3.27', '-3.27')],
    ['milliseconds in place of seconds', frames.trade.replace('1750075200.123456', '1750075200123')],
    ['a symbol that nobody asked for', frames.trade.replace('ETH-PERP', 'XYZ')],
    ['no data', '{"type":"trade","symbol":"ETH-PERP","timestamp":1750075200}'],
    ['a level that is none', frames.book.replace('[2499,2]', '[2499]')],
    ['a quote without its sizes', frames.quote.replace('"bid_size":2,', '')],
    ['an id without an end', frames.trade.replace('trade_1750075200123_4711"', '')],
    ['an id that is cut', frames.trade.slice(0, -5)],
    ['an array', '[1,2]'],
    ['half a frame', frames.trade.slice(0, 70)],
  ])('are skipped with %s', (_what, frame) => {
    const { read, rows, link } = reading();
    read(frame);
    expect(rows).toEqual([]);
    expect(link.said.bad).toHaveLength(1);
    read(frames.trade);
    expect(rows).toHaveLength(1);
  });

  it('may be anything: nothing is thrown, and no row is unsound', () => {
    const { read, rows, books } = reading(true);
    const dice = new SeededRandom(11, 'fuzz');
    const originals = [...Object.values(frames), `{"type":"batch","items":[${frames.quote},${frames.book}]}`];
    const pieces = ['null', '-1', '1e999', '"', '{', '}', '[', ']', ',', '[[', '1e308', '""', '\\u0000', 'true', '0.1'];
    const pick = <T>(from: readonly T[]): T => from[dice.below(from.length)] as T;
    const mutate = (text: string): string => {
      const at = dice.below(text.length);
      const kind = dice.below(5);
      if (kind === 0) return text.slice(0, at);
      if (kind === 1) return text.slice(0, at) + pick(pieces) + text.slice(at);
      if (kind === 2) return text.replace(/-?\d+(\.\d+)?/g, (number) => (dice.below(4) === 0 ? pick(pieces) : number));
      if (kind === 3) return text.slice(0, at) + text.slice(at + 1 + dice.below(8));
      return text.replace(/"[a-z_]+"/g, (name) =>
        dice.below(8) === 0 ? pick(['"__proto__"', '"data"', '"type"', '7']) : name,
      );
    };
    let unsound = 0;
    for (let i = 0; i < often(120_000); i++) {
      let frame = mutate(pick(originals));
      if (dice.below(3) === 0) frame = mutate(frame);
      read(frame);
      for (const row of rows as { price?: number; size?: number; event: number }[]) {
        if (!(Number.isFinite(row.event) && Number.isFinite(row.price ?? 0) && (row.size ?? 0) >= 0)) unsound++;
      }
      rows.length = 0;
    }
    expect(unsound).toBe(0);
    expect(books.size).toBeLessThanOrEqual(2);
  });
});
