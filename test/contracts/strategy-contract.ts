import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { StrategyPlugin } from '#core';
import { type StrategyTest, type TestSetup, testStrategy } from '#core/testing';
import { declarationContract } from './declaration-contract.ts';

interface Promised<S extends z.ZodType> {
  /** Options under which `scenario` leads to decisions, where the strategy makes any. */
  readonly options: z.input<S>;
  /** Each must be refused by the schema. */
  readonly badOptions: readonly unknown[];
  readonly setup?: TestSetup;
  /** A market that makes the strategy act. */
  readonly scenario: (test: StrategyTest) => void;
  /** False for a strategy that only watches. */
  readonly decides?: boolean;
}

/** What every strategy promises. */
export function strategyContract<S extends z.ZodType>(
  plugin: StrategyPlugin<S>,
  { options, badOptions, setup = {}, scenario, decides = true }: Promised<S>,
): void {
  const run = (): StrategyTest => {
    const test = testStrategy(plugin, options, setup);
    scenario(test);
    return test;
  };

  describe(`${plugin.type} keeps the strategy contract`, () => {
    declarationContract(plugin, { options, badOptions });

    it('runs without any option given', () => {
      expect(plugin.options.safeParse({}).success).toBe(true);
    });

    it('does nothing, and throws nothing, on an empty market', () => {
      const test = testStrategy(plugin, options, setup).advance('2h');
      expect(test.decisions).toEqual([]);
    });

    it(decides ? 'gives a reason for every decision' : 'decides nothing', () => {
      const { decisions } = run();
      expect(decisions.length > 0).toBe(decides);
      for (const { reason } of decisions) expect(reason).not.toBe('');
    });

    it('decides the same on the same market', () => {
      const [first, second] = [run(), run()];
      expect(second.timeline).toEqual(first.timeline);
      expect(second.printed).toEqual(first.printed);
    });

    it('listens to nothing, and says nothing, once it has been stopped', () => {
      const test = run();
      expect(test.demand).not.toEqual([]);
      test.stop();
      expect(test.demand).toEqual([]);
      const [decided, said] = [test.decisions.length, test.printed.length];
      scenario(test);
      test.advance('2h');
      expect(test.decisions).toHaveLength(decided);
      expect(test.printed).toHaveLength(said);
    });

    it('starts afresh with every subscription', () => {
      const once = run();
      const again = testStrategy(plugin, options, setup).restart();
      scenario(again);
      expect(again.timeline).toEqual(once.timeline);
      expect(again.printed).toEqual(once.printed);
    });
  });
}
