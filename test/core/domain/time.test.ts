import { describe, expect, it } from 'vitest';
import { durationMicros, isoMicros, timeframeMicros, toMicros, toMillis } from '#core';

describe('times', () => {
  it('keep whole microseconds on the way through milliseconds', () => {
    // 2024-08-08T23:54:15.123456Z
    const us = 1_723_161_255_123_456;
    expect(toMicros(toMillis(us))).toBe(us);
    expect(isoMicros(us)).toBe('2024-08-08T23:54:15.123456Z');
    expect(isoMicros(us - 123_449)).toBe('2024-08-08T23:54:15.000007Z');
  });
});

describe('a timeframe', () => {
  it.each([
    ['100ms', 100_000],
    ['45s', 45_000_000],
    ['60s', 60_000_000],
    ['90m', 5_400_000_000],
    ['4h', 14_400_000_000],
    ['1d', 86_400_000_000],
    ['24h', 86_400_000_000],
  ])('%s is %i µs', (text, us) => {
    expect(timeframeMicros(text)).toBe(us);
  });

  it.each(['99ms', '7s', '5h', '2d', '25h', '0s', '01s', '1.5m', '-1s', '1 m', 'm', '1M', '1w', ''])(
    "'%s' is none: shorter than 100 ms, longer than a day, not a part of the day, or no number and unit",
    (text) => {
      expect(timeframeMicros(text)).toBeUndefined();
    },
  );
});

describe('a duration', () => {
  it.each([
    ['250ms', 250_000],
    ['1.5s', 1_500_000],
    ['400us', 400],
    ['36h', 129_600_000_000],
    ['0s', 0],
  ])('%s is %i µs', (text, us) => {
    expect(durationMicros(text)).toBe(us);
  });

  it.each(['5', 's', '-1s', '1e3s', '1 s', '1y'])("'%s' is none", (text) => {
    expect(durationMicros(text)).toBeUndefined();
  });
});
