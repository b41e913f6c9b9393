import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a document. */
export interface Block {
  /** `README.md:31`, for messages. */
  readonly at: string;
  readonly language: string;
  /** What follows the language, as `name=value` words: `file=trend.ts`, `exit=1`, `summary`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly text: string;
}

/** What readers are shown: README, contributing and docs, by path from the root. */
export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`),
];

export const textOf = (document: string): string => readFileSync(join(root, document), 'utf8');

export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { at: string; language: string; marks: Map<string, string>; lines: string[] } | undefined;
  for (const [i, line] of textOf(document).split('\n').entries()) {
    const fence = /^```(\S*)\s*(.*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) {
      const [, language = '', words = ''] = fence;
      open = { at: `${document}:${i + 1}`, language, marks: marksOf(words), lines: [] };
    } else {
      blocks.push({ ...open, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  return blocks;
}

function marksOf(words: string): Map<string, string> {
  const pairs = words.split(' ').filter((word) => word !== '');
  return new Map(pairs.map((word) => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']));
}
