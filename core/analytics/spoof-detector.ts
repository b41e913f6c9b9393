import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Trade } from '../domain/market.ts';
import type { BookListener } from './book-follower.ts';
import { IgnitionWatch } from './momentum-ignition.ts';
import { type PulledOrder, PulledOrders } from './pulled-orders.ts';
import {
  SPOOF_DEFAULTS,
  type SpoofAlert,
  type SpoofOptions,
  type SpoofPattern,
  type SpoofSettings,
} from './spoof-options.ts';
import { checkPositive, TimeWindow } from './time-window.ts';

/** Pulled orders that are remembered. */
const MOST_PULLED = 512;
/** Seconds before the usual number of changes is known. */
const LEAST_SECONDS = 30;
const SECOND_WEIGHT = 0.05;

/**
 * Patterns that look like spoofing, from the changes of levels and the trades.
 *
 * layering            several large orders on one side, pulled together, while the other side traded
 * flashing            large orders that live for moments, again and again
 * quote stuffing      a flood of changes, hardly a trade
 * momentum ignition   a burst of trades of one side, a move, and the way back
 *
 * A pattern is told once, and again only after `layerPullMs`, `flashWindowMs`, a second or the next burst. Fills are never
 * taken for pulls: what trades at a price is subtracted from what goes there. Levels hide who owns an order, so that an
 * alert is a reason to look, never proof.
 */
export class SpoofDetector implements BookListener {
  readonly #settings: SpoofSettings;
  readonly #grid: Pick<Instrument, 'price'>;
  readonly #onAlert: (alert: SpoofAlert) => void;
  readonly #orders: PulledOrders;
  readonly #ignition: IgnitionWatch;
  /** Trades of the last while: when, size, passive side. */
  readonly #trades: TimeWindow;
  readonly #told = new Map<string, number>();
  #pulled: PulledOrder[] = [];
  readonly #second = { start: Number.NaN, changes: 0, trades: 0, usual: 0, seen: 0 };

