import { config, map, merge, Observable, type Subscription, share, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { HotSource } from '../../../core/kernel/hot-source.ts';

const noted = <T>(source$: Observable<T>): T[] => {
  const values: T[] = [];
  source$.subscribe((value) => values.push(value));
  return values;
};

describe('a hot source', () => {
  it('gives every value to all subscribers in the order in which they came', () => {
    const source = new HotSource<number>();
    const heard: string[] = [];
    for (const name of ['a', 'b', 'c']) source.subscribe((value) => heard.push(`${name}${value}`));
    source.emit(1);
    source.emit(2);
    expect(heard).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('has forgotten what came before the subscription', () => {
    const source = new HotSource<number>();
    source.emit(1);
    const values = noted(source);
    source.emit(2);
    expect(values).toEqual([2]);
  });

  it('reaches one who subscribes during a value only with the next', () => {
    const source = new HotSource<number>();
    const late: number[] = [];
    source.pipe(take(1)).subscribe(() => source.subscribe((value) => late.push(value)));
    source.subscribe();
    source.emit(1);
    expect(late).toEqual([]);
    source.emit(2);
    expect(late).toEqual([2]);
  });

  it('still gives a value to the rest when one leaves during it', () => {
    const source = new HotSource<number>();
    const heard: string[] = [];
    const first: Subscription = source.subscribe((value) => {
      heard.push(`first ${value}`);
      first.unsubscribe();
    });
    source.subscribe((value) => heard.push(`second ${value}`));
    source.subscribe((value) => heard.push(`third ${value}`));
    source.emit(1);
    source.emit(2);
    expect(heard).toEqual(['first 1', 'second 1', 'third 1', 'second 2', 'third 2']);
  });

  it('gives nothing more to one whom another unsubscribed during the same value', () => {
    const source = new HotSource<number>();
    const heard: number[] = [];
    const others: Subscription[] = [];
    source.subscribe(() => {
      for (const other of others) other.unsubscribe();
    });
    others.push(source.subscribe((value) => heard.push(value)));
    source.emit(1);
    expect(heard).toEqual([]);
  });

  it.each([1, 3])('takes only the one that throws from the list, of %i', (count) => {
    const counts: number[] = [];
    const source = new HotSource<number>((n) => counts.push(n));
    const errors: unknown[] = [];
    const others = Array.from({ length: count - 1 }, () => noted(source));
    // A bare operator, which does not guard its projection as map does.
    new Observable<number>((subscriber) =>
      source.subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => subscriber.error(error),
      }),
    )
      .pipe(
        map((value) => {
          if (value === 2) throw new Error('third bar');
          return value;
        }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    for (const value of [1, 2, 3]) source.emit(value);
    expect(errors).toEqual([new Error('third bar')]);
    expect(others).toEqual(others.map(() => [1, 2, 3]));
    expect(counts.at(-1)).toBe(count - 1);
  });

  it.each([1, 2])('hands an error to the class-based subscriber that threw it, of %i', (count) => {
    const source = new HotSource<number>();
    const errors: unknown[] = [];
    const rest = count === 2 ? noted(source) : [];
    source
      .pipe(
        (source$) =>
          new Observable<number>((subscriber) => {
            // An operator's own subscriber: RxJS calls it without a guard.
            const inner = Object.create(subscriber, {
              next: {
                value: () => {
                  throw new Error('no guard');
                },
              },
            }) as typeof subscriber;
            return source$.subscribe(inner);
          }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    source.emit(1);
    source.emit(2);
    expect(errors).toEqual([new Error('no guard')]);
    expect(rest).toEqual(count === 2 ? [1, 2] : []);
  });

  it('reports what a listening function throws, as RxJS does, and goes on calling it', async () => {
    const before = config.onUnhandledError;
    const reported: unknown[] = [];
    config.onUnhandledError = (error) => reported.push(error);
    const source = new HotSource<number>();
    const heard: number[] = [];
    source.subscribe((value) => {
      heard.push(value);
      if (value === 1) throw new Error('not today');
    });
    source.emit(1);
    source.emit(2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    config.onUnhandledError = before;
    expect([heard, reported]).toEqual([[1, 2], [new Error('not today')]]);
  });

  it('calls the second and third function that subscribe may be given', () => {
    const source = new HotSource<number>();
    const heard: unknown[] = [];
    source.subscribe(
      (value) => heard.push(value),
      () => undefined,
      () => heard.push('complete'),
    );
    source.emit(1);
    source.complete();
    expect(heard).toEqual([1, 'complete']);
  });

  it('says how many are listening at every change', () => {
    const counts: number[] = [];
    const source = new HotSource<number>((n) => counts.push(n));
    const a = source.subscribe();
    const b = source.subscribe();
    expect(source.observed).toBe(true);
    a.unsubscribe();
    a.unsubscribe();
    b.unsubscribe();
    expect(counts).toEqual([1, 2, 1, 0]);
    expect(source.observed).toBe(false);
  });

  it('completes everyone, once', () => {
    const counts: number[] = [];
    const source = new HotSource<number>((n) => counts.push(n));
    const ended: string[] = [];
    source.subscribe({ complete: () => ended.push('a') });
    source.subscribe({ complete: () => ended.push('b') });
    source.complete();
    source.emit(1);
    source.complete();
    expect(ended).toEqual(['a', 'b']);
    expect(counts.at(-1)).toBe(0);
  });

  it('goes through ordinary operators', () => {
    const counts: number[] = [];
    const source = new HotSource<number>((n) => counts.push(n));
    const shared = source.pipe(
      map((value) => value * 10),
      share(),
    );
    const lists: number[][] = [];
    shared.pipe(take(2), toArray()).subscribe((list) => lists.push(list));
    merge(shared, source.pipe(take(1)))
      .pipe(take(4), toArray())
      .subscribe((list) => lists.push(list));
    for (const value of [1, 2, 3]) source.emit(value);
    expect(lists).toEqual([
      [10, 20],
      [10, 1, 20, 30],
    ]);
    expect(counts.at(-1)).toBe(0);
  });
});
