import { loadConfig } from '../../config/load-config.ts';
import type { ValidateOptions } from '../options.ts';
import { createRegistry } from '../registry.ts';

/** `runtime validate <config>`: checks the file and loads its plugins. */
export async function runValidate(file: string, { set, json }: ValidateOptions): Promise<number> {
  const config = await loadConfig(file, createRegistry(), { env: process.env, set });
  const counts = {
    providers: config.providers.length,
    strategies: config.strategies.length,
    risk: config.risk.length,
    persistence: config.persistence.length,
    services: config.services.length,
  };
  if (json) {
    const instruments = config.instruments.map(({ symbol }) => symbol);
    process.stdout.write(`${JSON.stringify({ valid: true, file, mode: config.mode, instruments, plugins: counts })}\n`);
    return 0;
  }
  const parts = Object.entries(counts).map(([section, count]) => `${count} ${section}`);
  process.stdout.write(`${file} is valid (${config.mode}): ${parts.join(', ')}\n`);
  return 0;
}
