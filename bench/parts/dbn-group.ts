import { RTYPE } from '../../core/dbn/codes.ts';
import { DbnDecoder } from '../../core/dbn/decoder.ts';
import { chooseFeeds } from '../../core/dbn/feeds.ts';
import { DbnMarket } from '../../core/dbn/market.ts';
import { RowBatch } from '../../core/domain/row-batch.ts';
import { DBN_INSTRUMENT, type DbnBytes, dbnOrders, dbnQuotes, dbnTrades } from '../data/dbn.ts';
import type { Group } from '../figure.ts';
import { readOrders, readQuotes, readTrades } from './dbn-limits.ts';

/** As a file is read. */
const PIECE = 256 * 1024;
/** DBN from bytes to the columns that the kernel reads. The limit reads the same fields into arrays, and no more. */
export function dbnGroups(records: number, rounds: number): readonly Group[] {
  return [
    group('trades', RTYPE.trades, dbnTrades(records), readTrades, rounds),
    group('mbp-1 into quotes and trades', RTYPE.mbp1, dbnQuotes(records), readQuotes, rounds),
    group('mbo into book, depth, quotes, trades', RTYPE.mbo, dbnOrders(records), readOrders, rounds),
  ];
}

function group(
  what: string,
  rtype: number,
  source: DbnBytes,
  limit: (bytes: Uint8Array) => void,
  rounds: number,
): Group {
  const { records } = source;
  return {
    name: `DBN ${what}`,
    per: 'record',
    rounds,
    cases: [
      {
        name: 'limit: the fields read in a bare loop',
        operations: records,
        start: () => ({ run: () => limit(source.bytes) }),
      },
      {
        name: 'DbnDecoder → DbnMarket → RowBatch',
        operations: records,
        start: () => {
          let trades = 0;
          return {
            run: () => {
              trades = decode(source.bytes, rtype);
            },
            finish: () => {
              if (trades !== source.trades) throw new Error(`${trades} of ${source.trades} trades came out of ${what}`);
            },
          };
        },
      },
    ],
  };
}

/** As `openDbn` does it, but for unpacking. Answers the number of trades. */
function decode(bytes: Uint8Array, rtype: number): number {
  const batch = new RowBatch();
  const market = new DbnMarket(batch);
  market.assign(DBN_INSTRUMENT, 0, chooseFeeds([rtype]));
  const decoder = new DbnDecoder({ record: (data, at) => void market.take(data, at) }, { version: 3 });
  let trades = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    decoder.push(bytes.subarray(at, at + PIECE));
    for (const { chunk, from, to } of batch.runs) if (chunk.kind === 'trades') trades += to - from;
    batch.clear();
  }
  decoder.end();
  return trades;
}
