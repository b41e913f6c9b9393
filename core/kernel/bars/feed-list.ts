import type { BarFeed } from './bar-feed.ts';

/** The feeds of one price, trades or a side of the quotes, by instrument. */
export class FeedList {
  /** Changed by replacement only, so that a list that is being walked stays whole. */
  private readonly feeds: (readonly BarFeed[])[];
  /** Number of the next row. Counted only while there are feeds, which is when it is needed. */
  private readonly next: Float64Array;
  private readonly onWanted: (k: number) => void;

  /** @param onWanted told when an instrument's first feed comes, and when its last one goes */
  constructor(instruments: number, onWanted: (k: number) => void) {
    this.feeds = Array.from({ length: instruments }, () => []);
    this.next = new Float64Array(instruments);
    this.onWanted = onWanted;
  }

  wanted(k: number): boolean {
    return this.feeds[k]!.length > 0;
  }

  /** The feed that begins with the next row: one that is there, or what `make` makes. */
  open(k: number, key: string, make: (first: number, onCount: (feed: BarFeed) => void) => BarFeed): BarFeed {
    const first = this.next[k]!;
    const known = this.feeds[k]!.find((feed) => feed.key === key && feed.first === first);
    return known ?? make(first, (feed) => this.attend(k, feed));
  }

  /** Hands a row to all feeds; answers for how many it was too late. */
  take(k: number, row: Float64Array): number {
    const feeds = this.feeds[k]!;
    let late = 0;
    this.next[k]!++;
    for (let f = 0; f < feeds.length; f++) {
      // Somebody who heard a bar before may have closed it.
      if (feeds[f]!.observed && !feeds[f]!.take(row)) late++;
    }
    return late;
  }

  private attend(k: number, feed: BarFeed): void {
    const feeds = this.feeds[k]!;
    if (feed.observed === feeds.includes(feed)) return;
    const now = feed.observed ? [...feeds, feed] : feeds.filter((other) => other !== feed);
    this.feeds[k] = now;
    if (feed.observed) feed.start();
    else feed.stop();
    if (feeds.length + now.length === 1) this.onWanted(k);
  }
}
