import { join } from 'node:path';
import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Demand, type InstrumentSpec, makeInstrument, type Provider, TapeWriter } from '#core';
import tape from '../../../plugins/providers/tape/index.ts';
import { quotes, recvOf, rowsOf, run, summary, tempDir, trades } from '../../core/tape/tapes.ts';
import { testLink, testNet } from '../../helpers/provider-rig.ts';

const lines: string[] = [];
async function open(options: object, baseDir: string): Promise<Provider> {
  const line = (message: string) => void lines.push(message);
  return tape.create({
    name: 'tape',
    options: tape.options.parse(options),
    requested: [],
    log: { debug: line, info: line, warn: line, error: line },
    random: { next: () => 0, below: () => 0 },
    wall: new VirtualTimeScheduler(),
    net: testNet(),
    link: testLink(),
    baseDir,
  });
}

const nobody: Demand = { current: () => [], wants: () => false, changes$: NEVER };

/** `kind seq symbol price` of each row, and the kind of each input. */
async function played({ recording }: Provider): Promise<string[]> {
  const found: string[] = [];
  const symbols = recording?.instruments.map(({ symbol }) => symbol) ?? [];
  for await (const { runs } of recording?.batches(nobody) ?? []) {
    for (const each of runs) {
      if ('input' in each) found.push(each.input.kind);
      else {
        const rows = rowsOf(each.chunk, each.from, each.to);
        found.push(...rows.map(({ seq, inst, price, bid }) => `${seq} ${symbols[inst ?? -1]} ${price ?? bid}`));
      }
    }
  }
  return found;
}

/** A tape with rows of one instrument at these milliseconds; each tells its time as its price. */
async function record(dir: string, symbol: string, times: readonly number[], spec: Partial<InstrumentSpec> = {}) {
  const instruments = [makeInstrument({ symbol, ...spec }, 0)];
  const writer = new TapeWriter(join(dir, symbol), { ...run, instruments }, { batchRows: 3 });
  times.forEach((ms, seq) => {
    const stamp = { seq, recv: recvOf(ms) };
    const chunk = ms % 2 === 0 ? trades([{ ...stamp, price: ms }]) : quotes([{ ...stamp, bid: ms }]);
    writer.append(chunk, 0, 1);
  });
  writer.input({ seq: times.length - 1, recv: recvOf(times.at(-1) ?? 0), kind: 'stop', payload: {} });
  await writer.close(summary);
}

describe('providers/tape', () => {
  it('plays a tape in its own order, inputs and all', async () => {
    const dir = tempDir();
    await record(dir, 'GCZ3', [2, 3, 4]);
    const provider = await open({ file: 'GCZ3' }, dir);
    expect(await played(provider)).toEqual(['0 GCZ3 2', '1 GCZ3 3', '2 GCZ3 4', 'stop']);
    expect(provider.instruments).toMatchObject([{ symbol: 'GCZ3' }]);
    expect(provider.recording).toMatchObject({ from: recvOf(2), until: recvOf(4) });
  });

  it('plays the part between two times', async () => {
    const dir = tempDir();
    await record(dir, 'GCZ3', [2, 1_000, 2_000, 3_000]);
    // recvOf(1,000) is one second after 23:54:15.
    const span = { from: '2024-08-08T23:54:16Z', until: '2024-08-09T01:54:18+02:00' };
    expect(await played(await open({ file: 'GCZ3', ...span }, dir))).toEqual(['1 GCZ3 1000', '2 GCZ3 2000']);
  });

  it('merges tapes by receipt time and numbers their market rows anew', async () => {
    const dir = tempDir();
    await record(dir, 'NQ', [1, 2, 3, 8, 9, 10, 11]);
    await record(dir, 'ES', [2, 4, 5, 6, 7, 9, 12], { tickSize: 0.25 });
    const provider = await open({ file: ['NQ', 'ES'] }, dir);
    const order = 'NQ 1,NQ 2,ES 2,NQ 3,ES 4,ES 5,ES 6,ES 7,NQ 8,NQ 9,ES 9,NQ 10,NQ 11,ES 12'.split(',');
    expect(await played(provider)).toEqual(order.map((row, at) => `${at + 1} ${row}`));
    expect(provider.instruments).toMatchObject([{ symbol: 'ES', tickSize: 0.25 }, { symbol: 'NQ' }]);
    expect(provider.recording).toMatchObject({ from: recvOf(1), until: recvOf(12) });
  });

  it('wants times with a zone, and at least one tape', () => {
    expect(tape.options.safeParse({ file: 'x', from: '2024-08-08T10:00' }).success).toBe(false);
    expect(tape.options.safeParse({ file: [] }).success).toBe(false);
    expect(tape.options.safeParse({ file: 'x', from: '2024-08-08' }).success).toBe(true);
  });

  it('names the folder that holds no tape', async () => {
    await expect(open({ file: 'nowhere' }, '/srv')).rejects.toMatchObject({ code: 'TAPE_NOT_FOUND' });
  });
});
