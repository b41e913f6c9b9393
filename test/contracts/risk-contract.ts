import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RiskPlugin } from '#core';
import { declarationContract } from './declaration-contract.ts';
import { type Asked, buy, RiskDesk, sell } from './risk-kit.ts';

export interface RiskCase {
  readonly options: unknown;
  /** Each is refused. */
  readonly badOptions: readonly unknown[];
  /** A question that is refused; `before` makes it so. */
  readonly refused: Asked & { readonly before?: (desk: RiskDesk) => void };
  /** Both are in the reason: what it would be, and what it may be. */
  readonly reasonHolds: { readonly number: string; readonly limit: string };
  /** A question that is approved by a fresh rule. */
  readonly approved: Asked;
}

const quantity = fc.integer({ min: 1, max: 1_000 });
const side = fc.constantFrom(buy, sell);

/** What every risk rule promises. */
export function riskContract(plugin: RiskPlugin, given: RiskCase): void {
  const refusing = (): RiskDesk => {
    const desk = new RiskDesk(plugin, given.options);
    given.refused.before?.(desk);
    return desk;
  };

  describe(`${plugin.type} keeps the risk contract`, () => {
    declarationContract(plugin, given);

    it('approves an order within the rule, as it is', () => {
      const verdict = new RiskDesk(plugin, given.options).ask(given.approved);
      expect(verdict).toEqual({ approved: true, quantity: given.approved.order.quantity });
    });

    it('refuses with the number and the limit in the reason', () => {
      const verdict = refusing().ask(given.refused);
      expect(verdict.approved).toBe(false);
      expect(verdict.reason).toContain(given.reasonHolds.number);
      expect(verdict.reason).toContain(given.reasonHolds.limit);
    });

    it('answers the same question the same way, however often it is asked', () => {
      const desk = refusing();
      const first = desk.ask(given.refused);
      for (let i = 0; i < 20; i++) expect(desk.ask(given.refused)).toEqual(first);

      const fresh = new RiskDesk(plugin, given.options);
      for (let i = 0; i < 20; i++) expect(fresh.ask(given.approved).approved, 'asking uses nothing up').toBe(true);
    });

    it('approves every order that lowers exposure, whole, even where it refuses others', () => {
      fc.assert(
        fc.property(quantity, quantity, fc.boolean(), (held, part, long) => {
          // Less than twice what is held: the position shrinks, or turns into a smaller one.
          const order = (long ? sell : buy)(Math.min(part, 2 * held - 1));
          const verdict = refusing().ask({ order, position: long ? held : -held });
          expect(verdict).toEqual({ approved: true, quantity: order.quantity });
        }),
        { numRuns: 100 },
      );
    });

    it('never throws and never enlarges an order', () => {
      fc.assert(
        fc.property(side, quantity, fc.integer({ min: -500, max: 500 }), (make, size, position) => {
          const verdict = refusing().ask({ order: make(size), position });
          if (verdict.approved) {
            expect(verdict.quantity).toBeGreaterThan(0);
            expect(verdict.quantity).toBeLessThanOrEqual(size);
          } else expect(verdict.reason).not.toBe('');
        }),
        { numRuns: 100 },
      );
    });

    it('shares no state between two of its kind', () => {
      refusing().ask(given.refused);
      expect(new RiskDesk(plugin, given.options).ask(given.approved).approved).toBe(true);
    });
  });
}
