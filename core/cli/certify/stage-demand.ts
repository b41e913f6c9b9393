import { BehaviorSubject, type Observable } from 'rxjs';
import type { Demand, StreamDemand, StreamName } from '../../plugin/demand.ts';

export const keyOf = ({ stream, instrument }: StreamDemand): string => `${stream} of ${instrument}`;

/** A demand that a case can change. */
export class StageDemand implements Demand {
  readonly changes$: Observable<readonly StreamDemand[]>;
  private readonly wanted = new BehaviorSubject<readonly StreamDemand[]>([]);

  constructor() {
    this.changes$ = this.wanted.asObservable();
  }

  current(): readonly StreamDemand[] {
    return this.wanted.value;
  }

  wants(stream: StreamName, instrument: string): boolean {
    return this.wanted.value.some((each) => each.stream === stream && each.instrument === instrument);
  }

  set(wanted: readonly StreamDemand[]): void {
    this.wanted.next(wanted);
  }

  /** Somebody listens to changes. */
  get isObserved(): boolean {
    return this.wanted.observed;
  }

  /** What `there` has too little or too much, in words. */
  differenceTo(there: readonly StreamDemand[]): string | undefined {
    const [asked, has] = [this.current().map(keyOf), there.map(keyOf)];
    const lacks = asked.filter((key) => !has.includes(key));
    const extra = has.filter((key) => !asked.includes(key));
    if (lacks.length > 0) return `${lacks.join(', ')} did not reach the venue`;
    return extra.length > 0 ? `the venue was asked for ${extra.join(', ')} as well` : undefined;
  }
}
