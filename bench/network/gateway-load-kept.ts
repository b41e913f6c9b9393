import { join } from 'node:path';
import { openTape } from '../../core/index.ts';

/** The trades that a recorder has kept of the run `load`, each once. */
export async function keptTrades(folder: string, by: 'tape' | 'sqlite'): Promise<number> {
  return by === 'tape' ? onTape(join(folder, 'load')) : inSqlite(join(folder, 'journal.sqlite'));
}

async function onTape(dir: string): Promise<number> {
  const tape = await openTape(dir);
  let last = 0;
  for await (const { id, n } of tape.rows('trades')) {
    for (let i = 0; i < n; i++) if (id[i] === last + 1) last++;
  }
  return last;
}

async function inSqlite(file: string): Promise<number> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const row = db.prepare('SELECT count(DISTINCT id) AS trades FROM trades').get();
    return Number(row?.['trades']);
  } finally {
    db.close();
  }
}
