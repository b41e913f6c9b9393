import type { OperatorFunction } from 'rxjs';
import type { Trade } from '../domain/market.ts';
import { addSizes } from '../kernel/book/add-sizes.ts';
import { streaming } from './streaming.ts';
import { checkPositive } from './time-window.ts';

export interface SupportOptions {
  readonly tickSize: number;
  /** Ticks that price must turn back from an extreme to make it a touch. Default 8. */
  readonly reversalTicks?: number | undefined;
  /** Ticks from a zone's price within which a touch belongs to it. Default 2. */
  readonly toleranceTicks?: number | undefined;
  /** Touches that a zone is shown from. Default 2. */
  readonly minTouches?: number | undefined;
  /** Age at which a touch counts half, in milliseconds. Default an hour. */
  readonly halfLifeMs?: number | undefined;
  /** Zones that are kept; the weakest goes. Default 64. */
  readonly maxZones?: number | undefined;
}

/** A price at which the market turned back. */
export interface SupportZone {
  /** Mean of the prices of its touches. */
  readonly price: number;
  /** Support below the last price, resistance above it, whatever it was when it was touched. */
  readonly kind: 'support' | 'resistance';
  readonly touches: number;
  /** Of them those from above, where price fell to it and rose again. */
  readonly lows: number;
  readonly highs: number;
  /** Times that price went through it by the reversal since its first touch. */
  readonly breaks: number;
  /** Size traded within the tolerance around its touches. */
  readonly volume: number;
  /** Touches, each halved per half-life of age, over one and the breaks. */
  readonly strength: number;
  readonly firstTouch: number;
  readonly lastTouch: number;
}

interface Zone {
  ticks: number;
  touches: number;
  lows: number;
  highs: number;
  breaks: number;
  volume: number;
  weight: number;
  firstTouch: number;
  lastTouch: number;
  side: number;
}

/**
 * Support and resistance from swings: a touch is an approach and a rejection, however many trades it took.
 *
 * In       trades of one instrument in order. A touch is known when price has turned back: never before, and not changed after
 * Resets   never; old touches fade, and `maxZones` bounds the memory
 */
export class SupportFinder {
  readonly #tickSize: number;
  readonly #reversal: number;
  readonly #tolerance: number;
  readonly #minTouches: number;
  readonly #halfLife: number;
  readonly #maxZones: number;
  #zones: Zone[] = [];
  #high = { ticks: Number.NaN, ts: 0, volume: 0 };
  #low = { ticks: Number.NaN, ts: 0, volume: 0 };
  /** The way price goes since the last touch: 1 up, -1 down, 0 not known yet. */
  #way = 0;
  #ticks = Number.NaN;
  #now = 0;

  constructor(options: SupportOptions) {
    const { tickSize, reversalTicks = 8, toleranceTicks = 2, minTouches = 2, halfLifeMs = 3_600_000 } = options;
    const { maxZones = 64 } = options;
    const checked = { tickSize, reversalTicks, minTouches, halfLifeMs, maxZones };
    for (const [name, value] of Object.entries(checked)) checkPositive(name, value);
    this.#tickSize = tickSize;
    this.#reversal = reversalTicks;
    this.#tolerance = toleranceTicks;
    this.#minTouches = minTouches;
    this.#halfLife = halfLifeMs;
    this.#maxZones = maxZones;
  }

