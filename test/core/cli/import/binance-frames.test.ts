import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planBinanceFrames } from '../../../../core/cli/import/binance-frames.ts';
import { ImportReport } from '../../../../core/cli/import/import-report.ts';
import { DEPTH_LAST, DEPTH_SNAPSHOT, SIDE_BUY, SIDE_SELL } from '../../../../core/domain/chunk.ts';
import { makeInstrument } from '../../../../core/domain/instrument.ts';
import { DepthBook } from '../../../../core/kernel/book/depth-book.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { rowsOf, scratchFile, visitRows } from './helpers.ts';

const out = 'unused';
const RECV = 1_723_161_255_000_000;

/** Lines of a recording, one millisecond apart, with 7 ns beyond it. */
const lines = (...frames: readonly object[]): string =>
  frames.map((frame, i) => `${RECV + i * 1000}007 ${JSON.stringify(frame)}\n`).join('');

const depth = (U: number, u: number, pu: number, b: string[][], a: string[][] = []) => ({
  stream: 'btcusdt@depth@0ms',
  data: { e: 'depthUpdate', E: 1723161256299, T: 1723161256298, s: 'BTCUSDT', U, u, pu, b, a },
});
const trade = (t: number, m: boolean, p = '61800.30') => ({
  stream: 'btcusdt@trade',
  data: { e: 'trade', E: 1723161256323, T: 1723161256322, s: 'BTCUSDT', t, p, q: '0.006', X: 'MARKET', m },
});

