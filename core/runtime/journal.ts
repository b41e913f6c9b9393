import type { StreamDemand } from '../plugin/demand.ts';
import type { JournalEntry, Persistence, RestoredState, RunInfo, RunSummaryRecord } from '../plugin/persistence.ts';

export interface NamedSink {
  readonly name: string;
  readonly sink: Persistence;
}

/**
 * All persistence plugins of a run. A fault is reported once per plugin and call; the plugin stays, for it may recover, and
 * it is closed in any case. A full disk must not stop the trading, nor the other records.
 */
export class Journal {
  private readonly sinks: readonly NamedSink[];
  private readonly onFailure: (name: string, error: unknown) => void;
  private readonly faults = new Set<string>();

  constructor(sinks: readonly NamedSink[], onFailure: (name: string, error: unknown) => void) {
    this.sinks = sinks;
    this.onFailure = onFailure;
  }

  /** Did a plugin fail to take, keep or close something? */
  get incomplete(): boolean {
    return this.faults.size > 0;
  }

  /** Streams to record even when no strategy wants them. */
  get demand(): readonly StreamDemand[] {
    return this.sinks.flatMap(({ sink }) => sink.demand ?? []);
  }

  get locations(): readonly { readonly name: string; readonly location: string }[] {
    return this.sinks.flatMap(({ name, sink }) =>
      sink.location === undefined ? [] : [{ name, location: sink.location }],
    );
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
        this.fault(name, 'append', error);
      }
    }
  }

  async flush(): Promise<void> {
    await this.each('flush', (sink) => sink.flush());
  }

  async close(summary: RunSummaryRecord): Promise<void> {
    await this.each('close', (sink) => sink.close(summary));
  }

  private async each(call: string, work: (sink: Persistence) => Promise<void>): Promise<void> {
    await Promise.all(
      this.sinks.map(async ({ name, sink }) => {
        try {
          await work(sink);
        } catch (error) {
          this.fault(name, call, error);
        }
      }),
    );
  }

  private fault(name: string, call: string, error: unknown): void {
    const key = `${name} ${call}`;
    if (this.faults.has(key)) return;
    this.faults.add(key);
    this.onFailure(name, error);
  }
}
