import type { BarEvent, DepthEvent, QuoteEvent, TradeEvent } from '../domain/event.ts';
import type { StreamDemand, StreamName } from './demand.ts';

export type MarketEvent = TradeEvent | QuoteEvent | DepthEvent | BarEvent;

/** Faults of the network: every loopback venue has them. */
export const NETWORK_FAULTS = [
  'refuse',
  'drop',
  'drop-mid-frame',
  'freeze',
  'half-open',
  'close',
  'delay',
  'restart',
] as const;
/** Faults of the venue: each venue says which it can do. */
export const VENUE_FAULTS = [
  'malformed',
  'unknown-message',
  'silent',
  'duplicate',
  'reorder',
  'sequence-gap',
  'reset-book',
  'wrong-token',
  'expired-token',
  'rate-limit',
] as const;
export const LOOPBACK_FAULTS = [...NETWORK_FAULTS, ...VENUE_FAULTS] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];
export type VenueFault = (typeof VENUE_FAULTS)[number];
export type LoopbackFault = NetworkFault | VenueFault;

/**
 * A venue on this machine that speaks the venue's own protocol: for tries without an account, for tests, and for
 * `runtime certify`. It can misbehave on command.
 */
export interface LoopbackVenue {
  /** Listens; again on the same ports after a stop. */
  start(): Promise<void>;
  /** As if the server went down: every connection breaks. */
  stop(): Promise<void>;
  /** Options that lead a provider here, in the form of the YAML: laid over its own. Known after `start`. */
  options(): Readonly<Record<string, unknown>>;
  readonly streams: readonly StreamName[];
  readonly faults: readonly VenueFault[];
  /** Open connections. */
  connections(): number;
  /** What is subscribed now, over all connections. */
  demand(): readonly StreamDemand[];
  /** Hands an event to all who subscribed to it. False when nobody did, or when it was kept back by a fault. */
  send(event: MarketEvent): boolean;
  /**
   * Misbehaves. `malformed`, `unknown-message`, `duplicate`, `reorder`, `sequence-gap`, `reset-book`, `drop…`, `close` and
   * `restart` happen once, now or with the next event; the others last until `behave`.
   */
  misbehave(fault: LoopbackFault): void;
  /** Ends faults that last. */
  behave(): void;
}

export interface LoopbackSettings {
  /** Symbols in the configuration's names. */
  readonly instruments: readonly string[];
}

export type LoopbackFactory = (settings: LoopbackSettings) => LoopbackVenue;

/** What a provider's loopback file exports. */
export interface LoopbackModule {
  readonly default: LoopbackFactory;
  /** Two symbols as a configuration would write them, for `runtime certify`. */
  readonly instruments?: readonly string[];
}
