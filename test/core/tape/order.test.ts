import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_KINDS, openTape, TapeWriter } from '#core';
import { bars, depth, quotes, recvOf, replayed, run, summary, tempDir, trades } from './tapes.ts';

const RANK = [...CHUNK_KINDS, 'input'];
const BUILD = { trades, quotes, depth, bars };
type Entry = { readonly stream: string; readonly seq: number };

/** A tape with these entries, written in order, in batches of `batchRows` rows. */
async function tapeOf(entries: readonly Entry[], batchRows: number) {
  const dir = join(tempDir(), 'tape');
  const writer = new TapeWriter(dir, run, { batchRows });
  for (const [at, { stream, seq }] of entries.entries()) {
    if (stream === 'input') writer.input({ seq, recv: recvOf(seq), kind: `n${at}`, payload: {} });
    else writer.append(BUILD[stream as keyof typeof BUILD]([{ seq }]), 0, 1);
    if (at % 7 === 6) writer.flush();
  }
  await writer.close(summary);
  return openTape(dir);
}

describe('a recording', () => {
  it('comes in order of sequence number, market rows before inputs, whatever the batches', async () => {
    const entry = fc.record({ stream: fc.constantFrom(...RANK), step: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 80 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, batchRows) => {
          let seq = 0;
          const entries = steps.map(({ stream, step }) => {
            seq += step;
            return { stream, seq };
          });
          const expected = entries
            .map(({ stream, seq: number }, at) => ({ stream, number, at }))
            .sort((a, b) => a.number - b.number || RANK.indexOf(a.stream) - RANK.indexOf(b.stream) || a.at - b.at)
            .map(({ stream, number, at }) => `${stream} ${number}${stream === 'input' ? ` n${at}` : ''}`);
          expect(await replayed(await tapeOf(entries, batchRows))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  const hundred = Array.from({ length: 100 }, (_, seq) => ({ stream: ['trades', 'quotes'][seq % 2] ?? '', seq }));

  it('starts at a receipt time and ends before another', async () => {
    const tape = await tapeOf([...hundred, { stream: 'input', seq: 99 }], 8);
    const span = { from: recvOf(31), until: recvOf(35) };
    expect(await replayed(tape, span)).toEqual(['quotes 31', 'trades 32', 'quotes 33', 'trades 34']);
    expect(await replayed(tape, { from: recvOf(99) })).toEqual(['quotes 99', 'input 99 n100']);
    expect(await replayed(tape, { from: recvOf(100) })).toEqual([]);
    expect(tape.recording(span)).toMatchObject(span);
    expect(tape.recording()).toMatchObject({ from: recvOf(0), until: recvOf(99) });
  });

  it('says how far it has been read', async () => {
    const shares: number[] = [];
    const recording = (await tapeOf(hundred, 8)).recording();
    const demand = { current: () => [], wants: () => false } as unknown as Parameters<typeof recording.batches>[0];
    for await (const { progress } of recording.batches(demand)) shares.push(progress);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('leaves out venue numbers and nanoseconds unless asked', async () => {
    const dir = join(tempDir(), 'tape');
    const writer = new TapeWriter(dir, run);
    writer.append(trades([{ seq: 1, recvNs: 5, eventNs: 7, id: 9 }]), 0, 1);
    await writer.close(summary);
    const tape = await openTape(dir);
    const identity = async (options: { identity?: boolean }) => {
      const recording = tape.recording(options);
      for await (const { runs } of recording.batches({} as Parameters<typeof recording.batches>[0])) {
        const [first] = runs;
        if (first !== undefined && 'chunk' in first) {
          const { recvNs, eventNs, id } = first.chunk;
          return [recvNs[0], eventNs[0], id[0]];
        }
      }
      return undefined;
    };
    expect(await identity({})).toEqual([0, 0, 0]);
    expect(await identity({ identity: true })).toEqual([5, 7, 9]);
  });
});
