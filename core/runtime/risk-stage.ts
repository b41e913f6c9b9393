import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/market.ts';
import type { OrderRequest, OrderType } from '../domain/order.ts';
import { signedQuantity } from '../domain/order.ts';
import type { RiskQuestion, RiskReview, RiskRule } from '../plugin/risk.ts';

/** An order that the risk stage let through. It can be made nowhere else, and the venue checks that it was. */
class Approved implements OrderRequest {
  readonly id: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: number;
  readonly type: OrderType;
  readonly price: number | undefined;
  readonly reason: string;
  readonly tag: string | undefined;
  /** What no copy of the order has. */
  readonly #approved = true;

  constructor(order: OrderRequest, strategy: string, id: string) {
    this.id = id;
    this.strategy = strategy;
    this.instrument = order.instrument;
    this.side = order.side;
    this.quantity = order.quantity;
    this.type = order.type;
    this.price = order.price;
    this.reason = order.reason;
    this.tag = order.tag;
  }

  static is(order: object): order is Approved {
    return #approved in order && order.#approved;
  }
}

export type ApprovedOrder = Approved;

/** Run-time twin of the type: false for an object that did not come from the risk stage. */
export const isApproved = (order: object): order is ApprovedOrder => Approved.is(order);

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
        asked = { ...question, equity: question.equity, order };
        reducedBy = name;
      }
    }
    const outcome = this.approve(order, question.strategy, id);
    return reducedBy === undefined ? outcome : { ...outcome, reducedBy };
  }

  /** Approves without asking: for orders by which a rule, or a clean stop, closes what every strategy holds. */
  approve(order: OrderRequest, strategy: string, id: string): Extract<RiskOutcome, { approved: true }> {
    return { approved: true, order: new Approved(order, strategy, id) };
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
