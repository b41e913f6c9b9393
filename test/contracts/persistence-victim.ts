/** Run as a process of its own by the persistence contract: writes, and kills itself without a word. */
import { afterFlush, beforeFlush } from './persistence-entries.ts';
import { rigOf, runInfo } from './persistence-kit.ts';

const [module, dir, options] = process.argv.slice(2);
if (module === undefined || dir === undefined || options === undefined) throw new Error('module, dir, options');

const { default: plugin } = await import(module);
const { persistence } = rigOf(plugin, JSON.parse(options), dir);
await persistence.open(runInfo());
for (const entry of beforeFlush()) persistence.append(entry);
await persistence.flush();
for (const entry of afterFlush()) persistence.append(entry);
process.kill(process.pid, 'SIGKILL');
