import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-stray-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const STRATEGY = `
import { concatMap, take } from 'rxjs';
import { z } from 'zod';
import { defineStrategy, marketOrder } from 'millrace';

export default defineStrategy({
  type: 'awaits',
  summary: 'Awaits before it decides, drops promises that fail, and leaves a timer behind.',
  options: z.strictObject({}),
  create: ({ market, instrument: { symbol } }) => {
    setTimeout(() => { throw new Error('a timer'); }, 100);
    setInterval(() => undefined, 1000);
    return market.trades(symbol).pipe(
      take(3),
      concatMap(async ({ price }) => {
        void Promise.reject(new Error('a promise'));
        await new Promise((resolve) => setTimeout(resolve, 5));
        return marketOrder({ instrument: symbol, side: 'buy', quantity: 1, reason: 'at ' + price });
      }),
    );
  },
});
`;

const CONFIG = `
instruments: { MNQ: { tickSize: 0.25 } }
providers: { simulator: { tradesPerSecond: 50 } }
strategies: { ./awaits.ts: {} }
`;

interface Summary {
  readonly tape: string;
  readonly orders: number;
  readonly decisionHash: string;
  readonly dropped: Readonly<Record<string, number>>;
}

describe('a plugin whose timers and promises fail', () => {
  it('does not end the run, which ends in time and replays to what it decided after its awaits', () => {
    writeFileSync(join(cwd, 'awaits.ts'), STRATEGY);
    writeFileSync(join(cwd, 'awaits.yaml'), CONFIG);
    const live = runCli(['start', 'awaits.yaml', '--for', '2s', '--json'], { cwd });
    expect(live.code, live.err).toBe(0);
    const summary = JSON.parse(live.out) as Summary;
    expect(summary.orders).toBe(3);
    // One timer and a promise for each of three trades.
    expect(summary.dropped).toMatchObject({ 'errors that nobody caught': 4 });
    expect(live.err).toMatch(/an error that nobody caught; the run goes on/);

    const again = runCli(['replay', summary.tape, '--json'], { cwd });
    expect(again.code, again.err).toBe(0);
    expect((JSON.parse(again.out) as Summary).decisionHash).toBe(summary.decisionHash);
  });
});
