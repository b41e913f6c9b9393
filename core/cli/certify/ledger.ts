import type { Log } from '../../plugin/context.ts';

/** What a provider lets be seen: log lines, errors, reports, reasons. Searched for secrets afterwards. */
export class Ledger {
  readonly lines: string[];

  /** @param lines where to keep them; one list for many ledgers */
  constructor(lines: string[]) {
    this.lines = lines;
  }

  note(what: string, content: unknown): void {
    this.lines.push(`${what}: ${textOf(content)}`);
  }

  log(): Log {
    const write = (message: string, fields?: object): void => {
      this.lines.push(`log line: ${message}${fields === undefined ? '' : ` ${textOf(fields)}`}`);
    };
    return { debug: write, info: write, warn: write, error: write };
  }
}

/** With what errors hide: their causes, and fields that JSON leaves out. */
function textOf(content: unknown): string {
  if (content instanceof Error) {
    const cause = content.cause === undefined ? '' : ` caused by ${textOf(content.cause)}`;
    return `${content.name}: ${content.message}${cause}`;
  }
  if (typeof content === 'string') return content;
  return JSON.stringify(content, (_key, value: unknown) => (value instanceof Error ? textOf(value) : value)) ?? '';
}