  constructor(grid: Pick<Instrument, 'price'>, onAlert: (alert: SpoofAlert) => void, options: SpoofOptions = {}) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    for (const [name, value] of given) if (name !== 'layerTrade') checkPositive(name, Number(value));
    this.#settings = { ...SPOOF_DEFAULTS, ...Object.fromEntries(given) };
    this.#grid = grid;
    this.#onAlert = onAlert;
    this.#orders = new PulledOrders(this.#settings);
    this.#ignition = new IgnitionWatch(this.#settings);
    this.#trades = new TimeWindow({ spanMs: this.#settings.maxLifeMs, capacity: 16_384 });
  }

  onLevel(side: number, ticks: number, before: number, after: number, distance: number, tsEvent: number): void {
    this.#count(tsEvent, 1, 0);
    const pulled = this.#orders.level(side, ticks, before, after, distance, tsEvent);
    if (pulled === undefined) return;
    this.#pulled.push(pulled);
    if (this.#pulled.length > MOST_PULLED) this.#pulled = this.#pulled.slice(-MOST_PULLED / 2);
    this.#layering(pulled);
    this.#flashing(pulled);
  }

  onTrade({ side, size, tsEvent }: Trade, ticks: number): void {
    this.#count(tsEvent, 0, 1);
    if (side === 'unknown' || !(size > 0)) return;
    const passive = side === 'buy' ? SIDE_SELL : SIDE_BUY;
    this.#orders.trade(passive, ticks, size);
    this.#trades.push(tsEvent, size, passive);
    const burst = this.#ignition.trade(side === 'buy' ? 1 : -1, ticks, size, tsEvent);
    if (burst === undefined) return;
    const { ignitionTicks, ignitionMs } = this.#settings;
    const way = Math.abs(burst.extreme - burst.start);
    const confidence = 0.6 * burst.share + 0.4 * Math.min(1, way / (2 * ignitionTicks));
    const prices = [burst.start, burst.extreme];
    this.#tell('momentum ignition', burst.side, prices, burst.size, confidence, burst.from, tsEvent, ignitionMs);
  }

  onReset(): void {
    this.#orders.clear();
    this.#pulled = [];
  }

  #layering({ side, pulled }: PulledOrder): void {
    const { layers, layerPullMs, layerTrade, maxLifeMs } = this.#settings;
    const group = this.#pulled.filter((one) => one.side === side && pulled - one.pulled <= layerPullMs);
    const prices = [...new Set(group.map(({ ticks }) => ticks))];
    if (prices.length < layers) return;
    const from = Math.min(...group.map(({ placed }) => placed));
    // They lay at the same time: the first was not pulled before the last was placed.
    if (Math.max(...group.map(({ placed }) => placed)) > Math.min(...group.map((one) => one.pulled))) return;
    const traded = this.#tradedAgainst(-side, from);
    if (traded < layerTrade * this.#orders.mean) return;
    const life = group.reduce((sum, one) => sum + one.pulled - one.placed, 0) / group.length;
    const confidence =
      0.4 * Math.min(1, prices.length / (2 * layers)) + 0.3 * (traded > 0 ? 1 : 0) + 0.3 * (1 - life / maxLifeMs);
    this.#tell('layering', side, prices, sizeOf(group), confidence, from, pulled, layerPullMs);
  }

  #flashing({ side, pulled }: PulledOrder): void {
    const { flashes, flashLifeMs, flashWindowMs } = this.#settings;
    const recent = this.#pulled.filter((one) => one.side === side && pulled - one.pulled <= flashWindowMs);
    const group = recent.filter((one) => one.pulled - one.placed <= flashLifeMs);
    if (group.length < flashes) return;
    const prices = [...new Set(group.map(({ ticks }) => ticks))];
    const life = group.reduce((sum, one) => sum + one.pulled - one.placed, 0) / group.length;
    const confidence = 0.6 * Math.min(1, group.length / (1.5 * flashes)) + 0.4 * (1 - life / flashLifeMs);
    const from = Math.min(...group.map(({ placed }) => placed));
    this.#tell('flashing', side, prices, sizeOf(group), confidence, from, pulled, flashWindowMs);
  }

  #count(tsEvent: number, changes: number, trades: number): void {
    const second = this.#second;
    if (!(tsEvent - second.start < 1000)) {
      this.#stuffing(tsEvent);
      second.start = tsEvent;
      second.changes = 0;
      second.trades = 0;
    }
    second.changes += changes;
    second.trades += trades;
  }

  /** Looks back at a second that has ended. */
  #stuffing(tsEvent: number): void {
    const second = this.#second;
    if (Number.isNaN(second.start)) return;
    const { stuffingPerSecond, stuffingFactor, stuffingTrades } = this.#settings;
    const { start, changes, trades, usual, seen } = second;
    const isFlood = changes >= stuffingPerSecond && changes >= stuffingFactor * usual && seen >= LEAST_SECONDS;
    if (isFlood && trades <= stuffingTrades * changes) {
      const confidence = 0.5 + 0.5 * Math.min(1, changes / (2 * stuffingFactor * Math.max(usual, 1)));
      this.#tell('quote stuffing', 0, [], changes, confidence, start, tsEvent, 1000);
      return;
    }
    second.usual += (changes - usual) * Math.max(SECOND_WEIGHT, 1 / (seen + 1));
    second.seen++;
  }

  #tradedAgainst(passive: number, from: number): number {
    let traded = 0;
    this.#trades.forEach((ts, size, side) => {
      if (ts >= from && side === passive) traded += size;
    });
    return traded;
  }

  #tell(
    pattern: SpoofPattern,
    side: number,
    ticks: readonly number[],
    size: number,
    confidence: number,
    from: number,
    to: number,
    quietMs: number,
  ): void {
    const key = `${pattern} ${side}`;
    if (confidence < this.#settings.confidence || to - (this.#told.get(key) ?? -Infinity) <= quietMs) return;
    this.#told.set(key, to);
    const prices = ticks.toSorted((a, b) => a - b).map((one) => this.#grid.price(one));
    const name = side === 0 ? undefined : side === SIDE_BUY ? 'bid' : 'ask';
    this.#onAlert({ pattern, side: name, prices, size, confidence, from, to });
  }
}

const sizeOf = (orders: readonly PulledOrder[]): number => orders.reduce((sum, { size }) => sum + size, 0);
