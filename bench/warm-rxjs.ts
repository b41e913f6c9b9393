import {
  BehaviorSubject,
  bufferCount,
  filter,
  groupBy,
  map,
  mergeMap,
  type Observable,
  pairwise,
  Subject,
  scan,
  share,
  withLatestFrom,
} from 'rxjs';

const SUBSCRIPTIONS = 30;
const EVENTS = 3000;

/**
 * Shows RxJS many operators, functions and shapes of values, as an application does. In a process that has seen only one
 * of each the engine makes every chain up to twice as fast, which no user will see.
 */
export function warmRxjs(): void {
  for (let round = 0; round < SUBSCRIPTIONS; round++) {
    const source = new Subject<{ readonly price: number; readonly kind?: string }>();
    const other = new BehaviorSubject(round);
    const chains: readonly Observable<unknown>[] = [
      source.pipe(
        map(({ price }) => price + round),
        filter((price) => price > 3),
      ),
      source.pipe(scan((count) => count + 1, 0)),
      source.pipe(withLatestFrom(other)),
      source.pipe(bufferCount(3, 1)),
      source.pipe(
        pairwise(),
        mergeMap((pair) => pair),
      ),
      source.pipe(
        groupBy(({ price }) => price & 3),
        mergeMap((group) => group),
      ),
      source.pipe(share()),
    ];
    const subscriptions = chains.map((chain) => chain.subscribe());
    for (let i = 0; i < EVENTS; i++) source.next(i % 2 === 0 ? { price: i } : { kind: 'odd', price: i });
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
}
