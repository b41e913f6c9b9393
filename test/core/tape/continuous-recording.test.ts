import { EMPTY } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  BarChunk,
  type Chunk,
  type ContinuousOptions,
  calendarOf,
  continuousRecording,
  type Demand,
  DepthChunk,
  QuoteChunk,
  type Recording,
  type Roll,
  type Trade,
  TradeChunk,
} from '#core';
import { takeMarketInput } from '../../../core/runtime/market-input.ts';
import { makeKernel, T0 } from '../../helpers/kernel-kit.ts';

type Row = readonly [hours: number, price: number, size?: number];
const HOUR = 3_600_000_000;
const all: Demand = { current: () => [], wants: () => true, changes$: EMPTY };

/** A recording of one instrument, from hours after midnight of 2024-01-02 UTC; a fresh chunk for each reader. */
function recorded(
  symbol: string,
  rows: readonly Row[],
  make: (n: number) => Chunk = (n) => new TradeChunk(n),
): Recording {
  const chunkOf = (): Chunk => {
    const chunk = make(rows.length);
    chunk.n = rows.length;
    rows.forEach(([hours, price, size = 1], i) => {
      chunk.seq[i] = i + 1;
      chunk.recv[i] = T0 + hours * HOUR;
      chunk.event[i] = T0 + hours * HOUR;
      for (const name of ['price', 'bid', 'open', 'high', 'low', 'close'] as const)
        if (name in chunk) (chunk as unknown as Record<string, Float64Array>)[name]![i] = price;
      if (chunk.kind === 'quotes') chunk.ask[i] = price + 1;
      if (chunk.kind === 'trades') chunk.size[i] = size;
      if (chunk.kind === 'bars') chunk.volume[i] = size;
    });
    return chunk;
  };
  return {
    instruments: [{ symbol, tickSize: 1, pointValue: 50 }],
    from: T0,
    until: T0 + 96 * HOUR,
    async *batches() {
      yield { runs: [{ chunk: chunkOf(), from: 0, to: rows.length }], progress: 1 };
    },
  };
}

// Four days of UTC. B is traded more than A on the second, C more than B on the third.
const A = recorded('A', [
  [10, 100, 5],
  [34, 101, 1],
  [48.5, 102, 1],
]);
const B = recorded('B', [
  [11, 103, 1],
  [35, 105, 4],
  [58, 106, 2],
  [82, 107, 9],
]);
const C = recorded('C', [
  [36, 110, 1],
  [60, 112, 9],
  [84, 114, 1],
]);
const options: ContinuousOptions = {
  symbol: 'X.c.0',
  contracts: ['A', 'B', 'C'],
  calendar: calendarOf('crypto'),
  roll: { by: 'volume' },
  adjust: 'difference',
};

/** Hours, number and price of each row, and the rolls between them. */
async function read(series: Recording): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { runs } of series.batches(all)) {
    for (const run of runs) {
      if ('input' in run) {
        const { from, to } = run.input.payload as Roll;
        seen.push(`${(run.input.recv - T0) / HOUR} h #${run.input.seq} ${from}→${to}`);
        continue;
      }
      const { chunk, from, to } = run;
      for (let i = from; i < to; i++) {
        const price = chunk.kind === 'trades' ? chunk.price[i]! : chunk.kind === 'bars' ? chunk.close[i]! : Number.NaN;
        seen.push(`${(chunk.recv[i]! - T0) / HOUR} h #${chunk.seq[i]} ${Math.round(price * 1e4) / 1e4}`);
        expect(chunk.inst[i]).toBe(0);
      }
    }
  }
  return seen;
}

