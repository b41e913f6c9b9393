import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { FreezeWatch } from '../../../../plugins/providers/projectx/freeze-watch.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { isLive, world } from './kit.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function watching(expecting: () => boolean = () => true, memory = { patience: 1 }) {
  const wall = new VirtualTimeScheduler();
  const said: string[] = [];
  const watch = new FreezeWatch({
    wall,
    now: () => wall.now(),
    afterMs: 30_000,
    memory,
    expecting,
    onQuiet: () => said.push(`quiet at ${wall.now()}`),
    onFrozen: () => said.push(`frozen at ${wall.now()}`),
    onThawed: (since, at) => said.push(`thawed ${since} to ${at}`),
  });
  watch.start();
  const pass = (ms: number) => {
    wall.maxFrames = wall.now() + ms;
    wall.schedule(() => undefined, ms);
    wall.flush();
  };
  return { watch, said, pass, wall, memory };
}

describe('the watch for a frozen hub', () => {
  it('subscribes anew after half of the time and gives up after all of it', () => {
    const { said, pass } = watching();
    pass(60_000);
    expect(said).toEqual(['quiet at 15000', 'frozen at 30000']);
  });

  it('tells what was missing when a new subscription helped', () => {
    const { watch, said, pass } = watching();
    pass(1000);
    watch.data();
    pass(18_000);
    watch.data();
    pass(1000);
    // It looks every 3.75 s; 15 s after the last data are over at 16 s.
    expect(said).toEqual(['quiet at 18750', 'thawed 1000 to 19000']);
    watch.stop();
  });

  it('is not armed while nothing can be expected', () => {
    let open = false;
    const { watch, said, pass } = watching(() => open);
    pass(600_000);
    expect(said).toEqual([]);
    open = true;
    pass(20_000);
    expect(said).toHaveLength(1);
    watch.stop();
  });

  it('waits twice as long after each time in vain, and as before once data came', () => {
    const memory = { patience: 1 };
    const first = watching(() => true, memory);
    first.pass(31_000);
    const second = watching(() => true, memory);
    second.pass(59_000);
    expect(second.said).toEqual(['quiet at 30000']);
    second.watch.data();
    expect(memory.patience).toBe(1);
    second.watch.stop();
  });

  it('leaves no timer behind', () => {
    const { watch, wall } = watching();
    watch.stop();
    expect(wall.actions).toHaveLength(0);
  });
});

describe('a market hub that freezes while its connection lives', () => {
  it('is noticed by the lack of data, though pings go on', async () => {
    const { venue, provider } = await world(['NQ'], { options: { freezeAfter: '1s' } });
    cleanups.push(() => venue.stop());
    const rig = await provider();
    cleanups.push(() => rig.stop());
    rig.connect();
    await until(() => isLive(rig.events));
    const send = () => venue.send({ kind: 'trade', instrument: 'NQ', price: 1, size: 1, tsEvent: 1 });
    const timer = setInterval(send, 50);
    cleanups.push(() => clearInterval(timer));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(rig.errors).toEqual([]);
    const before = rig.link.said.heartbeats;
    venue.misbehave('silent');
    await until(() => rig.errors.length === 1);
    expect(String(rig.errors[0])).toMatch(/no market data for 1(\.\d)? s, though the connection lives/);
    expect(rig.link.said.heartbeats).toBeGreaterThan(before);
  });
});
