import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile, root } from './compile.ts';

/**
 * Runs the bench on what is published, which is compiled. Of sources Node strips the types first, and what does that leaves
 * the engine checking each typed array on every use: a tenth of the time of a frame.
 */
const out = join(root, 'node_modules/.cache/bench');
compile(['core', 'plugins', 'strategies', 'bench'], out);
const engine = pathToFileURL(join(root, 'core/cli/engine.js')).href;
const command = ['--import', engine, join(out, 'bench/run.js'), ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