describe('a continuous series', () => {
  it('rolls after the date on which the next contract was traded more, and adds later differences to earlier prices', async () => {
    // By hand: from A to B at 101 and 105, +4; from B to C at 106 and 112, +6.
    expect(await read(await continuousRecording([A, B, C], options))).toEqual([
      '10 h #1 110',
      '34 h #2 111',
      '48 h #3 A→B',
      '58 h #4 112',
      '72 h #5 B→C',
      '84 h #6 114',
    ]);
  });

  it('multiplies by later quotients', async () => {
    const series = await continuousRecording([A, B, C], { ...options, adjust: 'ratio' });
    // 105/101 × 112/106 = 11760/10706: 100 times that is 109.8449, 101 times 110.9434; 106 × 112/106 = 112.
    expect(await read(series)).toEqual([
      '10 h #1 109.8449',
      '34 h #2 110.9434',
      '48 h #3 A→B',
      '58 h #4 112',
      '72 h #5 B→C',
      '84 h #6 114',
    ]);
  });

  it('rolls at the open of given trading dates, and may leave the prices alone', async () => {
    const roll = { by: 'date', dates: ['2024-01-03', '2024-01-05'] } as const;
    const series = await continuousRecording([A, B, C], { ...options, roll, adjust: 'none' });
    expect(await read(series)).toEqual([
      '10 h #1 100',
      '24 h #2 A→B',
      '35 h #3 105',
      '58 h #4 106',
      '72 h #5 B→C',
      '84 h #6 114',
    ]);
  });

  it('reads the same twice, and the order of the recordings does not matter', async () => {
    const series = await continuousRecording([C, A, B], options);
    const once = await read(series);
    expect(await read(series)).toEqual(once);
    expect(once).toEqual(await read(await continuousRecording([A, B, C], options)));
  });

  it('keeps terms of the last contract, under its own symbol', async () => {
    const { instruments } = await continuousRecording([A, B, C], options);
    expect(instruments).toMatchObject([{ symbol: 'X.c.0', tickSize: 1, pointValue: 50 }]);
  });

  it('adjusts quotes and bars, takes volume from bars where there are no trades, and leaves depth out', async () => {
    const bars = (n: number): Chunk => new BarChunk(n);
    const [a, b] = [
      recorded(
        'A',
        [
          [10, 100, 5],
          [34, 101, 1],
        ],
        bars,
      ),
      recorded(
        'B',
        [
          [34, 105, 4],
          [58, 106, 2],
        ],
        bars,
      ),
    ];
    const two = { ...options, contracts: ['A', 'B'] };
    expect(await read(await continuousRecording([a, b], two))).toEqual([
      '10 h #1 104',
      '34 h #2 105',
      '48 h #3 A→B',
      '58 h #4 106',
    ]);

    const quotes = recorded('A', [[12, 100]], (n) => new QuoteChunk(n));
    const depth = recorded('A', [[13, 100]], (n) => new DepthChunk(n));
    const series = await continuousRecording([A, B, C, quotes, depth], options);
    const kinds: string[] = [];
    for await (const { runs } of series.batches(all)) {
      for (const run of runs) {
        if (!('chunk' in run)) continue;
        kinds.push(run.chunk.kind);
        if (run.chunk.kind === 'quotes') expect([run.chunk.bid[run.from], run.chunk.ask[run.from]]).toEqual([110, 111]);
      }
    }
    expect(kinds).toContain('quotes');
    expect(kinds).not.toContain('depth');
  });

  it('does not count the bars of a contract whose trades it has', async () => {
    // With these 100 on its second day, A would be traded more than B.
    const bars = recorded('A', [[34.5, 101, 100]], (n) => new BarChunk(n));
    expect(
      (await read(await continuousRecording([A, B, C, bars], options))).filter((line) => line.includes('→')),
    ).toEqual(['48 h #4 A→B', '72 h #6 B→C']);
  });

  it('tells strategies of a roll before the first trade of the new contract', async () => {
    const { kernel, market, inside } = makeKernel({ instruments: [{ symbol: 'X.c.0', tickSize: 1 }] });
    const seen: (string | Roll)[] = [];
    inside(() => {
      market.rolls('X.c.0').subscribe((roll) => seen.push(roll));
      market.trades('X.c.0').subscribe(({ price }: Trade) => seen.push(`trade ${price}`));
    });
    const series = await continuousRecording([A, B], { ...options, contracts: ['A', 'B'] });
    for await (const { runs } of series.batches(all)) {
      for (const run of runs) {
        if ('chunk' in run) kernel.process(run.chunk, run.from, run.to);
        else kernel.run(run.input.recv, run.input.seq, () => takeMarketInput(market, run.input));
      }
    }
    expect(seen).toEqual([
      'trade 104',
      'trade 105',
      {
        instrument: 'X.c.0',
        from: 'A',
        to: 'B',
        tradingDate: '2024-01-04',
        ts: T0 / 1000 + 48 * 3_600_000,
        adjustment: 'difference',
        difference: 4,
        ratio: 105 / 101,
      },
      'trade 106',
      'trade 107',
    ]);
  });

  it('wants of the provider what is wanted of the series', async () => {
    const series = await continuousRecording([A, B, C], options);
    let asked: Demand | undefined;
    const spy: Recording = {
      ...A,
      async *batches(demand) {
        asked = demand;
        yield* A.batches(demand);
      },
    };
    const spied = await continuousRecording([spy, B, C], options);
    const wanted: Demand = {
      current: () => [{ stream: 'trades', instrument: 'X.c.0' }],
      wants: (stream, instrument) => stream === 'trades' && instrument === 'X.c.0',
      changes$: EMPTY,
    };
    for await (const _ of spied.batches(wanted)) break;
    expect(asked?.current().map(({ instrument }) => instrument)).toEqual(['A', 'B', 'C']);
    expect([asked?.wants('trades', 'B'), asked?.wants('quotes', 'B'), asked?.wants('trades', 'Z')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(series.from).toBe(T0);
  });

  it.each([
    ['a contract that no recording has', { contracts: ['A', 'D'] }, 'ROLL_UNKNOWN_CONTRACT'],
    ['too few dates', { roll: { by: 'date', dates: ['2024-01-03'] } }, 'ROLL_DATES'],
    ['dates out of order', { roll: { by: 'date', dates: ['2024-01-05', '2024-01-03'] } }, 'ROLL_DATES'],
    [
      'a date before the new contract had a price',
      { roll: { by: 'date', dates: ['2024-01-02', '2024-01-03'] } },
      'ROLL_NO_PRICE',
    ],
    [
      'a date without trading',
      { calendar: calendarOf('cme-equity'), roll: { by: 'date', dates: ['2024-01-04', '2024-01-06'] } },
      'ROLL_DATES',
    ],
  ] as const)('refuses %s', async (_, wrong, code) => {
    await expect(continuousRecording([A, B, C], { ...options, ...wrong })).rejects.toThrow(code);
  });
});
