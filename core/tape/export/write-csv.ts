import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { Chunk } from '../../domain/chunk.ts';
import { isoMicros, MICROS_PER_SECOND } from '../../domain/time.ts';
import { type MarketColumn, valuesOf } from '../columns.ts';
import { type ExportTarget, sideName } from './cells.ts';

/** One line per row: times as ISO 8601 with nanoseconds, sides as words, an empty cell where there is no value. */
export async function writeCsv(
  chunks: AsyncIterable<Chunk>,
  columns: readonly MarketColumn[],
  { file, symbols }: ExportTarget,
): Promise<number> {
  const fd = openSync(file, 'w');
  let rows = 0;
  try {
    writeFileSync(fd, `${columns.map(({ name }) => name).join(',')}\n`);
    for await (const chunk of chunks) {
      const cells = columns.map((column) => cellOf(chunk, column, symbols.map(quoted)));
      const lines: string[] = [];
      for (let row = 0; row < chunk.n; row++) lines.push(cells.map((cell) => cell(row)).join(','));
      writeFileSync(fd, `${lines.join('\n')}\n`);
      rows += chunk.n;
    }
  } finally {
    closeSync(fd);
  }
  return rows;
}

function cellOf(chunk: Chunk, column: MarketColumn, symbols: readonly string[]): (row: number) => string {
  const values = valuesOf(chunk, column.field);
  const nanos = column.remainder === undefined ? undefined : valuesOf(chunk, column.remainder);
  if (column.type === 'time') {
    const iso = isoNanos();
    return (row) => iso(values[row]!, nanos?.[row] ?? 0);
  }
  if (column.type === 'symbol') return (row) => symbols[values[row]!] ?? '';
  if (column.field === 'side') return (row) => sideName(values[row]);
  if (column.field === 'id') return (row) => (values[row] === 0 ? '' : String(values[row]));
  return (row) => (Number.isNaN(values[row]) ? '' : String(values[row]));
}

/** ISO 8601 with nanoseconds. Neighbouring rows mostly share their second, which is the costly part to format. */
function isoNanos(): (us: number, ns: number) => string {
  let second = Number.NaN;
  let text = '';
  return (us, ns) => {
    const whole = Math.floor(us / MICROS_PER_SECOND);
    if (whole !== second) {
      second = whole;
      text = isoMicros(whole * MICROS_PER_SECOND).slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
    }
    return `${text}.${String((us - whole * MICROS_PER_SECOND) * 1000 + ns).padStart(9, '0')}Z`;
  };
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
