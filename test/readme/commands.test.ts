import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../core/cli/run-cli.ts';
import { type Block, documents } from './blocks.ts';
import { Workspace } from './workspace.ts';

/** Prices that rise for a second and fall for a second, forty a second, on a port of this machine. */
function sawtooth(): Server {
  const server = createServer((socket: Socket) => {
    let n = 0;
    const timer = setInterval(() => socket.write(`ESZ5,${6000 + Math.abs((n++ % 80) - 40) / 4},1\n`), 25);
    socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
  });
  return server.listen(0, '127.0.0.1');
}

const portOf = (server: Server): string => {
  const address = server.address();
  return address !== null && typeof address === 'object' ? String(address.port) : '';
};

/** Does it need nothing of the blocks before it, and nobody who looks on? */
const standsAlone = ({ text }: Block): boolean => !/\b(trend|own)\.yaml|\b(runs|tapes)\//.test(text);

for (const document of documents) {
  const workspace = new Workspace(document);
  const scripts = workspace.blocks.filter(({ language }) => language === 'sh');
  afterAll(() => workspace.remove());
  if (scripts.length === 0) continue;

  describe(`the commands of ${document}`, () => {
    const feed = sawtooth();
    const page = createServer().listen(0, '127.0.0.1');
    let env: Record<string, string> = {};
    // Most of their time they wait for a market, so they run beside the others.
    const begun = new Map<Block, ReturnType<Workspace['run']>>();
    beforeAll(() => {
      workspace.writeRecordings();
      env = { FEED_PORT: portOf(feed), PAGE_PORT: portOf(page) };
      page.close();
      for (const block of scripts.filter(standsAlone)) begun.set(block, workspace.run(block, env));
    });
    afterAll(() => void feed.close());

    for (const block of scripts) {
      it(`${block.at} ${firstLine(block)}`, async () => {
        const ending = begun.get(block) ?? workspace.run(block, env);
        const answers = block.text.includes('own.yaml')
          ? showsAccount(`http://127.0.0.1:${env['PAGE_PORT']}/`, ending)
          : undefined;
        const { code, output } = await ending;
        expect(code, output).toBe(Number(block.marks.get('exit') ?? 0));
        // What ran is what was meant to run.
        expect(output).not.toMatch(/does not load|persistence failed|no page/);
        if (answers !== undefined) {
          expect(await answers, output).toBe(true);
          expectFills(workspace.folder);
        }
        if (block.text.includes('npm start')) expectLabels(workspace.blocks, output);
      });
    }
  });
}

describe('the mistakes that README shows', () => {
  const workspace = new Workspace('README.md');
  afterAll(() => workspace.remove());

  it('are answered as it says', () => {
    const [shown] = workspace.blocks.filter(({ marks }) => marks.has('mistakes'));
    const [right] = workspace.blocks.filter(({ marks }) => marks.get('file') === 'trend.yaml');
    const wrong = right?.text.replace('length', 'lenght').replace('contracts: 2', 'contracts: -2');
    workspace.write('trend.yaml', wrong ?? '');
    const { code, out, err } = runCli(['validate', 'trend.yaml'], { cwd: workspace.folder });
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: shown?.text });
  });
});

const firstLine = ({ text }: Block): string => text.split('\n')[0]?.replace(/\s+#.*/, '') ?? '';

/** The equity page answers once there is something to say, before the run is over. */
async function showsAccount(url: string, ending: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void ending.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await pause(100);
    const page = await fetch(url).then(
      (response) => response.text(),
      () => 'nobody listens yet',
    );
    if (page.includes('realised')) return true;
  }
  return false;
}

function expectFills(folder: string): void {
  const lines = readFileSync(join(folder, 'fills.ndjson'), 'utf8').trim().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ strategy: './trend.ts', instrument: 'ESZ5' });
}

/** The output that README shows has the labels of a real one; numbers differ from run to run, and a position may be flat. */
function expectLabels(blocks: readonly Block[], output: string): void {
  const labels = (text: string): string[] =>
    [...text.matchAll(/^( {0,2}[a-zA-Z]\S*(?: it)?) {2,}\S/gm)].map(([, label]) => label ?? '');
  const shown = labels(blocks.find(({ marks }) => marks.has('summary'))?.text ?? '').filter(
    (label) => label !== 'position',
  );
  expect(shown).not.toEqual([]);
  expect(labels(output)).toEqual(expect.arrayContaining(shown));
}
