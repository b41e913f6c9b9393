import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';
import { wallClockUses } from './wall-clock-uses.ts';

/**
 * The only places that may look at the computer's clock: its owner, what talks to a person at a terminal, and the switch
 * that hands RxJS the kernel's time inside the kernel and the computer's outside of it.
 */
const owners = [/^core\/runtime\/wall\.ts$/, /^core\/cli\//, /^core\/kernel\/rxjs-time\.ts$/];

describe('time is data', () => {
  it('comes from the context, so that a replay sees the same times and the same chance', () => {
    const uses = sourceFiles('core', 'plugins', 'strategies')
      .filter(({ path }) => !owners.some((owner) => owner.test(path)))
      .flatMap(({ path, text }) => wallClockUses(text).map((use) => `${path}:${use}`));
    expect(uses, 'take clock, scheduler and random from the context, the wall clock from core/runtime/wall.ts').toEqual(
      [],
    );
  });
});

describe('wallClockUses', () => {
  it.each([
    ['Date.now();', '1: Date.now'],
    ['const at = new Date;', '1: new Date()'],
    ['const at =\n  new Date();', '2: new Date()'],
    ['Date();', '1: Date()'],
    ['Math.random();', '1: Math.random'],
    ['performance.now();', '1: performance'],
    ['process.hrtime.bigint();', '1: process.hrtime'],
    ['setTimeout(go, 5);', '1: setTimeout'],
    ['globalThis.setInterval(go, 5);', '1: globalThis.setInterval'],
    ['const timers = { setImmediate };', '1: setImmediate'],
    ["import { setTimeout } from 'node:timers/promises';", '1: node:timers/promises'],
    ['crypto.randomUUID();', '1: randomUUID'],
  ])('finds %s', (text, use) => {
    expect(wallClockUses(text)).toContain(use);
  });

  it.each([
    'new Date(0);',
    'clock.now();',
    'wallTimers.setTimeout(go, 5);',
    'const timers: { setTimeout: typeof setTimeout } = fake;',
    '// Date.now() is not for us',
    "log('Date.now()');",
  ])('lets %s pass', (text) => {
    expect(wallClockUses(text)).toEqual([]);
  });
});
