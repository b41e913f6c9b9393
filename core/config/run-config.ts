import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Micros } from '../domain/time.ts';
import type {
  PersistencePlugin,
  Plugin,
  ProviderPlugin,
  RiskPlugin,
  ServicePlugin,
  StrategyPlugin,
} from '../plugin/define.ts';

import type { ProviderSettings } from './provider-settings.ts';

/** A plugin with options that have been checked. */
export interface LoadedPlugin<P extends Plugin = Plugin> {
  /** The YAML key: `type`, `type/name`, a relative path or a package name. */
  readonly key: string;
  readonly plugin: P;
  /** Output of the plugin's schema: defaults filled in. */
  readonly options: unknown;
  /** Package version of a built-in plugin, content hash of a user's file. */
  readonly version: string;
}

export interface LoadedProvider extends LoadedPlugin<ProviderPlugin> {
  readonly settings: ProviderSettings;
}

/** The simulated venue of paper and replay. */
export interface PaperSettings {
  /** From decision to venue. */
  readonly latencyUs: Micros;
  /** Added against us on market and stop fills. */
  readonly slippageTicks: number;
  /** Account currency per contract and fill. */
  readonly feePerContract: number;
}

interface RunSettings {
  /** What happens to open orders, or to everything, at a clean stop. */
  readonly onStop: 'cancel' | 'keep' | 'flatten';
  /** How long past a bar's end the clock waits for late trades; default 250 ms. */
  readonly barGraceUs: Micros;
}

/** A configuration that checked clean: what `start` needs. Lists are in YAML order. */
export interface RunConfig {
  readonly name: string;
  readonly file: string | undefined;
  /** Folder that relative paths start from. */
  readonly baseDir: string;
  readonly mode: 'paper' | 'live';
  readonly seed: number;
  readonly instruments: readonly InstrumentSpec[];
  readonly providers: readonly LoadedProvider[];
  readonly strategies: readonly LoadedPlugin<StrategyPlugin>[];
  readonly risk: readonly LoadedPlugin<RiskPlugin>[];
  readonly persistence: readonly LoadedPlugin<PersistencePlugin>[];
  readonly services: readonly LoadedPlugin<ServicePlugin>[];
  readonly paper: PaperSettings;
  readonly run: RunSettings;
  /** The tree as written, variables filled in, secrets masked: what a tape keeps. */
  readonly source: unknown;
}
