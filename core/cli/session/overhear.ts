import { catchError, EMPTY, throwError } from 'rxjs';
import type { Provider } from '../../plugin/provider.ts';

/** What a supervisor needs of a provider, with its errors told to `onError` before they go on. */
export function overhear(provider: Provider, onError: (error: unknown) => void): Provider {
  const { clock, connection, resumes } = provider;
  return {
    // Asked for anew each time: some providers learn their instruments when they connect.
    get instruments() {
      return provider.instruments as NonNullable<Provider['instruments']>;
    },
    events: (demand) =>
      (provider.events?.(demand) ?? EMPTY).pipe(
        catchError((error: unknown) => {
          onError(error);
          return throwError(() => error);
        }),
      ),
    ...(clock === undefined ? {} : { clock }),
    ...(connection === undefined ? {} : { connection }),
    ...(resumes === undefined ? {} : { resumes }),
  };
}
