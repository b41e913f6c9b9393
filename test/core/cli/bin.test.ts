import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bin, runCli } from './run-cli.ts';

/** Makes Node say that it is older than it is, in the launcher alone: arguments are not handed on. */
const asNode20 = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})',
];
const onMachine = (name: string): string[] => [
  '--import',
  `data:text/javascript,Object.defineProperty(process,"arch",{value:"${name}"})`,
];

describe('the launcher', () => {
  it('runs an old machine’s commands on the Node that was installed as a package', () => {
    const { code, out } = runCli(['--version'], { node: asNode20 });
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('hands on the exit code', () => {
    expect(runCli(['validate', 'nowhere.yaml'], { node: asNode20 }).code).toBe(2);
  });

  it('says what to install when there is no newer Node, and no npm to fetch one', () => {
    const { code, err } = runCli(['--version'], { node: [...asNode20, ...onMachine('vax')], env: { PATH: '' } });
    expect(code).toBe(1);
    expect(err).toContain(`npm install node-${process.platform}-vax@24`);
  });

  it('hands on a signal, and then the exit code that came of it', async () => {
    // Stands in for a run: preloaded everywhere, it waits only where the launcher's channel is.
    const waiting =
      'if (process.channel) { process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 9999); await new Promise(() => {}); }';
    const child = spawn(process.execPath, [...asNode20, bin], {
      env: { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(waiting)}` },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
