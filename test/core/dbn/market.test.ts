import { describe, expect, it } from 'vitest';
import { RTYPE, UNDEFINED_U64 } from '../../../core/dbn/codes.ts';
import { DbnDecoder } from '../../../core/dbn/decoder.ts';
import { chooseFeeds } from '../../../core/dbn/feeds.ts';
import { DbnMarket } from '../../../core/dbn/market.ts';
import type { DbnRecord } from '../../../core/dbn/record.ts';
import { EVENT, LAST, Lines, levels, mbo, mbp, px, rowsOf, trade } from './records.ts';

const MBO = { trades: RTYPE.mbo, depth: RTYPE.mbo };
const MBP10 = { depth: RTYPE.mbp10 };

describe('trades', () => {
  it('come with the price, the size, the aggressor and both times to the nanosecond', () => {
    // The sample trade of the specification, byte for byte: 3720.25, 5 contracts, the seller was the aggressor.
    const bytes = Buffer.from(
      '0c0001006a150000410784b2dbe2541680022e30620300000500000054418100e90889b2dbe25416334b0000ccdb1100',
      'hex',
    );
    const rows = new Lines();
    const market = new DbnMarket(rows);
    market.assign(5482, 3, { trades: RTYPE.trades });
    new DbnDecoder({ record: (data, at) => market.take(data, at) }, { version: 3 }).push(bytes);
    expect(rows.lines).toEqual(['trade 3 #1170380 3720.25 x 5 -1']);
    expect(rows.times).toEqual([[1_609_160_400_099_150, 57, 1_609_160_400_098_821, 953]]);
  });

  it.each([
    ['B', 1],
    ['A', -1],
    ['N', 0],
  ])('of side %s have the aggressor %d', (side, aggressor) => {
    expect(rowsOf([trade({ side })], { trades: RTYPE.trades }).lines).toEqual([`trade 3 #7 3720.25 x 5 ${aggressor}`]);
  });

  it('come from one record type only', () => {
    const both = [mbp([[3720, 1]], [[3721, 1]], { action: 'T' }), trade()];
    expect(rowsOf(both, { trades: RTYPE.trades }).lines).toHaveLength(1);
    expect(rowsOf(both, { trades: RTYPE.mbp1 }).lines).toEqual(['trade 3 #7 3720.25 x 1 1']);
  });

  it('without a price are left out and told', () => {
    const { lines, leftOut } = rowsOf([trade({ price: px(undefined) })], { trades: RTYPE.trades });
    expect(lines).toEqual([]);
    expect(leftOut).toEqual(['a trade without price or size']);
  });

  it('without a receipt time are received when they happened', () => {
    const { times } = rowsOf([trade({ tsRecv: UNDEFINED_U64 })], { trades: RTYPE.trades });
    expect(times).toEqual([[1_609_160_400_098_821, 953, 1_609_160_400_098_821, 953]]);
  });

  it('of an instrument that nobody asked for are not taken', () => {
    const market = new DbnMarket(new Lines());
    const taken: boolean[] = [];
    const decoder = new DbnDecoder({ record: (data, at) => taken.push(market.take(data, at)) }, { version: 3 });
    decoder.push(Buffer.from(`0c0001006a150000${'00'.repeat(40)}`, 'hex'));
    expect(taken).toEqual([false]);
  });
});

describe('quotes', () => {
  const quotes = { quotes: RTYPE.mbp1, trades: RTYPE.mbp1 };

  it('are the first level, an empty side being NaN', () => {
    expect(rowsOf([mbp([[3720, 24]], [[3720.5, 11]]), mbp([[3720, 24]], [])], quotes).lines).toEqual([
      'quote 3 3720 x 24 / 3720.5 x 11',
      'quote 3 3720 x 24 / NaN x 0',
    ]);
  });

  it('of a trade come before it, and only when they are news', () => {
    const before: [[number, number]] = [[3720, 24]];
    const ask: [[number, number]] = [[3720.5, 11]];
    expect(rowsOf([mbp(before, ask, { action: 'T' }), mbp(before, ask, { action: 'T' })], quotes).lines).toEqual([
      'quote 3 3720 x 24 / 3720.5 x 11',
      'trade 3 #7 3720.25 x 1 1',
      'trade 3 #7 3720.25 x 1 1',
    ]);
  });

  it('follow the first of several venues', () => {
    const other = mbp([[3719, 1]], [], { publisherId: 2 });
    expect(rowsOf([mbp([[3720, 24]], []), other], quotes).lines).toEqual(['quote 3 3720 x 24 / NaN x 0']);
  });

  it('of a sample per second come with it', () => {
    const sample: DbnRecord = {
      kind: 'bbo',
      rtype: RTYPE.bbo1s,
      publisherId: 1,
      instrumentId: 5482,
      tsEvent: EVENT,
      tsRecv: 1_609_160_401_000_000_000n,
      price: px(3720.25),
      size: 1,
      side: 'A',
      flags: LAST,
      sequence: 9,
      levels: levels([[3720, 24]], [[3720.5, 11]], 1),
    };
    const { lines, times } = rowsOf([sample, sample], { quotes: RTYPE.bbo1s });
    expect(lines).toEqual(['quote 3 3720 x 24 / 3720.5 x 11', 'quote 3 3720 x 24 / 3720.5 x 11']);
    expect(times[0]).toEqual([1_609_160_401_000_000, 0, 1_609_160_400_098_821, 953]);
  });
});

