import type { BarFlow, BarName, FlowBar } from '../../domain/market.ts';
import type { HotSource } from '../hot-source.ts';
import { barOf, flowOf } from './flow-row.ts';

/** Makes bars of rows (flow-row.ts), one kind each. Its state depends on those rows alone. */
export interface BarMaker {
  /**
   * Takes a row in, and tells of the bars that it closes.
   *
   * @returns false when it came too late for its bar, and was left out
   */
  take(row: Float64Array): boolean;
  /**
   * The bar under construction; `undefined` before its first trade.
   *
   * @param next what it would be after one more row
   */
  forming(next?: Float64Array): FlowBar | undefined;
  /** Called with the first listener and after the last, by makers that wait for a clock. */
  start?(): void;
  stop?(): void;
}

/** Where the bars of a maker go. */
export class BarOutlet {
  readonly symbol: string;
  readonly name: BarName;
  readonly source: HotSource<FlowBar>;
  /** What is taken in now is history. */
  historical = false;
  private readonly onEmit: () => void;

  constructor(symbol: string, name: BarName, source: HotSource<FlowBar>, onEmit: () => void = () => undefined) {
    this.symbol = symbol;
    this.name = name;
    this.source = source;
    this.onEmit = onEmit;
  }

  bar(row: Float64Array, flow: BarFlow = flowOf(row)): FlowBar {
    return barOf(this.symbol, this.name, row, flow, this.historical);
  }

  emit(row: Float64Array, flow?: BarFlow): void {
    this.onEmit();
    this.source.emit(this.bar(row, flow));
  }
}
