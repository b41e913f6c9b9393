import type { Sent } from './venue-book.ts';

const MOST_RECORDS = 400_000;

/** What the venue has sent lately, for replays. */
export class SentLog {
  #records: Sent[] = [];
  /** Nothing from before this is held any more; 0 while all is. */
  agedOut = 0n;
  /** The latest venue time of all. */
  latest = 0n;

  add(record: Sent): void {
    this.#records.push(record);
    if (record.event > this.latest) this.latest = record.event;
    if (this.#records.length < MOST_RECORDS) return;
    // Half at once: an array that loses its first element with every record is slow.
    const gone = this.#records.splice(0, MOST_RECORDS / 2);
    this.agedOut = gone.at(-1)?.event ?? 0n;
  }

  /** Forgets everything, as a venue does after its hours. */
  ageOut(): void {
    this.agedOut = this.latest + 1n;
    this.#records = [];
  }

  select(schema: string, ids: ReadonlySet<number>, start: bigint): readonly Sent[] {
    return this.#records.filter((one) => one.schema === schema && one.event >= start && ids.has(one.id));
  }
}
