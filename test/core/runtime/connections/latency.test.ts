import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LagMeter } from '../../../../core/runtime/connections/lag-meter.ts';
import { LatencySketch } from '../../../../core/runtime/connections/latency-sketch.ts';

/** The smallest value that `share` of the samples do not exceed: the nearest-rank percentile. */
function exact(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
}
const MINUTE = 60_000_000;

describe('a latency sketch', () => {
  it('knows every percentile within 5 %', () => {
    // Spread evenly over the orders of magnitude, from 0.01 ms to 100 s.
    const ms = fc.double({ min: -2, max: 5, noNaN: true }).map((power) => 10 ** power);
    const shares = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.99, 1);
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 300 }), shares, (samples, share) => {
        const sketch = new LatencySketch();
        for (const sample of samples) sketch.add(sample, 0);
        const error = (sketch.percentile(share, 0) ?? 0) / exact(samples, share) - 1;
        expect(Math.abs(error)).toBeLessThanOrEqual(0.05);
      }),
      { numRuns: 500 },
    );
  });

  it('knows nothing before the first sample, and no longer after two minutes', () => {
    const sketch = new LatencySketch();
    expect(sketch.percentile(0.5, 0)).toBeUndefined();
    sketch.add(10, 0);
    expect(sketch.percentile(0.5, 2 * MINUTE - 1)).toBeDefined();
    expect(sketch.percentile(0.5, 2 * MINUTE)).toBeUndefined();
  });

  it('forgets what is older than two minutes while new samples come', () => {
    const sketch = new LatencySketch();
    for (let i = 0; i < 100; i++) sketch.add(1000, 0);
    sketch.add(1, MINUTE);
    expect(sketch.percentile(0.5, MINUTE)).toBeGreaterThan(900);
    sketch.add(1, 2 * MINUTE);
    expect(sketch.percentile(1, 2 * MINUTE)).toBeLessThan(1.06);
  });

  it('takes what is shorter or longer than it can tell for the shortest and the longest', () => {
    const sketch = new LatencySketch();
    sketch.add(-5, 0);
    expect(sketch.percentile(0.5, 0)).toBeLessThanOrEqual(0.01);
    const long = new LatencySketch();
    long.add(1e12, 0);
    expect(long.percentile(0.5, 0)).toBeGreaterThan(250_000);
  });
});

describe('the lag of a connection', () => {
  it('is measured as well with clocks that are hours apart', () => {
    const hours = fc.integer({ min: -24, max: 24 });
    fc.assert(
      fc.property(
        hours,
        fc.array(fc.double({ min: 1, max: 5000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (off, delays) => {
          const meter = new LagMeter();
          const skew = off * 3_600_000 + 15;
          // The shortest way is seen first, as any connection soon does.
          for (const delay of [0, ...delays]) meter.add(skew + delay, 0);
          expect(meter.least(0)).toBeCloseTo(skew, 6);
          const delay = exact([0, ...delays], 0.99);
          expect(Math.abs((meter.delay(0.99, 0) ?? 0) / delay - 1)).toBeLessThanOrEqual(0.051);
          expect((meter.percentile(0.99, 0) ?? 0) - skew).toBeCloseTo(meter.delay(0.99, 0) ?? 0, 3);
        },
      ),
    );
  });

  it('forgets a least that is older than two minutes, so that a clock that is set does not matter for long', () => {
    const meter = new LagMeter();
    meter.add(-400, 0);
    meter.add(30, MINUTE);
    expect(meter.least(MINUTE)).toBe(-400);
    meter.add(30, 2 * MINUTE);
    expect(meter.least(2 * MINUTE)).toBe(30);
    expect(meter.least(9 * MINUTE)).toBeUndefined();
  });
});
