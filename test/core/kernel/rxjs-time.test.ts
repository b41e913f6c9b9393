import {
  asyncScheduler,
  bufferTime,
  debounceTime,
  delay,
  firstValueFrom,
  interval,
  map,
  type Observable,
  Subject,
  take,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { at, makeKernel, sinceStart, T0 } from '../../helpers/kernel-kit.ts';

/** What a stream says, and at which millisecond of the kernel's clock it says it. */
function recorder() {
  const { kernel, clock, inside } = makeKernel();
  const heard: [number, unknown][] = [];
  const listen = (stream$: Observable<unknown>): void =>
    inside(() => void stream$.subscribe((value) => heard.push([sinceStart(clock.now()), value])));
  return { kernel, inside, heard, listen };
}

describe('RxJS operators without a scheduler, subscribed inside the kernel', () => {
  it('run timer on the kernel clock', () => {
    const { kernel, heard, listen } = recorder();
    listen(timer(50));
    kernel.advanceTo(at(49));
    expect(heard).toEqual([]);
    kernel.advanceTo(at(1_000));
    expect(heard).toEqual([[50, 0]]);
  });

  it('run interval on the kernel clock, at its own pace within one advance', () => {
    const { kernel, heard, listen } = recorder();
    listen(interval(100));
    kernel.advanceTo(at(350));
    expect(heard).toEqual([
      [100, 0],
      [200, 1],
      [300, 2],
    ]);
  });

  it('run debounceTime on the kernel clock, also when more values come in between', () => {
    const { kernel, inside, heard, listen } = recorder();
    const source$ = new Subject<string>();
    listen(source$.pipe(debounceTime(100)));
    inside(() => source$.next('a'));
    kernel.run(at(60), 0, () => source$.next('b'));
    kernel.advanceTo(at(159));
    expect(heard).toEqual([]);
    kernel.advanceTo(at(500));
    expect(heard).toEqual([[160, 'b']]);
  });

  it('run delay and bufferTime on the kernel clock', () => {
    const { kernel, inside, heard, listen } = recorder();
    const source$ = new Subject<string>();
    listen(source$.pipe(delay(30)));
    listen(source$.pipe(bufferTime(40), take(1)));
    inside(() => source$.next('a'));
    kernel.run(at(5), 0, () => source$.next('b'));
    kernel.advanceTo(at(100));
    expect(heard).toEqual([
      [30, 'a'],
      [35, 'b'],
      [40, ['a', 'b']],
    ]);
  });

  it('give a cleared interval no more turns', () => {
    const { kernel, heard, listen } = recorder();
    listen(interval(10).pipe(take(2)));
    kernel.advanceTo(at(1_000));
    expect(heard).toHaveLength(2);
    expect(kernel.timers.size).toBe(0);
  });

  it('let time move on under interval(0), one millisecond a turn', () => {
    const { kernel, heard, listen } = recorder();
    listen(interval(0));
    kernel.advanceTo(at(5));
    expect(heard.map(([ms]) => ms)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('belong to the kernel that they were subscribed in', () => {
    const one = recorder();
    const two = recorder();
    one.listen(timer(10));
    two.listen(timer(10).pipe(map(() => 'two')));
    two.kernel.advanceTo(at(100));
    expect([one.heard, two.heard]).toEqual([[], [[10, 'two']]]);
    one.kernel.advanceTo(at(10));
    expect(one.heard).toEqual([[10, 0]]);
  });

  it('run inside the kernel even when an RxJS timer of the wall clock is what drives it', async () => {
    const { kernel, inside, heard, listen } = recorder();
    const source$ = new Subject<string>();
    const busy: boolean[] = [];
    listen(
      source$.pipe(
        debounceTime(100),
        tap(() => busy.push(kernel.busy)),
      ),
    );
    inside(() => source$.next('a'));
    // A provider that is itself built of interval(…) or of the scheduler that it was given.
    await firstValueFrom(timer(1).pipe(map(() => kernel.advanceTo(at(500)))));
    expect(heard).toEqual([[100, 'a']]);
    expect(busy).toEqual([true]);
  });

  it('leave the wall-clock timers of whoever drives the kernel in order', async () => {
    const { kernel, heard, listen } = recorder();
    listen(timer(10));
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      asyncScheduler.schedule(() => {
        asyncScheduler.schedule(() => {
          order.push('later');
          resolve();
        }, 1);
        kernel.advanceTo(at(100));
        order.push(`advanced with ${heard.length}`);
      });
    });
    expect(order).toEqual(['advanced with 1', 'later']);
  });
});

describe('RxJS operators outside of any kernel', () => {
  it('keep the wall clock, also when they were subscribed while a kernel exists', async () => {
    makeKernel();
    const started = Date.now();
    const values = await firstValueFrom(interval(5).pipe(take(3), toArray()));
    expect(values).toEqual([0, 1, 2]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(14);
    expect(Math.abs(asyncScheduler.now() - Date.now())).toBeLessThan(1_000);
  });

  it('see the kernel time inside it and the wall time outside', () => {
    const { kernel } = makeKernel();
    const seen: number[] = [];
    kernel.run(at(7), 0, () => seen.push(asyncScheduler.now()));
    expect(seen).toEqual([T0 / 1000 + 7]);
    expect(asyncScheduler.now()).toBeGreaterThan(T0 / 1000 + 1e9);
  });
});
