import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openTape } from '#core';
import { answerTo } from '../../../core/cli/answer.ts';

const bin = fileURLToPath(new URL('../../../../core/cli/bin.js', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'millrace-chained-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(cwd, { recursive: true });
});

const instruments = `instruments:
  BTC-PERP: { tickSize: 0.1, lotSize: 0.001 }
  ETH-PERP: { tickSize: 0.01, lotSize: 0.001 }
`;
writeFileSync(
  join(cwd, 'server.yaml'),
  `${instruments}
providers:
  simulator: { profile: crypto, tradesPerSecond: 100, seed: 5 }
persistence:
  tape: { folder: server, record: [trades, quotes] }
services:
  gateway: { port: 0, token: planted-secret-42 }
`,
);
const client = (url: string): string => `${instruments}
providers:
  bluefin: { url: '${url}', token: planted-secret-42, extensions: true }
strategies:
  ticker: {}
persistence:
  tape: { folder: client, record: [trades, quotes, depth] }
`;

/** A run in a process of its own; resolves with what it wrote when it has ended. */
function runtime(...args: string[]) {
  const child = spawn(process.execPath, [bin, ...args, '--json'], { cwd });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => {
    said.out += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    said.err += data.toString();
  });
  return {
    said,
    ended: once(child, 'exit').then(() => said.out),
    stop: () => child.kill('SIGINT'),
    /** The first match in what it logs. */
    says: async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const [found] = pattern.exec(said.err) ?? [];
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(said.err);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Every row of the tape as text, by instrument: venue time to the microsecond, and what it says. */
async function rowsOf(dir: string, kind: 'trades' | 'quotes') {
  const tape = await openTape(resolve(cwd, dir));
  const rows: Record<string, string[]> = {};
  for await (const chunk of tape.rows(kind)) {
    for (let i = 0; i < chunk.n; i++) {
      const { symbol } = tape.instruments[chunk.inst[i] ?? -1] ?? { symbol: '?' };
      const values =
        chunk.kind === 'trades'
          ? [chunk.price[i], chunk.size[i], chunk.side[i]]
          : chunk.kind === 'quotes'
            ? [chunk.bid[i], chunk.bidSize[i], chunk.ask[i], chunk.askSize[i]]
            : [];
      const lines = rows[symbol] ?? [];
      rows[symbol] = lines;
      lines.push([chunk.event[i], ...values].join(' '));
    }
  }
  return rows;
}

describe('a runtime on the gateway of another one', () => {
  it('sees the same trades and quotes, and its tape replays to the same decisions', async () => {
    const server = runtime('start', 'server.yaml');
    const url = await server.says(/http:\/\/127[^"\s]+/);
    writeFileSync(join(cwd, 'client.yaml'), client(url));
    const served = JSON.parse(await runtime('start', 'client.yaml', '--for', '2s').ended) as {
      tape: string;
      decisionHash: string;
    };
    server.stop();
    const serving = JSON.parse(await server.ended) as { tape: string };

    for (const kind of ['trades', 'quotes'] as const) {
      const [sent, received] = [await rowsOf(serving.tape, kind), await rowsOf(served.tape, kind)];
      expect(Object.keys(received).sort()).toEqual(['BTC-PERP', 'ETH-PERP']);
      for (const [symbol, rows] of Object.entries(received)) {
        expect(rows.length, `${kind} of ${symbol}`).toBeGreaterThan(50);
        const begin = sent[symbol]?.indexOf(rows[0] ?? '') ?? -1;
        expect(sent[symbol]?.slice(begin, begin + rows.length), `${kind} of ${symbol}`).toEqual(rows);
      }
    }
    const again = await answerTo(['replay', served.tape, '--json'], { cwd });
    expect(JSON.parse(again.out)).toMatchObject({ decisionHash: served.decisionHash });
    expect(server.said.err + server.said.out).not.toContain('planted-secret-42');
  }, 30_000);
});
