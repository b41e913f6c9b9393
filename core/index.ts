/** The one door: all that a plugin or a strategy may import. */
export { type AdvancedMetrics, advancedMetrics } from './analytics/advanced-metrics.ts';
export {
  type Aggressor,
  type AggressorOptions,
  AggressorRule,
  type AggressorSource,
  withAggressor,
} from './analytics/aggressor.ts';
export { bestQuotes } from './analytics/best-quotes.ts';
export { BookAnalytics, type BookAnalyticsOptions, type BookReport } from './analytics/book-analytics.ts';
export { type BookEvent, BookFollower, type BookListener } from './analytics/book-follower.ts';
export { type BookHealth, bookHealth, type HealthOptions } from './analytics/book-health.ts';
export { type BookSnapshot, bookSnapshot } from './analytics/book-snapshot.ts';
export { BookStatistics, type BookStatisticsValue } from './analytics/book-statistics.ts';
export {
  type SdkImbalance,
  type SdkImpact,
  sdkImbalance,
  sdkImpact,
} from './analytics/compat/sdk-book.ts';
export {
  type SdkIceberg,
  type SdkSpoof,
  type SdkSpoofPattern,
  type SizeHistory,
  sdkIceberg,
  sdkSpoof,
} from './analytics/compat/sdk-history.ts';
export {
  type SdkProfile,
  type SdkSpread,
  type SdkZone,
  sdkSpread,
  sdkSupportResistance,
  sdkVolumeProfile,
} from './analytics/compat/sdk-prices.ts';
export {
  CumulativeDelta,
  type CumulativeDeltaValue,
  cumulativeDelta,
  type Delta,
  type DeltaOptions,
} from './analytics/cumulative-delta.ts';
export { DataSampler, type DataSnapshot, dataSnapshot } from './analytics/data-snapshot.ts';
export { icebergs, spoofing } from './analytics/detections.ts';
export { type Iceberg, IcebergDetector, type IcebergOptions } from './analytics/iceberg-detector.ts';
export { type LiquidityLevels, type LiquidityOptions, liquidityLevels } from './analytics/liquidity-levels.ts';
export {
  ImbalanceMeter,
  type ImbalanceOptions,
  type MarketImbalance,
  marketImbalance,
} from './analytics/market-imbalance.ts';
export { type DepthInRange, depthInRange, type MarketImpact, marketImpact } from './analytics/market-impact.ts';
export { type ClusterOptions, type OrderCluster, orderClusters } from './analytics/order-clusters.ts';
export { SpoofDetector } from './analytics/spoof-detector.ts';
export type { SpoofAlert, SpoofOptions, SpoofPattern } from './analytics/spoof-options.ts';
export { type SpreadAnalysis, SpreadMeter, type SpreadOptions, spreadAnalysis } from './analytics/spread-analysis.ts';
export {
  SupportFinder,
  type SupportOptions,
  type SupportZone,
  supportResistance,
} from './analytics/support-resistance.ts';
export { type TradeFlow, TradeFlowMeter, type TradeFlowOptions, tradeFlow } from './analytics/trade-flow.ts';
export {
  type ProfileBin,
  type ProfileOptions,
  type VolumeProfile,
  VolumeProfiler,
  volumeProfile,
} from './analytics/volume-profile.ts';
export { Calendar, type SessionSpan, type TradingDay } from './calendar/calendar.ts';
export { calendarNames, calendarOf, makeCalendar } from './calendar/calendar-of.ts';
export { type FutureContract, futureContracts } from './calendar/futures.ts';
export { ZoneTable, zoneTable } from './calendar/zone-table.ts';
export * from './config/fields.ts';
export * from './dbn/codes.ts';
export { decodeRecord, type StoredRecord } from './dbn/decode-record.ts';
export { DbnDecoder, type DbnDecoderOptions, type DbnSink } from './dbn/decoder.ts';
export { encodeMetadata } from './dbn/encode-metadata.ts';
export { encodeRecord } from './dbn/encode-record.ts';
export { feedOrder, type OrderSink } from './dbn/feed-orders.ts';
export { chooseFeeds, type DbnFeeds } from './dbn/feeds.ts';
export { DbnMarket, type DbnMarketOptions } from './dbn/market.ts';
export { type DbnMetadata, type DbnSymbolMapping, liveMetadata } from './dbn/metadata.ts';
export { type DbnOpenOptions, openDbn } from './dbn/open-dbn.ts';
export type * from './dbn/record.ts';
export { chunkRows, type DbnRows } from './dbn/rows.ts';
export { unpackDbn } from './dbn/unpack.ts';
export { upgradeRecord } from './dbn/upgrade-record.ts';
export type * from './domain/bar-spec.ts';
export * from './domain/broker-report.ts';
export * from './domain/chunk.ts';
export { ChunkWriter } from './domain/chunk-writer.ts';
export * from './domain/event.ts';
export * from './domain/instrument.ts';
export { type HistoryRow, joinBars } from './domain/join-bars.ts';
export { type FutureTerms, futureTerms, knownContract } from './domain/known-futures.ts';
export * from './domain/market.ts';
export * from './domain/order.ts';
export * from './domain/position.ts';
export type * from './domain/roll.ts';
export type * from './domain/session.ts';
export * from './domain/time.ts';
export * from './domain/timeframe.ts';
export * from './errors/millrace-error.ts';
export { nearest } from './errors/nearest.ts';
export * from './indicators/adaptive.ts';
export { applyTo } from './indicators/apply-to.ts';
export { Atr, atr, trueRange } from './indicators/atr.ts';
export { Registers, Total } from './indicators/blocks/registers.ts';
export { Lag, Window } from './indicators/blocks/window.ts';
export { Bollinger, type BollingerOptions, type BollingerValue, bollinger } from './indicators/bollinger.ts';
export type { Candle, PatternName } from './indicators/candle-patterns.ts';
export { candlestick, patternNames } from './indicators/candles.ts';
export * from './indicators/change.ts';
export * from './indicators/channels.ts';
export * from './indicators/compound.ts';
export * from './indicators/cycle.ts';
export * from './indicators/directional.ts';
export { Ema, ema } from './indicators/ema.ts';
export * from './indicators/extremes.ts';
export { type Build, barLine, barLines, numberLine, numberLines, type Step } from './indicators/formula.ts';
export { Incremental } from './indicators/incremental.ts';
export {
  type BarFormula,
  type BarRecipe,
  type BarValues,
  barRecipe,
  checkPeriod,
  type Indicator,
  type IndicatorSnapshot,
  type NumberFormula,
  type NumberRecipe,
  numberRecipe,
  type Recipe,
  type RevisableIndicator,
} from './indicators/indicator.ts';
export { Macd, type MacdOptions, type MacdValue, macd } from './indicators/macd.ts';
export {
  type AverageKind,
  alma,
  dema,
  hma,
  type KamaOptions,
  kama,
  movingAverage,
  smma,
  t3,
  tema,
  trima,
  wma,
  zlema,
} from './indicators/moving-averages.ts';
export { onTimeframe, type TimedBar } from './indicators/on-timeframe.ts';
export * from './indicators/oscillators.ts';
export * from './indicators/price-action.ts';
export type { GridOptions } from './indicators/price-grid.ts';
export * from './indicators/prices.ts';
export * from './indicators/regression.ts';
export type { Room } from './indicators/room.ts';
export { Rsi, rsi } from './indicators/rsi.ts';
export * from './indicators/sar.ts';
export { Sma, sma } from './indicators/sma.ts';
export {
  type SmiOptions,
  type StochasticOptions,
  type StochasticRsiOptions,
  type StochasticValue,
  smi,
  stochastic,
  stochasticFast,
  stochasticRsi,
  williamsR,
} from './indicators/stochastic.ts';
export {
  fromTechnicalIndicators,
  type TechnicalIndicatorName,
  type TechnicalIndicatorOptions,
  technicalIndicatorNames,
} from './indicators/technical-indicators.ts';
export { Universe, type UniverseSnapshot } from './indicators/universe.ts';
export * from './indicators/volatility.ts';
export * from './indicators/volume.ts';
export { bookChecksum, type ChecksumOptions } from './kernel/book/book-checksum.ts';
export { DepthBook } from './kernel/book/depth-book.ts';
export { L3Book, type L3Options, type OrderId, type OrderPlace } from './kernel/book/l3-book.ts';
export { asBytes, asText } from './net/bytes.ts';
export { type Fingerprint, type FingerprintOfText, fingerprintOf } from './net/fingerprint.ts';
export { FlatFrame } from './net/flat-frame.ts';
export * from './net/frame-text.ts';
export { NetError } from './net/net-error.ts';
export { Phrase } from './net/phrase.ts';
export { RecentFingerprints } from './net/recent-fingerprints.ts';
export { SymbolFinder } from './net/symbol-finder.ts';
export * from './plugin/connection.ts';
export * from './plugin/context.ts';
export * from './plugin/define.ts';
export * from './plugin/demand.ts';
export * from './plugin/loopback.ts';
export * from './plugin/net.ts';
export * from './plugin/persistence.ts';
export * from './plugin/provider.ts';
export * from './plugin/risk.ts';
export * from './plugin/service.ts';
export * from './plugin/statistics.ts';
export * from './plugin/strategy.ts';
export { type Crossing, crossings } from './streams/crossings.ts';
export { duringSession, type SessionFilter } from './streams/during-session.ts';
export { pricesOf } from './streams/prices-of.ts';
export { sessionCloses, sessionOpens, sessionStarts } from './streams/session-changes.ts';
export { valuesOf } from './streams/values-of.ts';
export { type Ready, whenReady } from './streams/when-ready.ts';
export { type IndicatorValues, withIndicators } from './streams/with-indicators.ts';
export { withIndicatorsEach } from './streams/with-indicators-each.ts';
export { type ContinuousOptions, continuousRecording } from './tape/continuous-recording.ts';
export type { Manifest } from './tape/manifest.ts';
export { mergeRecordings } from './tape/merge-recordings.ts';
export type { RollRule } from './tape/plan-rolls.ts';
export { openTape, type Tape } from './tape/reader.ts';
export type { RecordingOptions } from './tape/recording.ts';
export { reseal } from './tape/reseal.ts';
export { TapeWriter, type TapeWriterOptions } from './tape/writer.ts';
export {
  type DeltaBar,
  type DeltaDivergence,
  DeltaDivergences,
  type DivergenceOptions,
  deltaDivergence,
} from './volume/delta-divergence.ts';
export {
  Footprint,
  type FootprintBar,
  type FootprintOptions,
  type FootprintRow,
  footprint,
} from './volume/footprint.ts';
export {
  type LargeTrade,
  type LargeTradeFilter,
  type LargeTradeGroup,
  LargeTrades,
  type LargeTradesOptions,
  type LargeTradesValue,
  largeTrades,
} from './volume/large-trades.ts';
export {
  type Bracket,
  MarketProfile,
  type MarketProfileOptions,
  type MarketProfileValue,
  marketProfile,
} from './volume/market-profile.ts';
export {
  type AveragePremium,
  OptionActivity,
  type OptionActivityOptions,
  type OptionActivityValue,
  type OptionTrade,
  optionActivity,
  type RightActivity,
  type StrikeActivity,
} from './volume/option-activity.ts';
export { type OptionContract, type OptionRight, optionOf } from './volume/option-symbol.ts';
export {
  type Change,
  PriceChange,
  type PriceChangeOptions,
  type PriceChangeValue,
  priceChange,
} from './volume/price-change.ts';
export { type LinePoint, PriceLine, type PriceLineValue } from './volume/price-line.ts';
export {
  SessionBreakdown,
  type SessionBreakdownOptions,
  type SessionBreakdownValue,
  type SessionVolume,
  sessionBreakdown,
} from './volume/session-breakdown.ts';
export type { SessionChoice, SessionName } from './volume/session-place.ts';
export type { SideVolume } from './volume/side-sums.ts';
export { SizeHistogram, type TradesFrom } from './volume/size-histogram.ts';
export type { ProfileRow } from './volume/tpo-profile.ts';
export type { TradeSink } from './volume/trade-sink.ts';
export { VolumeAnalysis, type VolumeAnalysisOptions, type VolumeAnalysisValue } from './volume/volume-analysis.ts';
export { type HourVolume, VolumeByHour, volumeByHour } from './volume/volume-by-hour.ts';
export {
  anchoredVwap,
  SessionVwap,
  type SessionVwapOptions,
  sessionVwap,
  type VwapBand,
  VwapBands,
  type VwapOptions,
  type VwapValue,
} from './volume/vwap-bands.ts';
