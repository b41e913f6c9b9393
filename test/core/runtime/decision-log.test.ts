import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '#core';
import { DecisionLog, LineHash } from '../../../core/runtime/decision-log.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the decision log', () => {
  it('is the SHA-256 of its lines', () => {
    let now = 1_700_000_000_000_000;
    let cause = 7;
    const log = new DecisionLog(
      () => ({ cause, now }),
      () => undefined,
    );
    log.record('sma', 'order', ['ES', 'buy', 1, 'limit', 5000.25, null, 'why']);
    cause = 0;
    now += 1;
    log.record('daily-loss', 'halt', ['too much']);
    log.record('sma', 'refused', ['daily-loss', 'halted']);
    // printf '%s\n' '["sma",0,7,1700000000000000,"order","ES","buy",1,"limit",5000.25,null,"why"]' \
    //   '["daily-loss",0,0,1700000000000001,"halt","too much"]' \
    //   '["sma",1,0,1700000000000001,"refused","daily-loss","halted"]' | sha256sum
    expect(log.hash()).toBe('affd3ea19f345b0fdb22bb07697bd36412a8e8395f57237d5b7a953ea2297dd2');
    // The lines of one of them alone.
    expect(log.hashOf('sma')).toEqual({
      decisions: 2,
      hash: 'edc92ea6215da198cde314726964b007bf1f1fe19c74780b58277352e27fc6d2',
    });
    expect(log.hashOf('nobody')).toEqual({ decisions: 0, hash: sha256('') });
    expect(log.count).toBe(3);
  });

  it('hands over each record with the line that the hash covers', () => {
    const records: DecisionRecord[] = [];
    const log = new DecisionLog(
      () => ({ cause: 3, now: 5 }),
      (record) => records.push(record),
    );
    log.record('a', 'order', ['x']);
    log.record('b', 'order', [true]);
    expect(records).toEqual([
      { index: 0, cause: 3, ts: 5, strategy: 'a', kind: 'order', text: '["a",0,3,5,"order","x"]' },
      { index: 1, cause: 3, ts: 5, strategy: 'b', kind: 'order', text: '["b",0,3,5,"order",true]' },
    ]);
    expect(log.hash()).toBe(sha256(records.map(({ text }) => `${text}\n`).join('')));
  });

  it('may be asked at any time, and goes on', () => {
    const asked = new LineHash();
    const lines = Array.from({ length: 700 }, (_, i) => `line ${i}`);
    for (const [i, line] of lines.entries()) {
      asked.add(line);
      if (i % 97 === 0) expect(asked.digest()).toBe(sha256(`${lines.slice(0, i + 1).join('\n')}\n`));
    }
    expect(asked.digest()).toBe(sha256(`${lines.join('\n')}\n`));
  });
});
