import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTape } from '#core';
import tape from '../../../plugins/persistence/tape.ts';
import { persistenceContract } from '../../contracts/persistence-contract.ts';
import type { Stored } from '../../contracts/persistence-entries.ts';
import { rigOf, runInfo, summary, trades } from '../../contracts/persistence-kit.ts';
import { all, readRows, tempDir } from '../../core/tape/tapes.ts';

async function read(dir: string): Promise<Stored> {
  const recorded = await openTape(join(dir, 'run-1'));
  const rows = await readRows(recorded, 'trades');
  return {
    orders: [],
    fills: [],
    decisions: await all(recorded.decisions()),
    trades: rows.map(({ seq, price }) => [seq ?? 0, price ?? 0] as const),
  };
}

persistenceContract(tape, {
  module: new URL('../../../plugins/persistence/tape.ts', import.meta.url),
  options: (dir) => ({ folder: dir }),
  badOptions: { folder: 'runs', record: ['trade'] },
  read,
  stores: ['decisions', 'trades'],
  once: [],
  atOnce: [],
  makeNewer: (dir) => {
    const file = join(dir, 'run-1', 'manifest.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version: 99 }));
  },
  newerRefusedBy: 'read',
  newerCode: 'TAPE_VERSION',
});

describe('persistence/tape', () => {
  it('keeps tapes in the folder named, from the configuration, or in runs, from the current folder', () => {
    expect(rigOf(tape, { folder: 'tapes' }, '/srv/desk').persistence.location).toBe('/srv/desk/tapes/run-1');
    expect(rigOf(tape, {}, '/srv/desk').persistence.location).toBe(resolve('runs/run-1'));
  });

  it('asks for nothing by itself', () => {
    expect(rigOf(tape, {}, '.').persistence.demand).toEqual([]);
  });

  it('asks for the streams to record, of all instruments or of those named', () => {
    expect(rigOf(tape, { record: ['trades', 'quotes'] }, '.').persistence.demand).toEqual([
      { instrument: 'BTCUSDT', stream: 'trades' },
      { instrument: 'BTCUSDT', stream: 'quotes' },
      { instrument: 'ESZ5', stream: 'trades' },
      { instrument: 'ESZ5', stream: 'quotes' },
    ]);
    expect(rigOf(tape, { record: { ESZ5: ['depth'] } }, '.').persistence.demand).toEqual([
      { instrument: 'ESZ5', stream: 'depth' },
    ]);
    expect(() => rigOf(tape, { record: { NQZ5: ['depth'] } }, '.')).toThrow('NQZ5');
  });

  it('makes whole what a killed run left in its folder, and passes over what is no tape', async () => {
    const [dir, folder] = [tempDir(), tempDir()];
    const { persistence } = rigOf(tape, { folder: dir }, '.');
    await persistence.open(runInfo());
    persistence.append(trades(1, 10));
    await persistence.flush();
    // The first run lives on in this process; a copy of its files is what a killed one leaves.
    cpSync(join(dir, 'run-1'), join(folder, 'run-1'), { recursive: true });
    mkdirSync(join(folder, 'notes'));
    mkdirSync(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken', 'manifest.json'), '{');

    const next = rigOf(tape, { folder }, '.', 'run-2');
    await next.persistence.open(runInfo('run-2'));
    expect((await openTape(join(folder, 'run-1'))).manifest.state).toBe('recovered');
    expect(next.lines).toEqual(['cannot make the tape of an earlier run whole', 'made the tape of a killed run whole']);
    await next.persistence.close(summary);
    expect(readdirSync(folder).sort()).toEqual(['broken', 'notes', 'run-1', 'run-2']);
  });
});
