import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkConfigTree } from '../../config/check-config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { overlay } from '../../config/overlay.ts';
import { Places } from '../../config/places.ts';
import type { RunConfig } from '../../config/run-config.ts';
import type { Tape } from '../../tape/reader.ts';
import { createRegistry } from '../registry.ts';

/** What --config and --set of `runtime replay` say. */
interface Wanted {
  /** Another configuration in place of the tape's own. */
  readonly file: string | undefined;
  /** `path=value` settings that win over either. */
  readonly set: readonly string[];
}

/** The tape's own configuration, or another one, with the recording in place of the providers and nothing recorded. */
export async function replayConfig(tape: Tape, { file, set }: Wanted): Promise<RunConfig> {
  const config =
    file === undefined
      ? await ownConfig(tape, set)
      : await loadConfig(file, createRegistry(), { env: process.env, set });
  return { ...config, persistence: [], services: [] };
}

async function ownConfig(tape: Tape, set: readonly string[]): Promise<RunConfig> {
  const { id, config, configFile } = tape.manifest.run;
  const places = new Places();
  const { tree, problems } = overlay(config as Record<string, unknown>, places, set);
  const replayed = { ...tree, providers: { tape: { file: resolve(tape.dir) } }, persistence: {}, services: {} };
  return checkConfigTree(replayed, createRegistry(), {
    baseDir: configFolder(configFile, tape.dir),
    places,
    name: id,
    problems,
  });
}

/** Where the run's configuration stood: relative plugin paths start there. */
function configFolder(configFile: string | undefined, tapeDir: string): string {
  if (configFile === undefined) return resolve(tapeDir);
  const folders = [process.cwd(), resolve(tapeDir, '..', '..'), resolve(tapeDir, '..')];
  const home = folders.find((folder) => existsSync(resolve(folder, configFile))) ?? process.cwd();
  return dirname(resolve(home, configFile));
}
