export interface Skipped {
  readonly count: number;
  /** The first of them: `file:line: text`, cut to a readable length. */
  readonly sample: string;
}

/** What an import left out or wants known. A bad line is counted and shown once; it never ends the import. */
export class ImportReport {
  readonly skipped = new Map<string, Skipped>();
  readonly notes = new Map<string, number>();

  /** Counts rows or messages that did not reach the tape. */
  skip(reason: string, file: string, line: number, text: string): void {
    const before = this.skipped.get(reason);
    const sample = before?.sample ?? `${file}:${line}: ${text.length > 120 ? `${text.slice(0, 117)}...` : text}`;
    this.skipped.set(reason, { count: (before?.count ?? 0) + 1, sample });
  }

  /** Counts what is worth knowing about rows that did reach it. */
  note(text: string, count = 1): void {
    this.notes.set(text, (this.notes.get(text) ?? 0) + count);
  }
}
