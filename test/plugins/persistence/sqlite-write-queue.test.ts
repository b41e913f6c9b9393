import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Write, WriteQueue } from '../../../plugins/persistence/sqlite/write-queue.ts';

describe('a write queue of four rows', () => {
  let dir: string;
  let db: DatabaseSync;
  let other: DatabaseSync;
  let queue: WriteQueue;
  let last: Write;
  let lines: string[];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'millrace-queue-'));
    db = new DatabaseSync(join(dir, 'test.sqlite'), { timeout: 0 });
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT; CREATE TABLE seen (n)');
    other = new DatabaseSync(join(dir, 'test.sqlite'), { timeout: 0 });
    lines = [];
    const line = (message: string): void => void lines.push(message);
    queue = new WriteQueue({ db, limit: 4, log: { debug: line, info: line, warn: line, error: line } });
    last = { into: db.prepare('INSERT INTO seen VALUES (?)'), values: [1] };
  });
  afterEach(() => {
    db.close();
    other.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const add = (...numbers: number[]): void => {
    const into = db.prepare('INSERT INTO numbers VALUES (?)');
    for (const n of numbers) queue.add(into, [n]);
  };
  const stored = (): unknown[] =>
    other
      .prepare('SELECT n FROM numbers ORDER BY n')
      .all()
      .map((row) => row.n);

  it('is ripe when four wait', () => {
    add(1, 2, 3);
    expect(queue.ripe).toBe(false);
    add(4);
    expect(queue.ripe).toBe(true);
  });

  it('writes all, and the last row with them', () => {
    add(1, 2, 3);
    queue.commit(last);
    expect(stored()).toEqual([1, 2, 3]);
    expect(other.prepare('SELECT count(*) AS n FROM seen').get()).toMatchObject({ n: 1 });
    expect(queue.length).toBe(0);
  });

  it('keeps its rows, in order, while the file is locked', () => {
    other.exec('BEGIN IMMEDIATE');
    add(1, 2);
    queue.commit(last);
    expect([queue.failing, queue.length]).toEqual([true, 2]);
    other.exec('ROLLBACK');
    add(3);
    queue.commit(last);
    expect([queue.failing, queue.length]).toEqual([false, 0]);
    expect(stored()).toEqual([1, 2, 3]);
  });

  it('gives up the older half when more would wait, and counts it', () => {
    other.exec('BEGIN IMMEDIATE');
    add(1, 2, 3, 4);
    queue.commit(last);
    expect(queue.ripe, 'no reason to try before the lock is gone').toBe(false);
    add(5, 6, 7);
    other.exec('ROLLBACK');
    queue.commit(last);
    expect(stored()).toEqual([5, 6, 7]);
    expect(lines.filter((line) => line === 'rows were not stored in the journal')).toHaveLength(2);
  });

  it('gives up a row that can never be written, and no other', () => {
    add(1, 2, 2, 3);
    queue.commit(last);
    expect(stored()).toEqual([1, 2, 3]);
    expect(lines).toEqual(['rows were not stored in the journal']);
  });
});
