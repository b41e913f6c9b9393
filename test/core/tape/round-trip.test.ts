import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, type DecisionRecord, type InputRow, openTape, type Tape, TapeWriter } from '#core';
import { all, bars, depth, quotes, readRows, rowsOf, run, START, summary, tempDir, trades } from './tapes.ts';

async function recorded(fill: (writer: TapeWriter) => void, batchRows = 4096): Promise<Tape> {
  const dir = join(tempDir(), 'tape');
  const writer = new TapeWriter(dir, run, { batchRows });
  fill(writer);
  await writer.close(summary);
  return openTape(dir);
}

const stamps = { recv: START + 5, recvNs: 999, event: START - 1_270_001, eventNs: 1 };

describe('a tape gives back what it was given', () => {
  it.each<[Chunk['kind'], Chunk]>([
    [
      'trades',
      trades([
        { seq: 1, ...stamps, inst: 1, price: 5000.25, size: 3, side: -1 },
        { seq: 2, recv: START + 6, price: 60_000.1, size: 0.001, side: 1, id: 9_007_199_254_740_991 },
        { seq: 5, recv: START + 6, price: -37.63, size: 0, side: 0 },
      ]),
    ],
    [
      'quotes',
      quotes([
        { seq: 1, ...stamps, bid: Number.NaN, bidSize: 0, ask: 101, askSize: 2 },
        { seq: 2, bid: 100, bidSize: 1.5, ask: Number.NaN, askSize: 0, inst: 1 },
      ]),
    ],
    [
      'depth',
      depth([
        { seq: 1, ...stamps, side: 1, price: 100, size: 2, flags: 2 },
        { seq: 1, ...stamps, side: -1, price: 101, size: 0, flags: 1 },
      ]),
    ],
    [
      'bars',
      bars([{ seq: 3, ...stamps, span: 60_000_000, open: 1, high: 4, low: 0.5, close: 2, volume: 10, trades: 7 }]),
    ],
  ])('%s', async (kind, chunk) => {
    const tape = await recorded((writer) => writer.append(chunk, 0, chunk.n));
    expect(await readRows(tape, kind)).toEqual(rowsOf(chunk));
  });

  it('any trades, in batches of any size', async () => {
    const row = fc.record({
      recvNs: fc.integer({ min: 0, max: 999 }),
      event: fc.integer({ min: START - 10_000_000, max: START }),
      inst: fc.integer({ min: 0, max: 1 }),
      id: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 50 })),
      price: fc.double({ noNaN: true }),
      size: fc.double({ min: 0, noNaN: true }),
      side: fc.integer({ min: -1, max: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), async (rows, batchRows) => {
        const chunk = trades(rows.map((values, seq) => ({ seq: 2 * seq, ...values })));
        const tape = await recorded((writer) => writer.append(chunk, 0, chunk.n), batchRows);
        expect(await readRows(tape, 'trades')).toEqual(rowsOf(chunk));
        expect(tape.series.trades).toMatchObject({ rows: rows.length, firstSeq: 0, lastSeq: 2 * (rows.length - 1) });
      }),
      { numRuns: 25 },
    );
  });

  it('only the rows of a chunk that it was given', async () => {
    const chunk = trades([1, 2, 3, 4].map((seq) => ({ seq, price: seq })));
    const tape = await recorded((writer) => writer.append(chunk, 1, 3));
    expect((await readRows(tape, 'trades')).map(({ price }) => price)).toEqual([2, 3]);
  });

  it('the venue numbers of later rows, in a segment of their own', async () => {
    const tape = await recorded((writer) => {
      writer.append(trades([{ seq: 1 }]), 0, 1);
      writer.flush();
      writer.append(trades([{ seq: 2, id: 77 }]), 0, 1);
      writer.flush();
      writer.append(trades([{ seq: 3 }]), 0, 1);
    });
    expect((await readRows(tape, 'trades')).map(({ id }) => id)).toEqual([0, 77, 0]);
    expect(tape.series.trades?.segments).toEqual(['trades-0001.arrow', 'trades-0002.arrow']);
  });

  it('inputs and decisions', async () => {
    const inputs: InputRow[] = [
      { seq: 0, recv: START, kind: 'status', payload: { state: 'live', health: 100 } },
      { seq: 0, recv: START + 1, kind: 'ack', payload: ['ü €', null, { a: [1.5] }] },
    ];
    const decision = { cause: 41, ts: START + 125, strategy: 'sma-cross', kind: 'order' };
    const decisions: DecisionRecord[] = [
      { index: 0, ...decision, text: '{"side":"buy"}' },
      { index: 1, ...decision, text: '' },
      { index: 2, ...decision, text: '🎢' },
    ];
    const tape = await recorded((writer) => {
      for (const input of inputs) writer.input(input);
      for (const each of decisions) writer.decision(each);
    });
    expect(await all(tape.inputs())).toEqual(inputs);
    expect(await all(tape.decisions())).toEqual(decisions);
  });

  it('an empty run', async () => {
    const tape = await recorded(() => undefined);
    expect(tape.series).toEqual({});
    expect(await all(tape.inputs())).toEqual([]);
    expect(tape.recording()).toMatchObject({ from: START, until: START, instruments: tape.instruments });
  });
});

it('refuses a row of an instrument that the run does not have', () => {
  const writer = new TapeWriter(join(tempDir(), 'tape'), run);
  writer.append(trades([{ seq: 1, inst: 2 }]), 0, 1);
  expect(() => writer.flush()).toThrow(expect.objectContaining({ code: 'TAPE_UNKNOWN_INSTRUMENT' }));
});
