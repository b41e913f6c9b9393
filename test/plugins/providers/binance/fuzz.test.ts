import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { often } from '../../../helpers/slow.ts';
import { makeDecoder } from './decoder.ts';

// Sample frames of the specification, with numbers filled in.
const SAMPLES = [
  { e: 'trade', E: 1e12, s: 'BTCUSDT', t: 12_345, p: '61800.30', q: '0.006', T: 1e12, m: true, M: true },
  { e: 'aggTrade', E: 1e12, s: 'BTCUSDT', a: 777, p: '0.01', q: '1', f: 100, l: 105, T: 1e12, m: false, M: true },
  { u: 400_900_217, s: 'BTCUSDT', b: '25.35', B: '31.21', a: '25.36', A: '40.66' },
  { e: 'depthUpdate', E: 1e12, s: 'BTCUSDT', U: 157, u: 160, pu: 149, b: [['0.0024', '10']], a: [['0.0026', '100']] },
  {
    e: 'kline',
    E: 1e12,
    s: 'BTCUSDT',
    k: { t: 1e12, T: 1e12 + 59_999, i: '1m', o: '1', c: '2', h: '2', l: '1', v: '10', n: 3, x: true },
  },
  { e: 'serverShutdown', E: 1e12 },
  { result: null, id: 1 },
];
const ODD = [
  null,
  -1,
  0,
  1e300,
  2 ** 53,
  '',
  '-1',
  'NaN',
  'Infinity',
  '1e999',
  [],
  {},
  [[]],
  [[null, 1]],
  true,
  'x'.repeat(99),
];

describe('120,000 frames of nonsense', () => {
  it('raise nothing, and write no row that cannot be', { timeout: 30_000 }, () => {
    const random = new SeededRandom(5, 'fuzz');
    let rows = 0;
    let unsound = 0;
    const { read, link, settle, snapshot } = makeDecoder(['BTCUSDT'], (chunk) => {
      rows += chunk.n;
      const columns = Object.values(chunk) as unknown[];
      for (const column of columns) {
        if (!(column instanceof Float64Array)) continue;
        for (let i = 0; i < chunk.n; i++) {
          const value = column[i] ?? 0;
          if (value < 0 || value === Infinity || (Number.isNaN(value) && chunk.kind !== 'quotes')) unsound++;
        }
      }
    });
    snapshot('BTCUSDT', { lastUpdateId: 158, bids: [], asks: [] });
    for (let i = 0; i < often(120_000); i++) {
      read(frame(random, i));
      if (i % 5000 === 0) {
        link.said.bad.length = 0;
        link.said.gaps.length = 0;
        settle();
      }
    }
    settle();
    expect(rows).toBeGreaterThan(often(10_000));
    expect(unsound).toBe(0);
  });
});

it('trades that wait for a missing one are let go before they are too many', () => {
  let rows = 0;
  const { read, link } = makeDecoder(['BTCUSDT'], (chunk) => {
    rows += chunk.n;
  });
  // No time passes, so the missing one is still being waited for.
  read(JSON.stringify({ ...SAMPLES[0], t: 1 }));
  for (let t = 3; t <= 50_002; t++) read(JSON.stringify({ ...SAMPLES[0], t }));
  expect(rows).toBe(1);
  read(JSON.stringify({ ...SAMPLES[0], t: 50_003 }));
  expect(rows).toBe(50_002);
  expect(link.said.gaps).toMatchObject([{ missed: 1, filled: 'none' }]);
});

function frame(random: SeededRandom, i: number): string {
  const sample = structuredClone(SAMPLES[random.below(SAMPLES.length)]) as Record<string, unknown>;
  // Most numbers go on as they should, so that good rows lie between the bad ones.
  for (const key of ['t', 'a', 'u', 'U']) if (typeof sample[key] === 'number') sample[key] = 1000 + i;
  if (random.below(3) > 0) mutate(sample, random);
  const text = JSON.stringify(random.below(4) === 0 ? sample : { stream: 'btcusdt@x', data: sample });
  const kind = random.below(8);
  if (kind === 0) return text.slice(0, random.below(text.length));
  if (kind === 1) return noise(random);
  return text;
}

function mutate(target: Record<string, unknown>, random: SeededRandom): void {
  const keys = Object.keys(target);
  const key = keys[random.below(keys.length)] ?? 'e';
  const value = target[key];
  if (typeof value === 'object' && value !== null && random.below(2) === 0) {
    mutate(value as Record<string, unknown>, random);
  } else if (random.below(4) === 0) delete target[key];
  else target[key] = ODD[random.below(ODD.length)];
}

const noise = (random: SeededRandom): string =>
  Array.from({ length: random.below(60) }, () => String.fromCharCode(32 + random.below(96))).join('');
