import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fill, isOpen, type JournalEntry, type Order, type Persistence } from '#core';
import sqlite from '../../../plugins/persistence/sqlite/index.ts';
import { fill, order, position, rigOf, runInfo, START_MS, summary } from '../../contracts/persistence-kit.ts';
import { journalFile, query } from './sqlite-reader.ts';

type Step =
  | { readonly do: 'order'; readonly order: Order }
  | { readonly do: 'fill'; readonly fill: Fill }
  | { readonly do: 'position'; readonly strategy: string; readonly instrument: string; readonly quantity: number }
  | { readonly do: 'restart'; readonly how: 'clean' | 'crash' };

const strategy = fc.constantFrom('sma-cross', 'confluence/fast');
const instrument = fc.constantFrom('BTCUSDT', 'ESZ5');
const time = fc.integer({ min: 0, max: 5_000_000 }).map((us) => (START_MS * 1_000 + us) / 1_000);
/** Spreads trade below 0. Adding 0 makes 0 of -0, which SQLite does not keep and no venue sends. */
const price = fc.option(
  fc.double({ min: -100, max: 1e5, noNaN: true }).map((value) => value + 0),
  { nil: undefined },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        id: fc.constantFrom('1', '2', '3', '4'),
        strategy,
        instrument,
        side: fc.constantFrom('buy' as const, 'sell' as const),
        status: fc.constantFrom(...(['pending', 'working', 'partial', 'filled', 'cancelled', 'rejected'] as const)),
        quantity: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        filled: fc.integer({ min: 0, max: 5 }),
        averagePrice: price,
        price,
        tag: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
        createdAt: time,
        updatedAt: time,
      })
      .map((change): Step => ({ do: 'order', order: order(change) })),
  },
  { weight: 2, arbitrary: fc.constantFrom('F1', 'F2', 'F3').map((id): Step => ({ do: 'fill', fill: fill({ id }) })) },
  {
    weight: 3,
    arbitrary: fc
      .record({ strategy, instrument, quantity: fc.integer({ min: -2, max: 2 }) })
      .map((held): Step => ({ do: 'position', ...held })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('clean' as const, 'crash' as const).map((how) => ({ do: 'restart' as const, how })),
  },
);

/** What the journal should know, kept in two maps. */
class Model {
  orders = new Map<string, Order>();
  readonly positions = new Map<string, { strategy: string; instrument: string; quantity: number }>();
  fills = 0;
  readonly #seen = new Set<string>();

  apply(next: Exclude<Step, { do: 'restart' }>): void {
    if (next.do === 'order') this.orders.set(next.order.id, next.order);
    else if (next.do === 'fill') this.#seen.add(next.fill.id);
    else if (next.quantity === 0) this.positions.delete(`${next.strategy} ${next.instrument}`);
    else this.positions.set(`${next.strategy} ${next.instrument}`, pick(next));
  }

  restart(): void {
    this.orders = new Map([...this.orders].filter(([, held]) => isOpen(held)));
    this.fills += this.#seen.size;
    this.#seen.clear();
  }
}

const pick = ({ strategy, instrument, quantity }: Extract<Step, { do: 'position' }>) => ({
  strategy,
  instrument,
  quantity,
});
const entryOf = (next: Exclude<Step, { do: 'restart' }>): JournalEntry =>
  next.do === 'order'
    ? { type: 'order', order: next.order }
    : next.do === 'fill'
      ? { type: 'fill', fill: next.fill }
      : position(pick(next));

describe('restoring', () => {
  it('agrees with a plain model after any orders, fills, positions, clean stops and crashes', async () => {
    const root = mkdtempSync(join(tmpdir(), 'millrace-restore-'));
    let cases = 0;
    const check = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      cases += 1;
      await follow(join(root, String(cases)), [...steps, { do: 'restart', how: 'crash' }]);
    });
    try {
      await fc.assert(check, { numRuns: 40 });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

async function follow(root: string, steps: readonly Step[]): Promise<void> {
  const model = new Model();
  const started: Persistence[] = [];
  const start = async (): Promise<Persistence> => {
    const id = `run-${started.length + 1}`;
    const { persistence } = rigOf(sqlite, { file: journalFile(join(root, id)) }, root, id);
    started.push(persistence);
    await persistence.open(runInfo(id));
    return persistence;
  };

  let current = await start();
  for (const next of steps) {
    if (next.do !== 'restart') {
      current.append(entryOf(next));
      model.apply(next);
      continue;
    }
    if (next.how === 'clean') await current.close(summary);
    moveOn(root, started.length);
    model.restart();
    current = await start();
    await expectEqual(current, model, next.how === 'clean');
  }
  expect(query(journalFile(join(root, `run-${started.length}`)), 'SELECT count(*) AS n FROM fills')).toEqual([
    { n: model.fills },
  ]);
  await Promise.all(started.map((persistence) => persistence.close(summary)));
}

/** The files as they are at this moment are what a killed process leaves behind; the next run gets a copy of them. */
function moveOn(root: string, n: number): void {
  for (const suffix of ['', '-wal']) {
    const from = journalFile(join(root, `run-${n}`)) + suffix;
    if (existsSync(from)) cpSync(from, journalFile(join(root, `run-${n + 1}`)) + suffix);
  }
}

async function expectEqual(persistence: Persistence, model: Model, clean: boolean): Promise<void> {
  const state = await persistence.restore?.();
  if (model.orders.size + model.positions.size === 0) {
    expect(state).toBeUndefined();
    return;
  }
  const byId = <T extends { id: string }>(list: Iterable<T>): T[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  const byKey = (list: Iterable<{ strategy: string; instrument: string; quantity: number }>) =>
    [...list].map((held) => `${held.strategy} ${held.instrument} ${held.quantity}`).sort();
  expect(state?.clean).toBe(clean);
  expect(byId(state?.orders ?? [])).toEqual(byId(model.orders.values()));
  expect(byKey(state?.positions ?? [])).toEqual(byKey(model.positions.values()));
}
