import { defer, map, type OperatorFunction } from 'rxjs';

/** An operator around a fresh state per subscription: two subscribers on one stream must not share sums. */
export const streaming =
  <State, In, Out>(create: () => State, step: (state: State, value: In) => Out): OperatorFunction<In, Out> =>
  (source$) =>
    defer(() => {
      const state = create();
      return source$.pipe(map((value) => step(state, value)));
    });
