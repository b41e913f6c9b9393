import type { Plugin, PluginKind } from '../plugin/define.ts';

/** A plugin's declaration and the version that a tape records. */
export interface FoundPlugin {
  readonly plugin: Plugin;
  /** Package version of a built-in plugin, content hash of a user's file. */
  readonly version: string;
}

/** Where plugins come from. The command line's registry reads folders; a test may hand in a map. */
export interface PluginRegistry {
  /** Types that come with the runtime, sorted. */
  types(kind: PluginKind): readonly string[];
  /**
   * Finds the plugin that a YAML key names. Relative keys start at `baseDir`.
   * Throws a MillraceError, without a place, when there is none or it does not load.
   */
  load(kind: PluginKind, key: string, baseDir: string): Promise<FoundPlugin>;
}
