import { addSizes } from '../kernel/book/add-sizes.ts';
import type { SpoofSettings } from './spoof-options.ts';
import { TimeWindow } from './time-window.ts';

/** A burst of trades of one side that moved the price, which then came back. */
export interface Ignition {
  readonly side: 1 | -1;
  readonly start: number;
  readonly extreme: number;
  readonly size: number;
  /** Share of the burst's size that was of its side. */
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Watches trades for such bursts. Prices in ticks.
 *
 * The move and the way back are measured on trades of the burst's own side: the bounce between bid and ask is neither.
 */
export class IgnitionWatch {
  readonly #settings: SpoofSettings;
  readonly #buys: Burst;
  readonly #sells: Burst;

  constructor(settings: SpoofSettings) {
    this.#settings = settings;
    this.#buys = new Burst(settings.ignitionMs);
    this.#sells = new Burst(settings.ignitionMs);
  }

  /** @param side 1 for a buyer's trade, -1 for a seller's */
  trade(side: 1 | -1, ticks: number, size: number, tsEvent: number): Ignition | undefined {
    const [own, other] = side === 1 ? [this.#buys, this.#sells] : [this.#sells, this.#buys];
    own.add(ticks, size, tsEvent);
    other.expire(tsEvent);
    const back = this.#follow(own, side, ticks, tsEvent);
    const { ignitionTrades, ignitionShare, ignitionTicks, ignitionMs } = this.#settings;
    const share = own.size / (own.size + other.size);
    const isBurst = own.trades >= ignitionTrades && share >= ignitionShare;
    if (!isBurst || (ticks - own.first) * side < ignitionTicks) return back;
    const before = own.move !== undefined && tsEvent - own.move.at <= ignitionMs ? own.move : undefined;
    const start = before?.start ?? own.first;
    own.move = { start, extreme: ticks, size: own.size, share, from: before?.from ?? own.from, at: tsEvent };
    return back;
  }

  #follow(own: Burst, side: 1 | -1, ticks: number, tsEvent: number): Ignition | undefined {
    const { move } = own;
    if (move === undefined) return undefined;
    if (tsEvent - move.at > this.#settings.ignitionReturnMs) {
      own.move = undefined;
      return undefined;
    }
    if ((ticks - move.extreme) * side > 0) move.extreme = ticks;
    const way = Math.abs(move.extreme - move.start);
    if ((move.extreme - ticks) * side < this.#settings.ignitionReturn * way) return undefined;
    own.move = undefined;
    const { start, extreme, size, share, from } = move;
    return { side, start, extreme, size, share, from, to: tsEvent };
  }
}

interface Move {
  readonly start: number;
  extreme: number;
  readonly size: number;
  readonly share: number;
  readonly from: number;
  /** When the burst was last seen to go on. */
  readonly at: number;
}

/** Trades of one side in the last while, and the move that they have made. */
class Burst {
  move: Move | undefined;
  size = 0;
  readonly #recent: TimeWindow;

  constructor(spanMs: number) {
    const onLeave = (_ts: number, _ticks: number, size: number): void => {
      this.size = addSizes(this.size, -size);
    };
    this.#recent = new TimeWindow({ spanMs, capacity: 16_384, onLeave });
  }

  add(ticks: number, size: number, tsEvent: number): void {
    this.#recent.push(tsEvent, ticks, size);
    this.size = addSizes(this.size, size);
  }

  expire(now: number): void {
    this.#recent.expire(now);
  }

  get trades(): number {
    return this.#recent.size;
  }

  /** Price of the oldest. */
  get first(): number {
    return this.#recent.oldest;
  }

  get from(): number {
    return this.#recent.from;
  }
}
