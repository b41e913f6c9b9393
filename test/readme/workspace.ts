import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipOf } from '../core/cli/import/helpers.ts';
import { type Block, blocksOf, root } from './blocks.ts';

/** A folder of its own with a document's files in it, where `npx runtime` is the clone's. */
export class Workspace {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'millrace-docs-'));
  readonly blocks: readonly Block[];
  /** Run folders as documents call them → as they are. */
  readonly #runs = new Map<string, string>();

  constructor(document: string) {
    this.blocks = blocksOf(document);
    cpSync(join(root, 'config'), join(this.folder, 'config'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    this.write('package.json', '{ "type": "module" }\n');
    for (const { marks, text } of this.blocks) {
      const file = marks.get('file');
      if (file !== undefined) this.write(file, text);
    }
    // `npx` asks the registry about a folder that installed nothing; what it would start is the clone's command.
    const bin = join(root, 'core/cli/bin.js');
    this.write(
      'bin/npx',
      `#!/bin/sh\n[ "$1" = runtime ] && shift && exec "${process.execPath}" "${bin}" "$@"\n`,
      0o755,
    );
  }

  write(file: string, content: string | Buffer, mode = 0o644): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), content, { mode });
  }

  /** Small recordings under the names that the documents give to real ones. */
  writeRecordings(): void {
    const prints = '52200000,1301.1,2,usa,,0\n52201000,1301.2,1,usa,,0\n52203000,1301.0,4,usa,,0\n';
    this.write('future/comex/tick/gc/20131007_trade.zip', zipOf({ '20131007_gc_tick_trade_201312.csv': prints }));
    this.write(
      'btcusdt.gz',
      gzipSync(
        FRAMES.map(
          (frame, i) => `${1_723_161_255_000_000_007n + BigInt(i) * 1_000_000n} ${JSON.stringify(frame)}\n`,
        ).join(''),
      ),
    );
  }

  /** Runs the commands of a block, the first that fails ends it. */
  async run(
    block: Block,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number | null; output: string }> {
    const script = this.#withRealRuns(standIns(block.text));
    const path = [join(this.folder, 'bin'), process.env['PATH']].join(delimiter);
    const child = spawn('sh', ['-ec', script], {
      cwd: this.folder,
      env: { ...process.env, ...env, PATH: path, NO_COLOR: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        output += text.toString();
      });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, output };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Documents show how a run folder is called; each name stands for the next run of that configuration. */
  #withRealRuns(script: string): string {
    return script.replaceAll(/runs\/\d{8}-\d{6}-\d{6}-([\w-]+)/g, (shown, name: string) => {
      const taken = [...this.#runs.values()];
      const made = readdirSync(join(this.folder, 'runs'))
        .filter((run) => run.endsWith(`-${name}`))
        .sort();
      const real = this.#runs.get(shown) ?? made.map((run) => `runs/${run}`).find((run) => !taken.includes(run));
      if (real === undefined) throw new Error(`no run so far that ${shown} could stand for`);
      this.#runs.set(shown, real);
      return real;
    });
  }
}

/** Installing and testing the clone from within its own tests would not end; the scripts' own commands stand in. */
function standIns(script: string): string {
  return script
    .replaceAll('npm ci && npm start', 'npx runtime start config/demo.yaml --for 1s')
    .replaceAll(/^npm (ci && npm test|run bench).*$/gm, ':');
}

const depth = (U: number, u: number, pu: number, b: readonly (readonly string[])[]) => ({
  stream: 'btcusdt@depth@0ms',
  data: { e: 'depthUpdate', E: 1723161256299, T: 1723161256298, s: 'BTCUSDT', U, u, pu, b, a: [] },
});
const trade = (t: number, p: string) => ({
  stream: 'btcusdt@trade',
  data: { e: 'trade', E: 1723161256323, T: 1723161256322, s: 'BTCUSDT', t, p, q: '0.006', X: 'MARKET', m: false },
});
/** Frames as Binance's futures streams send them; the numbers are ours. */
const FRAMES: readonly object[] = [
  depth(21, 30, 20, [['61800.2', '2']]),
  { lastUpdateId: 25, E: 1723161256501, T: 1723161256493, bids: [['61800.0', '9']], asks: [['61800.5', '8']] },
  trade(1, '61800.3'),
  depth(31, 40, 30, [['61800.2', '0']]),
  trade(2, '61800.1'),
];
