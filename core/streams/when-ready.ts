import { filter, type OperatorFunction } from 'rxjs';

/** An event all of whose fields have values. */
export type Ready<T> = { readonly [Field in keyof T]: Exclude<T[Field], undefined> };

/**
 * Lets an event through once all of its fields have values: after `withIndicators`, when every indicator is warm.
 *
 * In       events with fields that may be `undefined`
 * Out      the events in which none is, typed so
 */
export function whenReady<T extends object>(): OperatorFunction<T, T & Ready<T>> {
  return filter((event): event is T & Ready<T> => {
    for (const value of Object.values(event)) if (value === undefined) return false;
    return true;
  });
}
