import type { Instrument } from '../domain/instrument.ts';
import type { OrderRequest } from '../domain/order.ts';
import { signedQuantity } from '../domain/order.ts';
import type { RiskQuestion, RiskReview, RiskRule } from '../plugin/risk.ts';

declare const approval: unique symbol;

/** An order that the risk stage let through. It can be made nowhere else, and the venue checks that it was. */
export interface ApprovedOrder extends OrderRequest {
  readonly id: string;
  readonly strategy: string;
  readonly [approval]: true;
}

const minted = new WeakSet<object>();

/** Run-time twin of the type: false for an object that did not come from the risk stage. */
export const isApproved = (order: object): order is ApprovedOrder => minted.has(order);

export type RiskOutcome =
  | { readonly approved: true; readonly order: ApprovedOrder; readonly reducedBy?: string }
  | { readonly approved: false; readonly rule: string; readonly reason: string };

export interface NamedRule extends RiskRule {
  readonly name: string;
}

/** Asks every rule in YAML order. The first refusal wins; a rule may reduce; a rule that throws refuses. */
export class RiskStage {
  /** Set once the account exists that they are made with. */
  rules: readonly NamedRule[] = [];
  /** Rule → why it stopped new risk. */
  private readonly halts = new Map<string, string>();

  halt(rule: string, reason: string): void {
    this.halts.set(rule, reason);
  }

  resume(rule: string): void {
    this.halts.delete(rule);
  }

  /** @param arriving signed quantity of the account's market orders in the instrument: as good as held */
  review(question: RiskQuestion, id: string, arriving = 0): RiskOutcome {
    const halted = this.halts.entries().next().value;
    if (halted !== undefined && addsRisk(question, arriving)) {
      return { approved: false, rule: halted[0], reason: `trading is halted: ${halted[1]}` };
    }
    let asked = question;
    let { order } = question;
    let reducedBy: string | undefined;
    for (const { name, review } of this.rules) {
      const verdict = ask(review, asked);
      if (!verdict.approved) return { approved: false, rule: name, reason: verdict.reason };
      const quantity = onGrid(question.instrument, verdict.quantity);
      // Not a number is no quantity either.
      if (!(quantity > 0)) return { approved: false, rule: name, reason: verdict.reason ?? 'reduced to nothing' };
      if (quantity < order.quantity) {
        order = { ...order, quantity };
        asked = { ...question, order };
        reducedBy = name;
      }
    }
    const outcome = this.approve(order, question.strategy, id);
    return reducedBy === undefined ? outcome : { ...outcome, reducedBy };
  }

  /** Approves without asking: for orders by which a rule, or a clean stop, closes what every strategy holds. */
  approve(order: OrderRequest, strategy: string, id: string): Extract<RiskOutcome, { approved: true }> {
    const approved = { ...order, id, strategy } as ApprovedOrder;
    minted.add(approved);
    return { approved: true, order: approved };
  }
}

function ask(review: RiskReview, question: RiskQuestion): ReturnType<RiskReview> {
  try {
    // A rule in plain JavaScript may forget to answer; that is no approval either.
    const verdict: ReturnType<RiskReview> | undefined = review(question);
    return verdict ?? { approved: false, reason: 'the rule gave no verdict' };
  } catch (error) {
    // A rule that cannot answer has not approved.
    return { approved: false, reason: `the rule failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Would the account's position grow, or turn around? */
function addsRisk({ order, position, instrument }: RiskQuestion, arriving: number): boolean {
  const before = instrument.lots(position.quantity + arriving);
  const after = instrument.lots(position.quantity + arriving + signedQuantity(order));
  return Math.abs(after) >= Math.abs(before) || before * after < 0;
}

const onGrid = (instrument: Instrument, quantity: number): number => instrument.quantity(instrument.lots(quantity));
