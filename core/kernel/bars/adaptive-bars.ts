import type { PlanOf } from '../../domain/bar-kinds.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { TRADES } from './flow-row.ts';
import { MovingMean } from './moving-mean.ts';
import { SignedFlow } from './signed-flow.ts';
import type { IsFull } from './sum-maker.ts';

/**
 * When an imbalance bar is complete: see ImbalanceBars. The expectations stand while a bar is made and move when it closes.
 *
 * E0[T] moves by the lengths of the bars, E0[b·v] by the trades. Taken alone the two drift apart: where flow is balanced,
 * bars shrink to single trades or never end. So no bar is shorter or longer than `ticksRange`.
 */
export function imbalanceIsFull(plan: PlanOf<'imbalance'>, instrument: Instrument): IsFull {
  const { expectTicks, expectImbalance, spanBars, spanTicks = expectTicks } = plan;
  const flow = new SignedFlow(plan.imbalance, instrument);
  const length = new MovingMean(spanBars, expectTicks);
  const perTrade = new MovingMean(spanTicks, expectImbalance);
  const [fewest, most] = rangeOf(plan);
  let threshold = expectImbalance === undefined ? undefined : expectTicks * expectImbalance;
  let imbalance = 0;
  return (bar, trade) => {
    flow.take(trade);
    imbalance += flow.sign * flow.weight;
    perTrade.add(flow.sign * flow.weight);
    const ticks = bar[TRADES]!;
    const reached = threshold === undefined ? ticks >= expectTicks : Math.abs(imbalance) >= threshold;
    if (ticks < most && (!reached || ticks < fewest)) return false;
    length.add(ticks);
    threshold = length.value * Math.abs(perTrade.value);
    imbalance = 0;
    return true;
  };
}

/** When a run bar is complete: see RunBars. All expectations move by the bars, and are held to `ticksRange` as above. */
export function runIsFull(plan: PlanOf<'run'>, instrument: Instrument): IsFull {
  const { expectTicks, spanBars, expectBuyShare } = plan;
  const size = expectBuyShare === undefined ? undefined : 1;
  const flow = new SignedFlow(plan.run, instrument);
  const length = new MovingMean(spanBars, expectTicks);
  const buyShare = new MovingMean(spanBars, expectBuyShare);
  const buySize = new MovingMean(spanBars, plan.expectBuySize ?? size);
  const sellSize = new MovingMean(spanBars, plan.expectSellSize ?? size);
  const [fewest, most] = rangeOf(plan);
  const expected = (): number =>
    length.value * Math.max(strength(buyShare.value, buySize.value), strength(1 - buyShare.value, sellSize.value));
  let threshold = expectBuyShare === undefined ? undefined : expected();
  let [buys, sells, buyers, sellers] = [0, 0, 0, 0];
  return (bar, trade) => {
    flow.take(trade);
    if (flow.sign > 0) {
      buys += flow.weight;
      buyers++;
    } else if (flow.sign < 0) {
      sells += flow.weight;
      sellers++;
    }
    const ticks = bar[TRADES]!;
    const reached = threshold === undefined ? ticks >= expectTicks : Math.max(buys, sells) >= threshold;
    if (ticks < most && (!reached || ticks < fewest)) return false;
    length.add(ticks);
    if (buyers + sellers > 0) buyShare.add(buyers / (buyers + sellers));
    if (buyers > 0) buySize.add(buys / buyers);
    if (sellers > 0) sellSize.add(sells / sellers);
    threshold = expected();
    buys = sells = buyers = sellers = 0;
    return true;
  };
}

/** A side that has not been seen yet is not expected either. */
const strength = (share: number, size: number): number => (Number.isNaN(share * size) ? 0 : share * size);

const rangeOf = ({ expectTicks, ticksRange }: PlanOf<'imbalance' | 'run'>): readonly [number, number] =>
  ticksRange ?? [Math.max(1, Math.floor(expectTicks / 10)), expectTicks * 10];
