import type { CertifyCase } from '../case.ts';
import { differenceOf, openResources, settled } from '../resources.ts';
import { fail, until } from '../wait.ts';
import { everything } from './demand.ts';

/** Spare connections of HTTP clients are kept for four seconds. */
const GONE_MS = 5000;

export const leavesNothing: CertifyCase = {
  id: 29,
  name: 'leaves nothing open',
  proves: 'After a close there is no socket, no timer and no listener left, on either side.',
  when: 'alone',
  play: async (bench) => {
    await settled();
    let before = openResources();
    const stage = await bench.open({
      before: () => {
        before = openResources();
      },
    });
    await stage.connect(...everything(bench));
    await stage.flow(bench.primary, bench.symbol);
    stage.disconnect();
    await stage.provider.close?.();
    if (stage.demand.isObserved) fail('it still listens to the demand');
    const left = (): string | undefined => differenceOf(openResources(), before);
    await until(
      () => left() === undefined,
      () => `left behind: ${left()}`,
      GONE_MS,
    );
    await until(
      () => stage.venue.connections() === 0,
      () => `${stage.venue.connections()} connections are still open`,
      GONE_MS,
    );
    return undefined;
  },
};