describe('depth of ten levels', () => {
  it('begins with a snapshot and goes on with differences', () => {
    const records = [
      mbp(
        [
          [100, 5],
          [99, 6],
        ],
        [[101, 7]],
        { count: 10 },
      ),
      mbp(
        [
          [100, 4],
          [98, 9],
        ],
        [
          [101, 7],
          [102, 1],
        ],
        { count: 10 },
      ),
      mbp([], [], { count: 10, action: 'R' }),
    ];
    expect(rowsOf(records, MBP10).lines).toEqual([
      'bid 100 x 5 snapshot',
      'bid 99 x 6',
      'ask 101 x 7 last',
      'bid 100 x 4',
      'bid 99 x 0',
      'bid 98 x 9',
      'ask 102 x 1 last',
      'bid 100 x 0',
      'bid 98 x 0',
      'ask 101 x 0',
      'ask 102 x 0 last',
    ]);
  });

  it('tells what is new only at the end of a venue event', () => {
    const middle = mbp([[100, 5]], [], { count: 10, flags: 0 });
    expect(rowsOf([middle, mbp([[100, 6]], [], { count: 10 })], MBP10).lines).toEqual(['bid 100 x 6 snapshot last']);
  });

  it('tells nothing when nothing has changed', () => {
    const record = mbp([[100, 5]], [], { count: 10 });
    expect(rowsOf([record, record], MBP10).lines).toHaveLength(1);
  });
});

