import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry, Persistence, PersistencePlugin } from '#core';
import { declarationContract } from './declaration-contract.ts';
import { afterFlush, beforeFlush, type Stored, storedAfterFlush, storedBeforeFlush } from './persistence-entries.ts';
import { decision, fill, order, position, rigOf, runInfo, summary } from './persistence-kit.ts';

type Kind = keyof Stored;

export interface PersistenceContract {
  /** The plugin's file, for the process that is killed. */
  readonly module: URL;
  /** Options for a store in `dir` that keeps all it can. */
  readonly options: (dir: string) => object;
  readonly badOptions: object;
  /** Reads the store of `run-1` in `dir` back, independently of the instance that wrote it. */
  readonly read: (dir: string) => Promise<Stored> | Stored;
  /** What it keeps. */
  readonly stores: readonly Kind[];
  /** What it keeps once when it is told twice. */
  readonly once: readonly Kind[];
  /** What survives SIGKILL without a flush. Everything that it stores survives with one. */
  readonly atOnce: readonly Kind[];
  /** Makes the store in `dir` look as if a later release had written it. */
  readonly makeNewer: (dir: string) => Promise<void> | void;
  /** Who refuses it: the next run, or the reader. */
  readonly newerRefusedBy: 'open' | 'read';
  readonly newerCode: string;
}

/** What every persistence plugin promises. */
export function persistenceContract(plugin: PersistencePlugin, contract: PersistenceContract): void {
  const { stores, once, atOnce, read } = contract;

  describe(`${plugin.type} keeps the persistence contract`, () => {
    let dir: string;
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'millrace-persistence-'));
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    const start = async (id = 'run-1'): Promise<Persistence> => {
      const { persistence } = rigOf(plugin, contract.options(dir), dir, id);
      await persistence.open(runInfo(id));
      return persistence;
    };
    const write = async (persistence: Persistence, ...batches: (readonly JournalEntry[])[]): Promise<void> => {
      for (const entry of batches.flat()) persistence.append(entry);
      await persistence.close(summary);
    };

    declarationContract(plugin, { options: contract.options(tmpdir()), badOptions: [contract.badOptions] });

    it.each(stores)('gives back the %s that were written', async (kind) => {
      await write(await start(), beforeFlush(), afterFlush());
      expect((await read(dir))[kind]).toEqual(storedAfterFlush[kind]);
    });

    it.each(once)('keeps %s once that are written twice, without complaint', async (kind) => {
      const { persistence, lines } = rigOf(plugin, contract.options(dir), dir);
      await persistence.open(runInfo());
      await write(persistence, beforeFlush(), beforeFlush(), afterFlush(), afterFlush());
      expect((await read(dir))[kind]).toEqual(storedAfterFlush[kind]);
      expect(lines).toEqual([]);
    });

    it('keeps what it promises when the process is killed', async () => {
      await killed(contract, dir);
      const found = await read(dir);
      for (const kind of stores) {
        const promised = atOnce.includes(kind) ? storedAfterFlush[kind] : storedBeforeFlush[kind];
        expect(found[kind].slice(0, promised.length), kind).toEqual(promised);
      }
    });

    it('starts a new run after a kill', async () => {
      await killed(contract, dir);
      const next = await start('run-2');
      await expect(next.close(summary)).resolves.toBeUndefined();
    });

    it('takes strange values without throwing, and what comes after them', async () => {
      const persistence = await start();
      for (const entry of strange) expect(() => persistence.append(entry), JSON.stringify(entry)).not.toThrow();
      await write(persistence, beforeFlush(), afterFlush());
      if (stores.includes('fills')) expect((await read(dir)).fills).toEqual(expect.arrayContaining([fill()]));
      if (stores.includes('decisions')) {
        expect((await read(dir)).decisions).toEqual(expect.arrayContaining([decision()]));
      }
    });

    it('may be closed twice, and without having been opened', async () => {
      const persistence = await start();
      await persistence.close(summary);
      await expect(persistence.close(summary)).resolves.toBeUndefined();
      await expect(rigOf(plugin, contract.options(dir), dir).persistence.close(summary)).resolves.toBeUndefined();
    });

    it('refuses by name what a later release wrote', async () => {
      await write(await start(), beforeFlush());
      await contract.makeNewer(dir);
      const attempt = contract.newerRefusedBy === 'open' ? start('run-2') : Promise.resolve(dir).then(read);
      await expect(attempt).rejects.toMatchObject({ code: contract.newerCode });
    });

    const { restore } = rigOf(plugin, contract.options('.'), '.').persistence;
    if (restore === undefined) return;
    describe('when it restores', () => {
      it('finds nothing in a new store, nor when nothing is open', async () => {
        const first = rigOf(plugin, contract.options(dir), dir).persistence;
        expect(await first.restore?.()).toBeUndefined();
        await first.open(runInfo());
        await write(first, [
          { type: 'order', order: order({ status: 'filled' }) },
          position(),
          position({ quantity: 0 }),
        ]);
        const next = await start('run-2');
        expect(await next.restore?.()).toBeUndefined();
        await next.close(summary);
      });

      it('finds open orders and positions of a run that was killed', async () => {
        await killed(contract, dir);
        const next = rigOf(plugin, contract.options(dir), dir, 'run-2').persistence;
        expect(await next.restore?.()).toMatchObject({
          run: 'run-1',
          clean: false,
          positions: [{ strategy: 'sma-cross', instrument: 'ESZ5', quantity: 3, averagePrice: 5000.25 }],
          orders: [storedAfterFlush.orders[1]],
        });
        await next.close(summary);
      });

      it('says when the run before ended cleanly', async () => {
        await write(await start(), beforeFlush());
        const next = rigOf(plugin, contract.options(dir), dir, 'run-2').persistence;
        expect(await next.restore?.()).toMatchObject({ run: 'run-1', clean: true, orders: [{ status: 'partial' }] });
        await next.close(summary);
      });
    });
  });
}

const strange: readonly JournalEntry[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, 2 ** 60, Number.MIN_VALUE].flatMap((value): JournalEntry[] => [
    { type: 'order', order: order({ id: `strange ${value}`, price: value, quantity: value, updatedAt: value }) },
    { type: 'fill', fill: fill({ id: `strange ${value}`, price: value, fee: value, ts: value }) },
    { type: 'equity', equity: { realised: value, open: value, fees: value, net: value, ts: value } },
    position({ strategy: `strange ${value}`, quantity: value, averagePrice: value, ts: value }),
  ]),
  ...['', '\0', "'; DROP TABLE orders; --", '\ud800', '🎢', 'x'.repeat(100_000)].flatMap((text): JournalEntry[] => [
    { type: 'order', order: order({ id: `odd ${text}`, reason: text, tag: text, note: text }) },
    { type: 'fill', fill: fill({ id: `odd ${text}`, orderId: text }) },
  ]),
];

/** Has another process write and kill itself, and waits for its end. */
async function killed({ module, options }: PersistenceContract, dir: string): Promise<void> {
  const victim = fileURLToPath(new URL('./persistence-victim.ts', import.meta.url));
  const args = [victim, module.href, dir, JSON.stringify(options(dir))];
  const end = await new Promise<{ signal: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, args, (error, _stdout, stderr) => resolve({ signal: error?.signal, stderr }));
  });
  expect(end.signal, end.stderr).toBe('SIGKILL');
}
