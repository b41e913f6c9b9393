import { loadConfig } from '../../config/load-config.ts';
import { PLUGIN_SECTIONS, type PluginSection } from '../../config/settings.ts';
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
  const parts = SECTIONS.map((section) => counted(config[section].length, section));
  process.stdout.write(`${file} is valid (${config.mode}): ${parts.join(', ')}\n`);
  return 0;
}

/** `1 strategy`, `2 strategies`: a kind is the singular of its section. */
const counted = (count: number, section: PluginSection): string =>
  `${count} ${count === 1 ? PLUGIN_SECTIONS[section] : section}`;