describe('planBinanceFrames', () => {
  it('reads a trade with its number, its two times, and the side that was not the maker', async () => {
    const file = scratchFile('frames', lines(trade(5266583935, false), trade(5266583936, true)));
    const plan = await planBinanceFrames([file], { out }, new ImportReport());
    expect(await rowsOf(plan, 'trades', ['recv', 'recvNs', 'event', 'eventNs', 'id', 'price', 'size', 'side'])).toEqual(
      [
        [RECV, 7, 1_723_161_256_322_000, 0, 5266583935, 61800.3, 0.006, SIDE_BUY],
        [RECV + 1000, 7, 1_723_161_256_322_000, 0, 5266583936, 61800.3, 0.006, SIDE_SELL],
      ],
    );
  });

  it('lets receipt time stand in for the event time that spot best quotes lack', async () => {
    const quote = { u: 50093239212, s: 'BTCUSDT', b: '61837.63', B: '3.7', a: '0', A: '0' };
    const file = scratchFile('frames.gz', gzipSync(lines({ stream: 'btcusdt@bookTicker', data: quote })));
    const plan = await planBinanceFrames([file], { out }, new ImportReport());
    expect(await rowsOf(plan, 'quotes', ['event', 'eventNs', 'id', 'bid', 'bidSize', 'ask', 'askSize'])).toEqual([
      [RECV, 7, 50093239212, 61837.63, 3.7, Number.NaN, 0],
    ]);
  });

  it('puts the changes that came before the snapshot right after it, at its receipt time', async () => {
    const file = scratchFile(
      'frames',
      lines(
        depth(10, 20, 9, [['61800.1', '1']]),
        trade(1, true),
        depth(21, 30, 20, [['61800.2', '2']], [['61800.4', '3']]),
        { lastUpdateId: 25, E: 1723161256501, T: 1723161256493, bids: [['61800.0', '9']], asks: [['61800.5', '8']] },
        depth(31, 40, 30, [['61800.2', '0']]),
      ),
    );
    const plan = await planBinanceFrames([file], { out }, new ImportReport());
    const at = RECV + 3000;
    expect(await rowsOf(plan, 'depth', ['seq', 'recv', 'id', 'side', 'price', 'size', 'flags'])).toEqual([
      [2, at, 25, SIDE_BUY, 61800, 9, DEPTH_SNAPSHOT],
      [3, at, 25, SIDE_SELL, 61800.5, 8, DEPTH_LAST],
      [4, at, 30, SIDE_BUY, 61800.2, 2, 0],
      [5, at, 30, SIDE_SELL, 61800.4, 3, DEPTH_LAST],
      [6, at + 1000, 40, SIDE_BUY, 61800.2, 0, DEPTH_LAST],
    ]);
  });

  it('empties the book at a hole, because a book with a hole looks right and is not', async () => {
    const file = scratchFile(
      'frames',
      lines(
        { lastUpdateId: 25, bids: [['61800.0', '9']], asks: [] },
        depth(20, 30, 19, [['1', '1']]),
        depth(35, 40, 34, []),
      ),
    );
    const report = new ImportReport();
    const plan = await planBinanceFrames([file], { out }, report);
    expect((await rowsOf(plan, 'depth', ['size', 'flags'])).at(-1)).toEqual([0, DEPTH_SNAPSHOT | DEPTH_LAST]);
    expect(report.notes.get('holes in the depth stream (book cleared until the next snapshot)')).toBe(1);
  });

  it('counts bad lines, shows the first, and goes on', async () => {
    const good = lines(trade(1, true));
    const bad = ['', 'no time', '12 {', `${RECV}000 {"e":"trade"}`, `${RECV}000 null`]
      .map((line) => `${line}\n`)
      .join('');
    const other = lines({ e: 'kline', s: 'BTCUSDT' });
    const zero = lines(trade(2, true, '0'));
    const file = scratchFile('frames', good + bad + other + zero + good);
    const report = new ImportReport();
    const plan = await planBinanceFrames([file], { out }, report);
    expect(await rowsOf(plan, 'trades', ['id'])).toEqual([[1], [1]]);
    expect(report.skipped.get('bad line')).toEqual({ count: 5, sample: `${file}:2: ` });
    expect(report.skipped.get('frame of no use here: kline')?.count).toBe(1);
    expect(report.skipped.get('trade without a price')?.count).toBe(1);
  });

  it('tells symbols apart and numbers them in order', async () => {
    const eth = { data: { ...trade(7, true).data, s: 'ETHUSDT' } };
    const file = scratchFile('frames', lines(eth, trade(1, true)));
    const plan = await planBinanceFrames([file], { out }, new ImportReport());
    expect(plan.instruments.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect(await rowsOf(plan, 'trades', ['inst', 'id'])).toEqual([
      [1, 7],
      [0, 1],
    ]);
    await expect(planBinanceFrames([file], { out, instrument: 'X' }, new ImportReport())).rejects.toThrow(
      /IMPORT_ONE_NAME/,
    );
  });

  it('takes aggregated trades only where there are no single ones', async () => {
    const { t: _, ...data } = trade(1, true).data;
    const aggTrade = { data: { ...data, e: 'aggTrade', a: 99 } };
    const alone = await planBinanceFrames([scratchFile('f', lines(aggTrade))], { out }, new ImportReport());
    expect(await rowsOf(alone, 'trades', ['id'])).toEqual([[99]]);
    const both = await planBinanceFrames(
      [scratchFile('f', lines(aggTrade, trade(1, true)))],
      { out },
      new ImportReport(),
    );
    expect(await rowsOf(both, 'trades', ['id'])).toEqual([[1]]);
  });

  it('says so when a file holds no frame', async () => {
    const file = scratchFile('frames', 'ts,price\n1,2\n');
    await expect(planBinanceFrames([file], { out }, new ImportReport())).rejects.toThrow(/IMPORT_NO_DATA/);
  });
});

/**
 * Two independent records of one book: the best quotes that the venue sent, and the best of the book that we keep from
 * its depth stream. Both number their updates from one counter, so the state after depth update u is that of the best
 * quote with the highest number at or below u, whatever the order of arrival. Counted are the depth messages that were
 * received after the snapshot; `zcat … | tail -n +<line after the snapshot> | grep -c @depth` gives their number.
 */
describeWithData('the book from snapshot and changes has the best price and size of the quote stream', () => {
  it.each([
    ['usdm_btcusdt', 0.1, 6545],
    ['cm_btcusd_perp', 0.1, 26_822],
    ['spot_btcusdt', 0.01, 3448],
  ])('%s, tick size %f: at all %i depth updates', async (name, tickSize, updates) => {
    const plan = await planBinanceFrames([sharedData(`hftbacktest/${name}_20240808.gz`)], { out }, new ImportReport());
    expect(plan.instruments[0]?.tickSize).toBe(tickSize);
    const quotes: number[][] = [];
    const states: number[][] = [];
    let snapshotAt = Infinity;
    const book = new DepthBook(makeInstrument(plan.instruments[0] ?? { symbol: '' }, 0));
    await visitRows(plan, (chunk, i) => {
      const id = chunk.id[i] ?? 0;
      if (chunk.kind === 'quotes') {
        quotes.push([id, chunk.bid[i] ?? 0, chunk.bidSize[i] ?? 0, chunk.ask[i] ?? 0, chunk.askSize[i] ?? 0]);
      } else if (chunk.kind === 'depth') {
        const recv = chunk.recv[i] ?? 0;
        if (((chunk.flags[i] ?? 0) & DEPTH_SNAPSHOT) !== 0) snapshotAt = recv;
        const isWhole = book.applyRow(chunk, i);
        if (isWhole && recv > snapshotAt) states.push([id, book.bid ?? 0, book.bidSize, book.ask ?? 0, book.askSize]);
      }
    });

    let at = 0;
    let equal = 0;
    for (const [id = 0, ...state] of states) {
      while ((quotes[at + 1]?.[0] ?? Infinity) <= id) at++;
      const [quoteId = Infinity, ...quote] = quotes[at] ?? [];
      if (quoteId <= id && quote.every((value, i) => value === state[i])) equal++;
    }
    expect({ updates: states.length, equal }).toEqual({ updates, equal: updates });
  });
});
