import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const bin = fileURLToPath(new URL('../../core/cli/bin.js', import.meta.url));

const config = `
instruments:
  ESZ5: { tickSize: 0.25, pointValue: 50 }
providers:
  simulator: { tradesPerSecond: 200 }
strategies:
  ./buy-and-rest.ts: {}
persistence:
  sqlite: { file: journal.sqlite }
run: { onStop: keep }
`;

// Buys two when it holds nothing, and leaves one far sell order when it has none.
const strategy = `
import { defineStrategy, limitOrder, marketOrder } from '#core';
import { defer, filter, map, merge, take } from 'rxjs';
import { z } from 'zod';

export default defineStrategy({
  type: 'buy-and-rest',
  summary: 'Buys two once and leaves one far sell order.',
  options: z.strictObject({}),
  create: ({ instrument: { symbol }, market, account }) => {
    const first$ = market.trades(symbol).pipe(take(1));
    return merge(
      first$.pipe(
        filter(() => account.position(symbol).quantity === 0),
        map(() => marketOrder({ instrument: symbol, side: 'buy', quantity: 2, reason: 'flat' })),
      ),
      first$.pipe(
        filter(() => account.openOrders(symbol).length === 0),
        map(({ price }) =>
          limitOrder({ instrument: symbol, side: 'sell', quantity: 1, price: price + 1000, tag: 'far', reason: 'rest' }),
        ),
      ),
    );
  },
});
`;

describe('a run that is killed', () => {
  let dir: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
    writeFileSync(join(dir, 'crash.yaml'), config);
    writeFileSync(join(dir, 'buy-and-rest.ts'), strategy);
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  const journal = (sql: string): unknown[] => {
    if (!existsSync(join(dir, 'journal.sqlite'))) return [];
    const db = new DatabaseSync(join(dir, 'journal.sqlite'), { readOnly: true, timeout: 1_000 });
    try {
      return db
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }));
    } finally {
      db.close();
    }
  };
  const openState = (): unknown[] => [
    ...journal('SELECT strategy, instrument, quantity, average_price FROM positions'),
    ...journal(`SELECT id, status, price, quantity FROM orders WHERE status = 'working'`),
  ];

  it('hands its position and its open order to the next, which sends neither again', async () => {
    child = spawn(process.execPath, [bin, 'start', 'crash.yaml', '--json'], { cwd: dir, stdio: 'ignore' });
    // The tables come with the file, a moment after it.
    const complete = async (): Promise<void> => {
      const [tables] = journal(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'orders'`);
      expect(tables).toEqual({ n: 1 });
      expect(openState()).toHaveLength(2);
    };
    await vi.waitFor(complete, { timeout: 15_000, interval: 50 });
    const left = openState();
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [bin, 'start', 'crash.yaml', '--for', '500ms', '--json'],
      { cwd: dir },
    );
    expect(stderr).toMatch(/took over from run .*2 ESZ5.*1 open order/);
    expect(JSON.parse(stdout)).toMatchObject({ orders: 0, fills: 0 });
    expect(openState()).toEqual(left);
    expect(journal('SELECT clean FROM runs ORDER BY n')).toEqual([{ clean: 0 }, { clean: 1 }]);
  });
});
