import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHUNK_KINDS } from '../../core/domain/chunk.ts';
import { type Column, DECISION_COLUMNS, INPUT_COLUMNS, MARKET_COLUMNS } from '../../core/tape/columns.ts';
import { generatedDocs } from '../../tools/docs.ts';
import { answerTo } from '../core/cli/answer.ts';
import { documents, root, textOf } from './blocks.ts';

/** Text without its fenced blocks. */
const prose = (document: string): string => textOf(document).replaceAll(/^```.*?^```/gms, '');

/** The anchor that a heading gets on a page. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

function hasAnchor(file: string, wanted: string): boolean {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].some(([, heading = '']) => anchor(heading) === wanted);
}

describe('what the documents refer to', () => {
  it.each(documents)('%s links to files and headings that exist', (document) => {
    const here = join(root, dirname(document));
    const links = [...prose(document).matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', part] = link.split('#');
      const file = path === '' ? join(root, document) : join(here, path);
      return !existsSync(file) || (part !== undefined && !hasAnchor(file, part));
    });
    expect(broken).toEqual([]);
  });

  it.each(documents)('%s names npm scripts that exist', (document) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(document).matchAll(/\bnpm run ([\w:]+)|\bnpm (start|test)\b/g)].map(
      ([, run, own]) => run ?? own,
    );
    expect(named.filter((name) => name === undefined || scripts[name] === undefined)).toEqual([]);
  });

  it('has tables that are equal to the declarations', async () => {
    for (const { file, is, shouldBe } of await generatedDocs()) {
      expect(is, `${file} is not what its declarations say: run  node tools/docs.ts`).toBe(shouldBe);
    }
  });

  it('has the columns of a tape as they are written', () => {
    const shown = [...textOf('docs/tape-format.md').matchAll(/^\| (\w+) \| ((?:`\w+` ?)+) \|$/gm)];
    const columns = Object.fromEntries(
      shown.map(([, series, names = '']) => [series, names.replaceAll('`', '').split(' ')]),
    );
    const names = (list: readonly Column[]): string[] => list.map(({ name }) => name);
    const market = CHUNK_KINDS.map((kind) => [kind, names(MARKET_COLUMNS[kind])]);
    expect(columns).toEqual({
      ...Object.fromEntries(market),
      inputs: names(INPUT_COLUMNS),
      decisions: names(DECISION_COLUMNS),
    });
  });

  it('says what start and replay print with --json, field by field', async () => {
    const table = /`start` and `replay` print\n\n(.*?)\n\n/s.exec(textOf('README.md'))?.[1] ?? '';
    const documented = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      cell.split(', ').map((name) => name.replaceAll('`', '')),
    );
    const cwd = mkdtempSync(join(tmpdir(), 'millrace-json-'));
    const start = await answerTo(
      ['start', join(root, 'config/sma-cross.yaml'), '--set', 'providers.simulator.pace=max', '--for', '5m', '--json'],
      { cwd },
    );
    const started = JSON.parse(start.out) as { tape: string };
    const replayed = JSON.parse((await answerTo(['replay', started.tape, '--json'], { cwd })).out) as object;
    rmSync(cwd, { recursive: true });
    expect(Object.keys(replayed)).toEqual(expect.arrayContaining(Object.keys(started)));
    expect([...documented].sort()).toEqual(Object.keys(replayed).sort());
  });
});
