import type { Grid } from './report.ts';

/** A grid for the terminal: the first column to the left, numbers to the right. */
export function numberTable({ title, header, rows }: Grid): string {
  const lines = header === undefined ? rows : [header, ...rows];
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  const write = (line: readonly string[]): string =>
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [title, ...lines.map((line) => `  ${write(line)}`)].join('\n');
}
