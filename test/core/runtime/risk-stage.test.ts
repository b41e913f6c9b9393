import { describe, expect, it } from 'vitest';
import {
  approve,
  makeInstrument,
  type OrderRequest,
  type Position,
  type RiskQuestion,
  type RiskReview,
  reduce,
  refuse,
  type Side,
} from '#core';
import { isApproved, type NamedRule, RiskStage } from '../../../core/runtime/risk-stage.ts';

const instrument = makeInstrument({ symbol: 'ES', tickSize: 0.25, lotSize: 0.5 }, 0);
const order = (side: Side, quantity: number): OrderRequest => ({
  instrument: 'ES',
  side,
  quantity,
  type: 'market',
  reason: 'test',
});

function question(side: Side, quantity: number, held = 0): RiskQuestion {
  const position: Position = { instrument: 'ES', quantity: held, realised: 0, open: 0, fees: 0 };
  const equity = { realised: 0, open: 0, fees: 0, net: 0, ts: 0 };
  const working = 0;
  return {
    order: order(side, quantity),
    strategy: 's',
    instrument,
    position,
    strategyPosition: position,
    working,
    strategyWorking: working,
    equity,
  };
}

function stage(...reviews: readonly RiskReview[]): RiskStage {
  const made = new RiskStage();
  made.rules = reviews.map((review, i): NamedRule => ({ name: `rule-${i}`, review }));
  return made;
}

describe('the risk stage', () => {
  it('approves what no rule refuses', () => {
    expect(stage().review(question('buy', 1), 'id')).toMatchObject({
      approved: true,
      order: { instrument: 'ES', side: 'buy', quantity: 1, id: 'id', strategy: 's' },
    });
  });

  it('asks in order, and the first refusal is the last question', () => {
    const asked: number[] = [];
    const rule =
      (i: number, ok: boolean): RiskReview =>
      ({ order: asking }) => {
        asked.push(i);
        return ok ? approve(asking) : refuse(asking, `no ${i}`);
      };
    expect(stage(rule(0, true), rule(1, false), rule(2, false)).review(question('buy', 1), 'id')).toEqual({
      approved: false,
      rule: 'rule-1',
      reason: 'no 1',
    });
    expect(asked).toEqual([0, 1]);
  });

  it('shows a later rule what an earlier one has left, and says who reduced', () => {
    const seen: number[] = [];
    const outcome = stage(
      () => reduce(3.4, 'at most 3.4'),
      ({ order: asking }) => {
        seen.push(asking.quantity);
        return approve(asking);
      },
    ).review(question('buy', 5), 'id');
    // 3.4 is not on the grid of 0.5.
    expect(seen).toEqual([3.5]);
    expect(outcome).toMatchObject({ approved: true, order: { quantity: 3.5 }, reducedBy: 'rule-0' });
  });

  it('lets no rule make an order larger', () => {
    expect(stage(() => reduce(50, 'more')).review(question('buy', 2), 'id')).toMatchObject({ order: { quantity: 2 } });
  });

  it.each([0, 0.1, -1, Number.NaN])('refuses an order that a rule reduced to %d', (quantity) => {
    expect(stage(() => reduce(quantity, 'too much')).review(question('buy', 2), 'id')).toEqual({
      approved: false,
      rule: 'rule-0',
      reason: 'too much',
    });
  });

  it('takes a rule that gives no verdict for a refusal', () => {
    const silent = stage((() => undefined) as unknown as RiskReview);
    expect(silent.review(question('buy', 1), 'id')).toMatchObject({
      approved: false,
      reason: 'the rule gave no verdict',
    });
  });

  it('takes a rule that throws for a refusal', () => {
    const broken: RiskReview = () => {
      throw new Error('no connection');
    };
    expect(stage(broken).review(question('buy', 1), 'id')).toEqual({
      approved: false,
      rule: 'rule-0',
      reason: 'the rule failed: no connection',
    });
  });

  it.each([
    ['a new position', 'buy', 1, 0, false],
    ['a larger one', 'buy', 1, 1, false],
    ['a smaller one', 'sell', 1, 2, true],
    ['flat', 'sell', 2, 2, true],
    ['the other side by as much', 'sell', 4, 2, false],
    ['the other side by less', 'sell', 3, 2, false],
    ['a smaller short', 'buy', 1, -2, true],
    ['a larger short', 'sell', 1, -2, false],
  ] as const)('halted, answers an order towards %s', (_what, side, quantity, held, approved) => {
    const halted = stage();
    halted.halt('daily-loss', 'lost 500');
    const outcome = halted.review(question(side, quantity, held), 'id');
    expect(outcome.approved).toBe(approved);
    if (!outcome.approved) expect(outcome).toMatchObject({ rule: 'daily-loss', reason: 'trading is halted: lost 500' });
  });

  it('counts market orders on their way as held', () => {
    const halted = stage();
    halted.halt('a', 'one');
    // Long 2 and selling 2 already: another sale would open a short.
    expect(halted.review(question('sell', 2, 2), 'id', -2).approved).toBe(false);
    // Flat, but 2 are being bought: they may be sold.
    expect(halted.review(question('sell', 2, 0), 'id', 2).approved).toBe(true);
  });

  it('stays halted until every rule that halted it has resumed', () => {
    const halted = stage();
    halted.halt('a', 'one');
    halted.halt('b', 'two');
    halted.resume('a');
    expect(halted.review(question('buy', 1), 'id')).toMatchObject({ approved: false, rule: 'b' });
    halted.resume('b');
    expect(halted.review(question('buy', 1), 'id').approved).toBe(true);
  });

  it('asks the rules about a shrinking order even when it is halted', () => {
    const halted = stage(({ order: asking }) => refuse(asking, 'never'));
    halted.halt('a', 'one');
    expect(halted.review(question('sell', 1, 2), 'id')).toMatchObject({ approved: false, rule: 'rule-0' });
  });

  it('makes approvals that cannot be forged or copied', () => {
    const outcome = stage().review(question('buy', 1), 'id');
    if (!outcome.approved) throw new Error('refused');
    expect(isApproved(outcome.order)).toBe(true);
    expect(isApproved({ ...outcome.order, quantity: 100 })).toBe(false);
    expect(isApproved(order('buy', 1))).toBe(false);
  });
});