  add({ price, size, tsEvent }: Pick<Trade, 'price' | 'size' | 'tsEvent'>): void {
    const ticks = Math.round(price / this.#tickSize);
    this.#now = Math.max(this.#now, tsEvent);
    if (!(this.#high.ticks > ticks)) this.#high = this.#extreme(this.#high, ticks, size);
    else if (ticks >= this.#high.ticks - this.#tolerance) this.#high.volume += size;
    if (!(this.#low.ticks < ticks)) this.#low = this.#extreme(this.#low, ticks, size);
    else if (ticks <= this.#low.ticks + this.#tolerance) this.#low.volume += size;
    if (ticks !== this.#ticks) this.#watch(ticks);
    this.#ticks = ticks;
    if (this.#way >= 0 && this.#high.ticks - ticks >= this.#reversal) this.#turn(-1, ticks, size);
    else if (this.#way <= 0 && ticks - this.#low.ticks >= this.#reversal) this.#turn(1, ticks, size);
  }

  /** Zones with enough touches, the strongest first. */
  value(): readonly SupportZone[] {
    return this.#zones
      .filter(({ touches }) => touches >= this.#minTouches)
      .map((zone): SupportZone => {
        const { ticks, touches, lows, highs, breaks, volume, firstTouch, lastTouch } = zone;
        const kind = ticks <= this.#ticks ? 'support' : 'resistance';
        const strength = this.#strengthOf(zone);
        const price = ticks * this.#tickSize;
        return { price, kind, touches, lows, highs, breaks, volume, strength, firstTouch, lastTouch };
      })
      .sort((a, b) => b.strength - a.strength);
  }

  /** A new extreme; at the same price only its volume grows. */
  #extreme(before: { ticks: number; ts: number; volume: number }, ticks: number, size: number) {
    const isFar = !(Math.abs(before.ticks - ticks) <= this.#tolerance);
    return { ticks, ts: this.#now, volume: (isFar ? 0 : before.volume) + size };
  }

  /** Price has turned: the extreme that it came from is a touch, and it begins to look for the next one. */
  #turn(way: 1 | -1, ticks: number, size: number): void {
    this.#touch(way === 1 ? this.#low : this.#high, way);
    this.#way = way;
    const fresh = { ticks, ts: this.#now, volume: size };
    if (way === 1) this.#high = fresh;
    else this.#low = fresh;
  }

  #touch({ ticks, ts, volume }: { ticks: number; ts: number; volume: number }, way: 1 | -1): void {
    const zone = this.#zones
      .filter((one) => Math.abs(one.ticks - ticks) <= this.#tolerance)
      .sort((a, b) => Math.abs(a.ticks - ticks) - Math.abs(b.ticks - ticks))[0];
    if (zone === undefined) {
      this.#addZone(ticks, ts, volume, way);
      return;
    }
    zone.ticks += (ticks - zone.ticks) / (zone.touches + 1);
    zone.touches++;
    zone.weight = 1 + zone.weight * this.#fade(ts - zone.lastTouch);
    zone.volume = addSizes(zone.volume, volume);
    zone.lastTouch = ts;
    zone.side = way;
    if (way === 1) zone.lows++;
    else zone.highs++;
  }

  #addZone(ticks: number, ts: number, volume: number, way: 1 | -1): void {
    const [lows, highs] = way === 1 ? [1, 0] : [0, 1];
    const times = { firstTouch: ts, lastTouch: ts };
    this.#zones.push({ ticks, touches: 1, lows, highs, breaks: 0, volume, weight: 1, side: way, ...times });
    if (this.#zones.length <= this.#maxZones) return;
    const weakest = this.#zones.reduce((a, b) => (this.#strengthOf(b) < this.#strengthOf(a) ? b : a));
    this.#zones = this.#zones.filter((zone) => zone !== weakest);
  }

  /** Counts zones that price has gone through: from one side to beyond the reversal on the other. */
  #watch(ticks: number): void {
    for (const zone of this.#zones) {
      const beyond = (ticks - zone.ticks) * zone.side;
      if (beyond > -this.#reversal) continue;
      zone.breaks++;
      zone.side = zone.side === 1 ? -1 : 1;
    }
  }

  #strengthOf({ weight, breaks, lastTouch }: Zone): number {
    return (weight * this.#fade(this.#now - lastTouch)) / (1 + breaks);
  }

  #fade(ageMs: number): number {
    return 2 ** (-ageMs / this.#halfLife);
  }
}

/** A way to the zones after each trade; see `SupportFinder`. They are worked out when called. */
export const supportResistance = (options: SupportOptions): OperatorFunction<Trade, () => readonly SupportZone[]> =>
  streaming(
    () => new SupportFinder(options),
    (finder, trade) => {
      finder.add(trade);
      return () => finder.value();
    },
  );
