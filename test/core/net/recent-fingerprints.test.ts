import { describe, expect, it } from 'vitest';
import { RecentFingerprints } from '#core';

describe('recent fingerprints', () => {
  it('know an id of the same owner that comes again', () => {
    const seen = new RecentFingerprints(100);
    expect([seen.addText('a', 0), seen.addText('a', 0), seen.addText('a', 1)]).toEqual([true, false, true]);
  });

  it('remember as many as they are told to, and not many more', () => {
    const seen = new RecentFingerprints(100);
    seen.addText('a', 0);
    for (let i = 0; i < 100; i++) seen.addText(String(i), 0);
    expect(seen.addText('a', 0), 'it is among the last hundred').toBe(false);
    for (let i = 0; i < 250; i++) seen.addText(`x${i}`, 0);
    expect(seen.addText('a', 0)).toBe(true);
  });

  it('tell 1,000,000 ids apart that differ in a few digits', () => {
    const seen = new RecentFingerprints(1_000_000);
    let isNew = 0;
    for (let i = 0; i < 1_000_000; i++)
      if (seen.addText(`trade_${1_750_075_200_000 + i * 7}_${1000 + (i % 9000)}`, i & 3)) isNew++;
    expect(isNew).toBe(1_000_000);
  });

  it('take a fingerprint of zeros like any other', () => {
    const seen = new RecentFingerprints(10);
    expect([seen.add(0, 0), seen.add(0, 0), seen.add(0, 5), seen.add(7, 0)]).toEqual([true, false, true, true]);
  });

  it('forget at the second turn', () => {
    const seen = new RecentFingerprints(10);
    seen.add(1, 2);
    seen.turn();
    expect(seen.add(1, 2)).toBe(false);
    seen.turn();
    seen.turn();
    expect(seen.add(1, 2)).toBe(true);
  });
});
