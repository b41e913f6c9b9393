import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { peakMemoryMb } from '../../../core/runtime/peak-memory.ts';

const MODULE = new URL('../../../core/runtime/peak-memory.ts', import.meta.url).href;
const MB = 1024 * 1024;

it('counts what this process held, though it has let go of it', () => {
  const before = peakMemoryMb();
  Buffer.alloc(150 * MB, 1);
  const after = peakMemoryMb();

  expect(after).toBeGreaterThan(100);
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after).toBeLessThan(4000);
});

it('does not count what the process held that started it', () => {
  const held = Buffer.alloc(400 * MB, 1);

  const { stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `console.log((await import('${MODULE}')).peakMemoryMb())`],
    { encoding: 'utf8' },
  );

  expect(Number(stdout)).toBeGreaterThan(20);
  expect(Number(stdout)).toBeLessThan(held.length / MB / 2);
});
