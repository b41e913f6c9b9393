import { concat, map, NEVER, of, Subject, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Decision, marketOrder, type Strategy } from '#core';
import { StrategyHost } from '../../../core/runtime/strategy-host.ts';
import { at, makeKernel } from '../../helpers/kernel-kit.ts';

const order = (reason: string): Decision => marketOrder({ instrument: 'ES', side: 'buy', quantity: 1, reason });

function host(strategy: Strategy) {
  const made = makeKernel();
  const { kernel, inside } = made;
  const told: string[] = [];
  const named = (name: string, decision: Decision): string =>
    `${name} ${decision.reason}${kernel.busy ? '' : ' outside'}`;
  const made$ = new StrategyHost('s', strategy, kernel, {
    onDecision: (name, decision) => told.push(named(name, decision)),
    onOutside: (name, decision) => told.push(named(name, decision)),
    onFailure: (name, error) => told.push(`${name} failed: ${String(error)}`),
  });
  return { ...made, host: made$, told, start: () => inside(() => made$.start()) };
}

describe('the host of a strategy', () => {
  it('passes decisions on after the delivery in which they were made', () => {
    const decisions$ = new Subject<Decision>();
    const { host: hosted, told, start, inside } = host(decisions$);
    start();
    inside(() => {
      decisions$.next(order('one'));
      expect(told).toEqual([]);
    });
    expect([told, hosted.state]).toEqual([['s one'], 'running']);
  });

  it('tells of a decision that was made outside of any delivery', () => {
    const decisions$ = new Subject<Decision>();
    const { told, start } = host(decisions$);
    start();
    decisions$.next(order('late'));
    expect(told).toEqual(['s late outside']);
  });

  it('drops and counts what was decided on history', () => {
    const decisions$ = new Subject<Decision>();
    const { host: hosted, kernel, told, start, inside } = host(decisions$);
    start();
    inside(() => {
      kernel.historical = true;
      decisions$.next(order('past'));
      kernel.historical = false;
      decisions$.next(order('now'));
    });
    expect([told, hosted.droppedHistorical]).toEqual([['s now'], 1]);
  });

  it('names one that throws, after what it had decided before', () => {
    const broken = new Error('third bar');
    const {
      host: hosted,
      told,
      start,
    } = host(
      concat(
        of(order('one')),
        throwError(() => broken),
      ),
    );
    start();
    expect([told, hosted.state, hosted.error]).toEqual([['s one', 's failed: Error: third bar'], 'failed', broken]);
    hosted.stop();
    expect(hosted.state).toBe('failed');
  });

  it('names one that throws in a timer', () => {
    const { kernel, told, start } = host(
      timer(20).pipe(
        map(() => {
          throw new Error('in a timer');
        }),
      ),
    );
    start();
    kernel.advanceTo(at(100));
    expect(told).toEqual(['s failed: Error: in a timer']);
  });

  it('names one that fails outside of any delivery at once', () => {
    const decisions$ = new Subject<Decision>();
    const { told, start } = host(decisions$);
    start();
    decisions$.error(new Error('after an awaited call'));
    expect(told).toEqual(['s failed: Error: after an awaited call']);
  });

  it('ends with a strategy that has nothing more to say', () => {
    const { host: hosted, start } = host(of(order('one')));
    start();
    expect(hosted.state).toBe('done');
    hosted.stop();
    expect(hosted.state).toBe('done');
  });

  it('stops a strategy with its timers', () => {
    const { host: hosted, kernel, told, start, inside } = host(concat(timer(20).pipe(map(() => order('tick'))), NEVER));
    start();
    inside(() => hosted.stop());
    kernel.advanceTo(at(100));
    expect([told, hosted.state, kernel.timers.size]).toEqual([[], 'stopped', 0]);
  });
});
