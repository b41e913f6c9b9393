import type { Instrument } from '../domain/instrument.ts';
import type { DepthUpdate, Trade } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';
import { type AdvancedMetrics, advancedMetrics } from './advanced-metrics.ts';
import { type BookEvent, BookFollower, type BookListener } from './book-follower.ts';
import { type BookSnapshot, bookSnapshot } from './book-snapshot.ts';
import { BookStatistics, type BookStatisticsValue } from './book-statistics.ts';
import { CumulativeDelta, type CumulativeDeltaValue } from './cumulative-delta.ts';
import { type Iceberg, IcebergDetector, type IcebergOptions } from './iceberg-detector.ts';
import { type LiquidityLevels, liquidityLevels } from './liquidity-levels.ts';
import { ImbalanceMeter, type MarketImbalance } from './market-imbalance.ts';
import { type OrderCluster, orderClusters } from './order-clusters.ts';
import { SpoofDetector } from './spoof-detector.ts';
import type { SpoofAlert, SpoofOptions } from './spoof-options.ts';
import { type SpreadAnalysis, SpreadMeter } from './spread-analysis.ts';
import { SupportFinder, type SupportZone } from './support-resistance.ts';
import { type TradeFlow, TradeFlowMeter } from './trade-flow.ts';
import { type VolumeProfile, VolumeProfiler } from './volume-profile.ts';

export interface BookAnalyticsOptions {
  /** Of the sliding windows: delta, profile and spread. Default an hour. */
  readonly windowMs?: number | undefined;
  readonly sessionOf?: ((tsEvent: number) => number | string) | undefined;
  readonly icebergs?: IcebergOptions | undefined;
  readonly spoofing?: SpoofOptions | undefined;
  /** Detections that are kept, of each kind; the oldest go. Default 100. */
  readonly kept?: number | undefined;
}

export interface BookReport {
  readonly book: BookSnapshot;
  readonly imbalance: MarketImbalance;
  readonly statistics: BookStatisticsValue;
  readonly advanced: AdvancedMetrics;
  readonly liquidity: LiquidityLevels;
  readonly clusters: readonly OrderCluster[];
  readonly delta: CumulativeDeltaValue;
  readonly flow: TradeFlow;
  readonly profile: VolumeProfile;
  readonly supports: readonly SupportZone[];
  readonly spread: SpreadAnalysis;
  readonly icebergs: readonly Iceberg[];
  readonly spoofing: readonly SpoofAlert[];
}

/**
 * All analytics of one instrument over one pass of its depth and trades.
 *
 * Memory  the windows' capacity and `kept` detections; nothing grows with the length of the run
 */
export class BookAnalytics implements BookListener {
  readonly #instrument: Instrument;
  readonly #follower: BookFollower;
  readonly #imbalance: ImbalanceMeter;
  readonly #statistics = new BookStatistics();
  readonly #delta: CumulativeDelta;
  readonly #flow: TradeFlowMeter;
  readonly #profile: VolumeProfiler;
  readonly #supports: SupportFinder;
  readonly #spread: SpreadMeter;
  readonly #icebergs: Iceberg[] = [];
  readonly #alerts: SpoofAlert[] = [];

  constructor(instrument: Instrument, options: BookAnalyticsOptions = {}) {
    const { windowMs = 3_600_000, sessionOf, kept = 100 } = options;
    const { tickSize } = instrument;
    const keep = <T>(list: T[], value: T): void => {
      list.push(value);
      if (list.length > kept) list.shift();
    };
    this.#instrument = instrument;
    this.#imbalance = new ImbalanceMeter({ tickSize });
    this.#delta = new CumulativeDelta({ windowMs, sessionOf });
    this.#flow = new TradeFlowMeter({ sessionOf });
    this.#profile = new VolumeProfiler({ tickSize, windowMs, sessionOf });
    this.#supports = new SupportFinder({ tickSize });
    this.#spread = new SpreadMeter({ tickSize, windowMs });
    this.#follower = new BookFollower(instrument, [
      this.#statistics,
      new IcebergDetector(instrument, (found) => keep(this.#icebergs, found), options.icebergs),
      new SpoofDetector(instrument, (alert) => keep(this.#alerts, alert), options.spoofing),
      this,
    ]);
  }

  get book(): BookView {
    return this.#follower.book;
  }

  /** Takes the next of the instrument's depth messages or trades. */
  take(event: BookEvent): void {
    this.#follower.take(event);
  }

  onBook({ bid, ask, tsEvent }: BookView, _update: DepthUpdate): void {
    this.#spread.quote(bid, ask, tsEvent);
  }

  onTrade(trade: Trade): void {
    this.#delta.add(trade);
    this.#flow.add(trade);
    this.#profile.add(trade);
    this.#supports.add(trade);
  }

  /** Everything as it stands. Costs a pass over the book and the windows. */
  report(): BookReport {
    const { book } = this.#follower;
    const { tickSize } = this.#instrument;
    return {
      book: bookSnapshot(book),
      imbalance: this.#imbalance.read(book),
      statistics: this.#statistics.value,
      advanced: advancedMetrics(book, tickSize),
      liquidity: liquidityLevels(book),
      clusters: orderClusters(book, { tickSize }),
      delta: this.#delta.value(),
      flow: this.#flow.value,
      profile: this.#profile.value(),
      supports: this.#supports.value(),
      spread: this.#spread.value(),
      icebergs: [...this.#icebergs],
      spoofing: [...this.#alerts],
    };
  }
}
