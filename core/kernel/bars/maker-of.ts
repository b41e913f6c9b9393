import type { BarPlan } from '../../domain/bar-kinds.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';
import { timeframeMicros } from '../../domain/timeframe.ts';
import { imbalanceIsFull, runIsFull } from './adaptive-bars.ts';
import type { BarMaker, BarOutlet } from './bar-maker.ts';
import { FlowLedger, type TimeBarSource } from './flow-ledger.ts';
import { TRADES, VALUE, VOLUME } from './flow-row.ts';
import { HeikinAshiMaker } from './heikin-ashi-maker.ts';
import { type BarClock, IntervalMaker } from './interval-maker.ts';
import { aligned, sessions } from './intervals.ts';
import { RangeMaker } from './range-maker.ts';
import { RenkoMaker } from './renko-maker.ts';
import { SumMaker } from './sum-maker.ts';

/** What some makers need of the kernel. */
export interface MakerParts {
  readonly instrument: Instrument;
  readonly clock: BarClock;
  readonly timeBars: (span: Micros) => TimeBarSource;
}

/** Sums of decimals miss what they stand for by a rounding, which must not keep a bar open for another trade. */
const NEARLY = 1 - 1e-12;

export function makerOf(plan: BarPlan, out: BarOutlet, { instrument, clock, timeBars }: MakerParts): BarMaker {
  switch (plan.kind) {
    case 'time': {
      const span = timeframeMicros(plan.time) ?? Number.NaN;
      if (plan.from === 'trades') return new FlowLedger(out, span, timeBars(span));
      return new IntervalMaker(out, aligned(span), clock);
    }
    case 'ticks':
      return new SumMaker(out, (bar) => bar[TRADES]! >= plan.ticks);
    case 'volume':
      return new SumMaker(out, (bar) => bar[VOLUME]! >= plan.volume * NEARLY);
    case 'dollar':
      return new SumMaker(out, (bar) => bar[VALUE]! * instrument.pointValue >= plan.dollar * NEARLY);
    case 'imbalance':
      return new SumMaker(out, imbalanceIsFull(plan, instrument));
    case 'run':
      return new SumMaker(out, runIsFull(plan, instrument));
    case 'range':
      return new RangeMaker(out, instrument, plan.range);
    case 'renko':
      return new RenkoMaker(out, instrument, plan.renko, plan.wicks);
    case 'session':
      return new IntervalMaker(out, sessions(instrument, plan), clock);
    case 'heikinAshi':
      return new HeikinAshiMaker(out);
    case 'bars': {
      let count = 0;
      return new SumMaker(out, () => ++count % plan.bars === 0);
    }
  }
}
