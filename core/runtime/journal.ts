import type { StreamDemand } from '../plugin/provider.ts';
import type { JournalEntry, Persistence, RestoredState, RunInfo, RunSummaryRecord } from '../plugin/persistence.ts';

export interface NamedSink {
  readonly name: string;
  readonly sink: Persistence;
}

/**
 * All persistence plugins of a run. One that fails is reported once and left out: a full disk must not stop the trading,
 * nor the other records.
 */
export class Journal {
  private readonly sinks: NamedSink[];
  private readonly onFailure: (name: string, error: unknown) => void;
  readonly failed: string[] = [];

  constructor(sinks: readonly NamedSink[], onFailure: (name: string, error: unknown) => void) {
    this.sinks = [...sinks];
    this.onFailure = onFailure;
  }

  get empty(): boolean {
    return this.sinks.length === 0;
  }

  /** Streams to record even when no strategy wants them. */
  get demand(): readonly StreamDemand[] {
    return this.sinks.flatMap(({ sink }) => sink.demand ?? []);
  }

  get locations(): readonly { readonly name: string; readonly location: string }[] {
    return this.sinks.flatMap(({ name, sink }) => (sink.location === undefined ? [] : [{ name, location: sink.location }]));
  }

  /** What an earlier run left open, from the first plugin that knows. */
  async restore(): Promise<RestoredState | undefined> {
    for (const { sink } of this.sinks) {
      const state = await sink.restore?.();
      if (state !== undefined) return state;
    }
    return undefined;
  }

  /** Unlike the rest, this may fail the start: nobody wants to trade unrecorded without knowing it. */
  async open(run: RunInfo): Promise<void> {
    for (const { sink } of this.sinks) await sink.open(run);
  }

  append(entry: JournalEntry): void {
    for (let i = 0; i < this.sinks.length; i++) {
      const { name, sink } = this.sinks[i] as NamedSink;
      try {
        sink.append(entry);
      } catch (error) {
        this.drop(name, error);
      }
    }
  }

  async flush(): Promise<void> {
    await this.each((sink) => sink.flush());
  }

  async close(summary: RunSummaryRecord): Promise<void> {
    await this.each((sink) => sink.close(summary));
  }

  private async each(work: (sink: Persistence) => Promise<void>): Promise<void> {
    await Promise.all(
      this.sinks.map(async ({ name, sink }) => {
        try {
          await work(sink);
        } catch (error) {
          this.drop(name, error);
        }
      }),
    );
  }

  private drop(name: string, error: unknown): void {
    const at = this.sinks.findIndex((each) => each.name === name);
    if (at < 0) return;
    this.sinks.splice(at, 1);
    this.failed.push(name);
    this.onFailure(name, error);
  }
}
