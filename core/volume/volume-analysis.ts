import { type VolumeProfile, VolumeProfiler } from '../analytics/volume-profile.ts';
import type { Calendar } from '../calendar/calendar.ts';
import { SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { AggressorSide } from '../domain/market.ts';
import { MICROS_PER_MS, type Micros, toMillis } from '../domain/time.ts';
import { type DeltaDivergence, DeltaDivergences } from './delta-divergence.ts';
import { Footprint, type FootprintBar } from './footprint.ts';
import { LargeTrades, type LargeTradesOptions, type LargeTradesValue } from './large-trades.ts';
import { MarketProfile, type MarketProfileValue } from './market-profile.ts';
import { PriceChange, type PriceChangeValue } from './price-change.ts';
import { PriceLine, type PriceLineValue } from './price-line.ts';
import { SessionBreakdown, type SessionBreakdownValue } from './session-breakdown.ts';
import { type SessionChoice, SessionPlace } from './session-place.ts';
import { SideSums, type SideVolume } from './side-sums.ts';
import { sideName, type TradeSink } from './trade-sink.ts';
import { type HourVolume, VolumeByHour } from './volume-by-hour.ts';
import { SessionVwap, type VwapValue } from './vwap-bands.ts';

export interface VolumeAnalysisOptions {
  /** Which trades are looked at. Default all. */
  readonly session?: SessionChoice | undefined;
  /** Length of the bars of footprint and divergence, microseconds. Default five minutes. */
  readonly bar?: Micros | undefined;
  readonly largeTrades?: LargeTradesOptions | undefined;
  /**
   * Whose side a trade is on: as the venue says, or, where it says nothing, by the tick rule: a buyer's after a rise, a
   * seller's after a fall (Lee & Ready, Journal of Finance 46(2), 1991). Default as the venue says.
   */
  readonly sides?: 'venue' | 'tick' | undefined;
}

/** Prices in price units, volume in contracts or coins, times in epoch milliseconds UTC. */
export interface VolumeAnalysisValue {
  readonly instrument: string;
  readonly calendar: string;
  /** The exchange's time zone: that of `hours`. */
  readonly zone: string;
  readonly session: SessionChoice;
  /** Venue times of the first and the last trade that was looked at. */
  readonly from: number;
  readonly to: number;
  /** Prints that the chosen session leaves out. */
  readonly leftOut: number;
  /** Prints of size 0, which set prices and are no volume. */
  readonly priceOnly: number;
  readonly total: SideVolume;
  readonly hours: readonly HourVolume[];
  readonly sessions: SessionBreakdownValue;
  readonly largeTrades: LargeTradesValue;
  /** The last trading date: `vwap` and `change` are of it. */
  readonly tradingDate: string;
  readonly vwap: VwapValue | undefined;
  readonly change: PriceChangeValue | undefined;
  /** Of the last trading dates, five at most, oldest first. */
  readonly marketProfiles: readonly MarketProfileValue[];
  /** Of the whole tape; rows of a tick, which become twice as high whenever there are more than 512. */
  readonly profile: VolumeProfile;
  readonly line: PriceLineValue;
  readonly bars: {
    readonly spanMs: number;
    readonly count: number;
    /** Trades that came after their bar had gone. */
    readonly late: number;
    readonly busiest: FootprintBar | undefined;
    /** The last ones; `divergences` counts all. */
    readonly divergences: readonly DeltaDivergence[];
    readonly divergenceCount: number;
  };
}

const FIVE_MINUTES: Micros = 300_000_000;
const MAX_DIVERGENCES = 200;
const MAX_PROFILES = 5;
/** One trade in a row is no profile: rows of a tick would be that with finely priced coins. */
const PROFILE_ROWS = 512;

/**
 * All of the volume analysis of one instrument in one pass.
 *
 * In       its trades in the order in which they were received
 * Out      `value` at any time; `undefined` before the first print of the chosen session
 * Resets   VWAP, change, market profile and cumulative delta with each trading date; the rest never
 * Memory   that of the parts, none of which grows without end: see each
 */
export class VolumeAnalysis implements TradeSink {
  readonly #instrument: Instrument;
  readonly #calendar: Calendar;
  readonly #session: SessionChoice;
  readonly #infersSides: boolean;
  readonly #barSpan: Micros;
  readonly #place: SessionPlace;
  readonly #total = new SideSums();
  readonly #hours: VolumeByHour;
  readonly #sessions: SessionBreakdown;
  readonly #large: LargeTrades;
  readonly #vwap: SessionVwap;
  readonly #change: PriceChange;
  readonly #market: MarketProfile;
  readonly #profile: VolumeProfiler;
  readonly #line = new PriceLine();
  readonly #footprint: Footprint;
  readonly #divergences: DeltaDivergences;
  /** Filled anew for each trade: the profile takes objects. */
  readonly #trade: Scratch;
  readonly #found: DeltaDivergence[] = [];
  readonly #profiles: MarketProfileValue[] = [];
  #lastPrice = Number.NaN;
  /** Side of the last change of price. */
  #direction = SIDE_UNKNOWN;
  #foundCount = 0;
  #busiest: FootprintBar | undefined;
  #bars = 0;
  #day: number | undefined;
  #dayDelta = 0;
  #from: Micros = Number.POSITIVE_INFINITY;
  #to: Micros = Number.NEGATIVE_INFINITY;
  #leftOut = 0;
  #priceOnly = 0;

  constructor(instrument: Instrument, calendar: Calendar, options: VolumeAnalysisOptions = {}) {
    const { session = 'all', bar = FIVE_MINUTES, largeTrades, sides = 'venue' } = options;
    this.#instrument = instrument;
    this.#calendar = calendar;
    this.#session = session;
    this.#infersSides = sides === 'tick';
    this.#barSpan = bar;
    this.#place = new SessionPlace(calendar);
    this.#hours = new VolumeByHour(calendar);
    this.#sessions = new SessionBreakdown(calendar);
    this.#large = new LargeTrades(largeTrades);
    this.#vwap = new SessionVwap(calendar);
    this.#change = new PriceChange(calendar);
    this.#market = new MarketProfile(instrument, calendar, {
      session,
      onDay: (profile) => this.#keepProfile(profile),
    });
    this.#profile = new VolumeProfiler({ tickSize: instrument.tickSize, maxBins: PROFILE_ROWS });
    this.#footprint = new Footprint(instrument, { span: bar }, (each) => this.#takeBar(each));
    this.#divergences = new DeltaDivergences({
      sessionOf: (start) => calendar.tradingDay(start * MICROS_PER_MS),
    });
    this.#trade = { instrument: instrument.symbol, price: 0, size: 0, side: 'unknown', tsEvent: 0, tsRecv: 0 };
  }

  add(us: Micros, price: number, size: number, toldSide: number): void {
    this.#place.find(us);
    const side = this.#infersSides ? this.#sideOf(price, toldSide) : toldSide;
    if (!this.#place.isIn(this.#session)) {
      this.#leftOut++;
      return;
    }
    if (us < this.#from) this.#from = us;
    if (us > this.#to) this.#to = us;
    this.#sessions.add(us, price, size, side);
    this.#change.add(us, price, size, side);
    this.#market.add(us, price, size, side);
    this.#footprint.add(us, price, size, side);
    if (size > 0) this.#addVolume(us, price, size, side);
    else this.#priceOnly++;
    const { vwap, deviation } = this.#vwap.bands;
    this.#line.add(us, price, size, side, vwap, deviation, this.#dayDelta, this.#place.day);
  }

  /** The last bar is over as well. */
  end(): void {
    this.#footprint.end();
  }

  get value(): VolumeAnalysisValue | undefined {
    if (this.#to === Number.NEGATIVE_INFINITY) return undefined;
    const market = this.#market.value;
    return {
      instrument: this.#instrument.symbol,
      calendar: this.#calendar.name,
      zone: this.#calendar.zone.name,
      session: this.#session,
      from: toMillis(this.#from),
      to: toMillis(this.#to),
      leftOut: this.#leftOut,
      priceOnly: this.#priceOnly,
      tradingDate: this.#calendar.tradingDate(this.#to),
      total: this.#total.value,
      hours: this.#hours.value,
      sessions: this.#sessions.value,
      largeTrades: this.#large.value,
      vwap: this.#vwap.value,
      change: this.#change.value,
      marketProfiles: [...this.#profiles, ...(market === undefined ? [] : [market])].slice(-MAX_PROFILES),
      profile: this.#profile.value(),
      line: this.#line.value,
      bars: {
        spanMs: toMillis(this.#barSpan),
        count: this.#bars,
        late: this.#footprint.late,
        busiest: this.#busiest,
        divergences: this.#found,
        divergenceCount: this.#foundCount,
      },
    };
  }

  #addVolume(us: Micros, price: number, size: number, side: number): void {
    this.#total.add(price, size, side);
    this.#hours.add(us, price, size, side);
    this.#large.add(us, price, size, side);
    this.#vwap.add(us, price, size, side);
    const trade = this.#trade;
    trade.price = price;
    trade.size = size;
    trade.side = sideName(side);
    trade.tsEvent = us / MICROS_PER_MS;
    this.#profile.add(trade);
    const { day } = this.#place;
    if (this.#day === undefined || day > this.#day) {
      this.#day = day;
      this.#dayDelta = 0;
    }
    if (side === SIDE_BUY) this.#dayDelta += size;
    if (side === SIDE_SELL) this.#dayDelta -= size;
  }

  #sideOf(price: number, side: number): number {
    if (price > this.#lastPrice) this.#direction = SIDE_BUY;
    else if (price < this.#lastPrice) this.#direction = SIDE_SELL;
    this.#lastPrice = price;
    return side === SIDE_UNKNOWN ? this.#direction : side;
  }

  #keepProfile(profile: MarketProfileValue): void {
    this.#profiles.push(profile);
    if (this.#profiles.length > MAX_PROFILES) this.#profiles.shift();
  }

  #takeBar(bar: FootprintBar): void {
    this.#bars++;
    if (this.#busiest === undefined || bar.volume > this.#busiest.volume) this.#busiest = bar;
    for (const divergence of this.#divergences.update(bar)) {
      this.#foundCount++;
      this.#found.push(divergence);
      if (this.#found.length > MAX_DIVERGENCES) this.#found.shift();
    }
  }
}

interface Scratch {
  readonly instrument: string;
  price: number;
  size: number;
  side: AggressorSide;
  tsEvent: number;
  readonly tsRecv: number;
}
