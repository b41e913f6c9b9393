#!/usr/bin/env node
// Plain JavaScript that old versions of Node can still parse: it finds a Node that can run the rest.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './engine.js';

/** The npm package that holds Node itself for this machine. */
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * A replay makes millions of short-lived objects, and the engine would let its space for them grow with the run. This
 * bounds it, at no cost in speed. A live run keeps the larger default: fewer collections, so fewer late ticks.
 */
const flags = process.argv[2] === 'replay' ? ['--max-semi-space-size=4'] : [];

const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) run();
else runOnNewerNode();

function run() {
  startAgainWithFlags();
  module.enableCompileCache();
  hideExpectedWarnings();
  stopWithLauncher();
  const here = fileURLToPath(import.meta.url);
  const source = join(dirname(here), 'main.ts');
  // Node strips no types below node_modules, so an installed package runs its build; a clone runs its sources.
  const installed = here.split(/[\\/]/).includes('node_modules');
  const entry = !installed && existsSync(source) ? './main.ts' : '../../dist/core/cli/main.js';
  import(entry).then(({ main }) => main(process.argv.slice(2)));
}

/** The engine takes them at its start only, so the process becomes a new one; on Windows it cannot. */
function startAgainWithFlags() {
  const missing = flags.filter((flag) => !process.execArgv.includes(flag));
  if (missing.length === 0 || process.execve === undefined || process.platform === 'win32') return;
  const args = [...process.execArgv, ...missing, ...process.argv.slice(1)];
  process.execve(process.execPath, [process.execPath, ...args]);
}

/** Node 22 calls SQLite, and at times type stripping, experimental. Other warnings are printed as ever. */
function hideExpectedWarnings() {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    const expected =
      warning.name === 'ExperimentalWarning' && /SQLite|Type Stripping|stripTypeScript/i.test(warning.message);
    if (expected || warning.code === 'MODULE_TYPELESS_PACKAGE_JSON') return;
    for (const print of printers) print(warning);
  });
}

/** When the launcher below is killed without a chance to say so, the run stops cleanly instead of trading on alone. */
function stopWithLauncher() {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

function runOnNewerNode() {
  const node = newerNode() || nodeFromNpm();
  if (node === undefined) {
    process.stderr.write(
      `runtime needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
        `  fix       install a newer Node (https://nodejs.org), or beside this package: npm install ${nodePackage}@24\n`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both processes; passing it on would make it two.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Asks npm for one. It stays in npm's cache, so this is slow only once. */
function nodeFromNpm() {
  process.stderr.write(
    `runtime needs Node 22.18 or newer; this is ${process.versions.node}. Using ${nodePackage} through npm.\n`,
  );
  const asked = spawnSync(
    'npm',
    ['exec', '--yes', `--package=${nodePackage}@24`, '--call', 'node -p process.execPath'],
    {
      encoding: 'utf8',
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const file = asked.status === 0 ? asked.stdout.trim() : '';
  return file !== '' && existsSync(file) ? file : undefined;
}

/** A Node that was installed as a package, such as the workspace of the clone brings along. */
function newerNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${nodePackage}/package.json`);
    const file = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
