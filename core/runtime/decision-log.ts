import { createHash } from 'node:crypto';
import type { Micros } from '../domain/time.ts';
import type { DecisionRecord } from '../plugin/persistence.ts';

/** SHA-256 over lines of text. `digest` may be asked for at any time; lines go on being added. */
export class LineHash {
  private readonly hash = createHash('sha256');
  private pending: string[] = [];
  count = 0;

  add(line: string): void {
    this.pending.push(line);
    this.count++;
    // One update per line would cost more than the hashing.
    if (this.pending.length >= 256) this.settle();
  }

  digest(): string {
    this.settle();
    return this.hash.copy().digest('hex');
  }

  private settle(): void {
    if (this.pending.length === 0) return;
    this.hash.update(`${this.pending.join('\n')}\n`);
    this.pending = [];
  }
}

/**
 * Everything that strategies and the risk stage decide, in order, and its fingerprint.
 *
 * A line is the JSON of [who, its own count, cause, time µs, kind, …what]. The cause is the sequence number of the event
 * that was being delivered, 0 for a timer or a bar closed by the clock. Nothing that could differ between a run and its
 * replay is in it: no wall clock, no run id, no order of loading.
 */
export class DecisionLog {
  private readonly all = new LineHash();
  private readonly byActor = new Map<string, LineHash>();
  private readonly onRecord: (record: DecisionRecord) => void;
  private readonly where: () => { readonly cause: number; readonly now: Micros };

  constructor(where: () => { cause: number; now: Micros }, onRecord: (record: DecisionRecord) => void) {
    this.where = where;
    this.onRecord = onRecord;
  }

  get count(): number {
    return this.all.count;
  }

  record(actor: string, kind: string, what: readonly (string | number | boolean | null)[]): void {
    const own = this.byActor.get(actor) ?? new LineHash();
    this.byActor.set(actor, own);
    const { cause, now } = this.where();
    const text = JSON.stringify([actor, own.count, cause, now, kind, ...what]);
    const index = this.all.count;
    own.add(text);
    this.all.add(text);
    this.onRecord({ index, cause, ts: now, strategy: actor, kind, text });
  }

  hash(): string {
    return this.all.digest();
  }

  /** Of one strategy or risk rule: the same whatever else is loaded, as long as nothing couples them. */
  hashOf(actor: string): { readonly decisions: number; readonly hash: string } {
    const own = this.byActor.get(actor) ?? new LineHash();
    return { decisions: own.count, hash: own.digest() };
  }
}
