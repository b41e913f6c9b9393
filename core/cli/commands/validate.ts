import { loadConfig } from '../../config/load-config.ts';
import { PLUGIN_SECTIONS, type PluginSection } from '../../config/settings.ts';
import { counted } from '../counted.ts';
import type { ValidateOptions } from '../options.ts';
import { createRegistry } from '../registry.ts';
import { refuseLive } from '../session/refuse-live.ts';

const SECTIONS = Object.keys(PLUGIN_SECTIONS) as PluginSection[];

/** `runtime validate <config>`: checks the file, loads its plugins, and refuses what `start` would refuse. */
export async function runValidate(file: string, { set, json }: ValidateOptions): Promise<number> {
  const config = await loadConfig(file, createRegistry(), { env: process.env, set });
  refuseLive(config);
  if (json) {
    const instruments = config.instruments.map(({ symbol }) => symbol);
    const plugins = Object.fromEntries(SECTIONS.map((section) => [section, config[section].length]));
    process.stdout.write(`${JSON.stringify({ valid: true, file, mode: config.mode, instruments, plugins })}\n`);
    return 0;
  }
  // A kind is the singular of its section.
  const parts = SECTIONS.map((section) => counted(config[section].length, PLUGIN_SECTIONS[section], section));
  process.stdout.write(`${file} is valid (${config.mode}): ${parts.join(', ')}\n`);
  return 0;
}
