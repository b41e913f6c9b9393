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

/** Watches trades for such bursts. Prices in ticks. */
export class IgnitionWatch {
  readonly #settings: SpoofSettings;
  readonly #recent: TimeWindow;
  #buy = 0;
  #sell = 0;
  #burst:
    | { side: 1 | -1; start: number; extreme: number; size: number; share: number; from: number; at: number }
    | undefined;

  constructor(settings: SpoofSettings) {
    this.#settings = settings;
    const onLeave = (_ts: number, _ticks: number, size: number, side: number): void => this.#sum(side, -size);
    this.#recent = new TimeWindow({ spanMs: settings.ignitionMs, capacity: 16_384, onLeave });
  }

  /** @param side 1 for a buyer's trade, -1 for a seller's */
  trade(side: 1 | -1, ticks: number, size: number, tsEvent: number): Ignition | undefined {
    this.#recent.push(tsEvent, ticks, size, side);
    this.#sum(side, size);
    const back = this.#follow(ticks, tsEvent);
    this.#look(side, ticks, tsEvent);
    return back;
  }

  #sum(side: number, size: number): void {
    if (side === 1) this.#buy += size;
    else this.#sell += size;
  }

  #look(side: 1 | -1, ticks: number, tsEvent: number): void {
    const { ignitionTrades, ignitionShare, ignitionTicks } = this.#settings;
    if (this.#recent.size < ignitionTrades) return;
    const start = this.#recent.oldest;
    const share = (side === 1 ? this.#buy : this.#sell) / (this.#buy + this.#sell);
    if ((ticks - start) * side < ignitionTicks || share < ignitionShare) return;
    const goesOn = this.#burst?.side === side && tsEvent - this.#burst.at <= this.#settings.ignitionMs;
    const first = goesOn ? this.#burst : undefined;
    const size = side === 1 ? this.#buy : this.#sell;
    const from = first?.from ?? this.#recent.from;
    this.#burst = { side, start: first?.start ?? start, extreme: ticks, size, share, from, at: tsEvent };
  }

  #follow(ticks: number, tsEvent: number): Ignition | undefined {
    const burst = this.#burst;
    if (burst === undefined) return undefined;
    if (tsEvent - burst.at > this.#settings.ignitionReturnMs) {
      this.#burst = undefined;
      return undefined;
    }
    if ((ticks - burst.extreme) * burst.side > 0) burst.extreme = ticks;
    const way = Math.abs(burst.extreme - burst.start);
    if ((burst.extreme - ticks) * burst.side < this.#settings.ignitionReturn * way) return undefined;
    this.#burst = undefined;
    const { side, start, extreme, size, share, from } = burst;
    return { side, start, extreme, size, share, from, to: tsEvent };
  }
}