describe('depth out of single orders', () => {
  // The actions as the specification lists them.
  it('adds up the orders of a price', () => {
    const records = [mbo({ id: 1n, price: 100, size: 5 }), mbo({ id: 2n, price: 100, size: 3 })];
    expect(rowsOf(records, MBO).lines).toEqual(['bid 100 x 5 snapshot last', 'bid 100 x 8 last']);
  });

  it('takes a cancelled size off, all or a part', () => {
    const records = [
      mbo({ price: 100, size: 5 }),
      mbo({ action: 'C', price: 100, size: 2 }),
      mbo({ action: 'C', price: 100, size: 3 }),
      mbo({ action: 'C', price: 100, size: 3 }),
    ];
    const { lines, leftOut } = rowsOf(records, MBO);
    expect(lines).toEqual(['bid 100 x 5 snapshot last', 'bid 100 x 3 last', 'bid 100 x 0 last']);
    expect(leftOut, 'the order is gone').toEqual(['a change of an order that is not known']);
  });

  it('moves a modified order, and adds one that it does not know', () => {
    const records = [
      mbo({ price: 100, size: 5, side: 'A' }),
      mbo({ action: 'M', price: 101, size: 4, side: 'A' }),
      mbo({ action: 'M', id: 9n, price: 101, size: 1, side: 'A' }),
    ];
    expect(rowsOf(records, MBO).lines).toEqual([
      'ask 100 x 5 snapshot last',
      'ask 100 x 0',
      'ask 101 x 4 last',
      'ask 101 x 5 last',
    ]);
  });

  it('leaves the book alone at trades and fills, whose cancels follow', () => {
    const records = [
      mbo({ price: 100, size: 5 }),
      mbo({ action: 'T', side: 'A', id: 0n, price: 100, size: 2, flags: 0 }),
      mbo({ action: 'F', price: 100, size: 2, flags: 0 }),
      mbo({ action: 'C', price: 100, size: 2 }),
    ];
    expect(rowsOf(records, MBO).lines).toEqual([
      'bid 100 x 5 snapshot last',
      'trade 3 #7 100 x 2 -1',
      'bid 100 x 3 last',
    ]);
  });

  it('tells what is new only at the end of a venue event, and nothing that came and went', () => {
    const records = [
      mbo({ id: 1n, price: 100, size: 5 }),
      mbo({ id: 2n, price: 99, size: 1, flags: 0 }),
      mbo({ id: 2n, action: 'C', price: 99, size: 1, flags: 0 }),
      mbo({ id: 3n, price: 98, size: 4 }),
    ];
    expect(rowsOf(records, MBO).lines).toEqual(['bid 100 x 5 snapshot last', 'bid 98 x 4 last']);
  });

  it('clears the book and begins anew with a snapshot', () => {
    const records = [
      mbo({ id: 1n, price: 100, size: 5 }),
      mbo({ id: 0n, action: 'R', side: 'N', size: 0, flags: 40 }),
      mbo({ id: 2n, price: 90, size: 1, flags: 40 }),
      mbo({ id: 3n, price: 91, size: 1, side: 'A', flags: 168 }),
      mbo({ id: 0n, action: 'R', side: 'N', size: 0 }),
    ];
    expect(rowsOf(records, MBO).lines).toEqual([
      'bid 100 x 5 snapshot last',
      'bid 90 x 1 snapshot',
      'ask 91 x 1 last',
      'bid 0 x 0 snapshot last',
    ]);
  });

  it('replaces a whole side where a record says so', () => {
    const TOB = 64 | LAST;
    const records = [
      mbo({ id: 1n, price: 100, size: 5, flags: TOB }),
      mbo({ id: 2n, price: 101, size: 2, flags: TOB }),
      mbo({ id: 3n, price: undefined, flags: TOB }),
    ];
    expect(rowsOf(records, MBO).lines).toEqual([
      'bid 100 x 5 snapshot last',
      'bid 100 x 0',
      'bid 101 x 2 last',
      'bid 101 x 0 last',
    ]);
  });

  it('tells orders apart whose numbers differ past 2^53', () => {
    const big = 0xffff_ffff_ffff_fff0n;
    const records = [mbo({ id: big, price: 100, size: 5 }), mbo({ id: big + 1n, price: 100, size: 1 })];
    expect(rowsOf(records, MBO).lines.at(-1)).toBe('bid 100 x 6 last');
  });

  it('follows the top of the book as quotes', () => {
    const records = [
      mbo({ id: 1n, price: 100, size: 5 }),
      mbo({ id: 2n, price: 99, size: 1 }),
      mbo({ id: 1n, action: 'C', price: 100, size: 5 }),
    ];
    expect(rowsOf(records, { quotes: RTYPE.mbo }).lines).toEqual([
      'quote 3 100 x 5 / NaN x 0',
      'quote 3 99 x 1 / NaN x 0',
    ]);
  });

  it('says once that a book is suspect, until it is cleared', () => {
    const bad = mbo({ price: 100, flags: LAST | 4 });
    const clear = mbo({ action: 'R', side: 'N', size: 0 });
    expect(rowsOf([bad, bad, clear, bad], MBO).suspects).toBe(2);
  });
});

describe('bars', () => {
  const bar = (rtype: number): DbnRecord => ({
    kind: 'ohlcv',
    rtype,
    publisherId: 1,
    instrumentId: 5482,
    tsEvent: 1_609_160_400_000_000_000n,
    open: px(3720.25),
    high: px(3721),
    low: px(3719.5),
    close: px(3720.5),
    volume: 353n,
  });

  it.each([
    [RTYPE.ohlcv1s, 1],
    [RTYPE.ohlcv1m, 60],
    [RTYPE.ohlcv1h, 3600],
    [RTYPE.ohlcv1d, 86_400],
  ])('of type %i are %i seconds long and stamped with their end', (rtype, seconds) => {
    const { lines, times } = rowsOf([bar(rtype)], { bars: true });
    expect(lines).toEqual([`bar 3 ${seconds}000000 3720.25 3721 3719.5 3720.5 353 0`]);
    const end = (1_609_160_400 + seconds) * 1e6;
    expect(times).toEqual([[end, 0, end, 0]]);
  });

  it('of a session are left out and told, for want of a length', () => {
    expect(rowsOf([bar(RTYPE.ohlcvEod)], { bars: true })).toMatchObject({
      lines: [],
      leftOut: ['a bar of a session, whose length is not told'],
    });
  });
});

describe('chooseFeeds', () => {
  it('takes each stream from one type, trades before what only contains them', () => {
    expect(chooseFeeds([RTYPE.mbp1, RTYPE.trades, RTYPE.mbp10])).toEqual({
      trades: RTYPE.trades,
      quotes: RTYPE.mbp1,
      depth: RTYPE.mbp10,
      bars: true,
    });
    expect(chooseFeeds([RTYPE.mbo])).toMatchObject({ trades: RTYPE.mbo, quotes: RTYPE.mbo, depth: RTYPE.mbo });
  });
});
