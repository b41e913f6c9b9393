import { describe, expect, it } from 'vitest';
import { nearest } from '../../../core/errors/nearest.ts';

describe('the nearest name', () => {
  const known = ['max-position', 'daily-loss', 'order-rate', 'max-order-size'];

  it.each([
    ['max-postion', 'max-position'], // one letter left out
    ['dialy-loss', 'daily-loss'], // two neighbours swapped
    ['maxPosition', 'max-position'], // another way to write it
    ['order_rates', 'order-rate'], // one letter too many
  ])('to %s is %s', (written, meant) => {
    expect(nearest(written, known)).toBe(meant);
  });

  it.each(['sma-cross', 'x', ''])('to %j is none', (written) => {
    expect(nearest(written, known)).toBeUndefined();
  });
});
