import { describe, expect, it } from 'vitest';
import { Alarm } from '../../../core/runtime/drivers/alarm.ts';
import { wallMicros } from '../../../core/runtime/wall.ts';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const inMs = (ms: number): number => wallMicros() + ms * 1000;

describe('an alarm', () => {
  it('rings once, at the earliest of the times that it is set to', async () => {
    const rung: number[] = [];
    const alarm = new Alarm(() => rung.push(wallMicros()));
    // Far apart: a busy machine rings late.
    const [first, second] = [inMs(20), inMs(400)];
    alarm.set(second);
    alarm.set(first);
    alarm.set(inMs(200));
    await later(500);
    expect(rung).toHaveLength(1);
    expect(rung[0]).toBeGreaterThanOrEqual(first - 1_000);
    expect(rung[0]).toBeLessThan(second);
  });

  it('can be set again once it has rung', async () => {
    let rings = 0;
    const alarm = new Alarm(() => {
      rings++;
      if (rings < 3) alarm.set(inMs(5));
    });
    alarm.set(inMs(5));
    await later(100);
    expect(rings).toBe(3);
  });

  it('waits on for a time that is further away than a timer can wait', async () => {
    let rings = 0;
    const alarm = new Alarm(() => rings++);
    // Node rings at once when a delay does not fit into 31 bits.
    alarm.set(inMs(2 ** 32));
    await later(20);
    expect(rings).toBe(0);
    alarm.clear();
  });

  it('keeps silent after it was cleared, also when it is set again', async () => {
    let rings = 0;
    const alarm = new Alarm(() => rings++);
    alarm.set(inMs(10));
    alarm.clear();
    alarm.set(inMs(10));
    await later(40);
    expect(rings).toBe(0);
  });
});
