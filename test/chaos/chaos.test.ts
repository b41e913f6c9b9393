import { describe, expect, it } from 'vitest';
import type { LoopbackFault } from '#core';
import { SeededRandom } from '../../core/domain/random.ts';
import { SLOW } from '../helpers/slow.ts';
import { chaosRig, type Outcome } from './rig.ts';
import { subjects } from './subjects.ts';

/** Moments per fault and provider: few in the usual run, a hundred with CHAOS=100. */
const MOMENTS = Number(process.env['CHAOS'] ?? (SLOW ? 2 : 1));
const ONLY = process.env['CHAOS_PROVIDER'];
const FAULTS: readonly LoopbackFault[] = [
  'drop',
  'drop-mid-frame',
  'freeze',
  'half-open',
  'close',
  'refuse',
  'restart',
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

for (const subject of subjects.filter(({ plugin }) => ONLY === undefined || plugin.type === ONLY)) {
  describe(`the stream of ${subject.plugin.type}`, () => {
    it.each(FAULTS)(
      'after %s resumes, once, in order, and what is missing is told',
      async (fault) => {
        const random = new SeededRandom(1, `${subject.plugin.type}/${fault}`);
        const rig = await chaosRig(subject, 1);
        const before = rig.subscribed();
        const outcomes: Outcome[] = [];
        for (let i = 0; i < MOMENTS; i++) {
          await new Promise((resolve) => setTimeout(resolve, random.below(80)));
          outcomes.push(await rig.suffer(fault, random.below(250)));
        }
        await rig.stop();
        const resumed = outcomes.map(({ resumedMs }) => resumedMs);
        if (MOMENTS > 10) {
          console.log(
            subject.plugin.type,
            fault,
            'median',
            median(resumed).toFixed(0),
            'most',
            Math.max(...resumed).toFixed(0),
            'ms',
          );
        }
        expect(Math.max(...resumed)).toBeLessThan(5000);
        expect(outcomes.map(({ twice, disordered }) => [twice, disordered])).toEqual(outcomes.map(() => [0, 0]));
        // Whatever is missing is told by a gap that does not claim to be filled.
        const untold = ({ missing, gaps }: Outcome): boolean =>
          missing > 0 && gaps.every(({ filled }) => filled === 'all');
        expect(outcomes.filter(untold)).toEqual([]);
        expect(outcomes.map(({ subscriptions }) => subscriptions)).toEqual(outcomes.map(() => before));
      },
      20_000 + MOMENTS * 4000,
    );
  });
}
