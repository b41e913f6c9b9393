import type { Observable } from 'rxjs';

/** Everything that a synchronous stream emits, up to now. An error is thrown. */
export function collect<T>(stream$: Observable<T>): T[] {
  const values: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  stream$
    .subscribe({
      next: (value) => values.push(value),
      error: (error: unknown) => {
        failure = { error };
      },
    })
    .unsubscribe();
  if (failure !== undefined) throw failure.error;
  return values;
}
