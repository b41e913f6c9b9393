import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../plugins/persistence/sqlite/connection.ts';
import { migrate } from '../../../plugins/persistence/sqlite/schema.ts';

const releases = ['CREATE TABLE notes (text TEXT)', "ALTER TABLE notes ADD COLUMN author TEXT DEFAULT 'unknown'"];

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-schema-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('migrations', () => {
  it('bring an old file to the newest version and keep its rows', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, 'old.sqlite', releases.slice(0, 1));
    db.exec("INSERT INTO notes VALUES ('first')");
    migrate(db, 'old.sqlite', releases);
    expect({ ...db.prepare('SELECT * FROM notes').get() }).toEqual({ text: 'first', author: 'unknown' });
    expect(db.prepare('SELECT version FROM schema_version').all()).toHaveLength(1);
    expect(db.prepare('SELECT version FROM schema_version').get()).toMatchObject({ version: 2 });
  });

  it('do nothing to a file of the newest version', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, 'new.sqlite', releases);
    expect(() => migrate(db, 'new.sqlite', releases)).not.toThrow();
  });

  it('leave the file as it was when a step fails', () => {
    const file = join(dir, 'old.sqlite');
    const db = new DatabaseSync(file);
    migrate(db, file, releases.slice(0, 1));
    const broken = [...releases.slice(0, 1), 'CREATE TABLE half (a); nonsense'];
    expect(() => migrate(db, file, broken)).toThrow(/nonsense/);
    db.close();

    const again = new DatabaseSync(file);
    expect(again.prepare('SELECT version FROM schema_version').get()).toMatchObject({ version: 1 });
    expect(again.prepare("SELECT * FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
    again.close();
  });

  it('name the version that they do not know', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, 'newer.sqlite', releases);
    expect(() => migrate(db, 'newer.sqlite', releases.slice(0, 1))).toThrow(
      /newer\.sqlite\n {2}was {7}a journal of version 2/,
    );
  });
});

describe('a connection', () => {
  it.each([
    [false, 1],
    [true, 2],
  ])('with durable: %s is in WAL mode with synchronous = %i', async (durable, synchronous) => {
    const { db, close } = await connect(join(dir, 'journal.sqlite'), durable);
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    // NORMAL is 1, FULL is 2: https://sqlite.org/pragma.html#pragma_synchronous
    expect(db.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous });
    close();
  });
});
